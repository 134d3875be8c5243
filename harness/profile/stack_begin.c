#include "profile/stack_begin.h"

/* What is read at once, and which of it could be. */
struct view {
    unsigned char state[THREAD_BYTES];
    uint64_t words[2]; /* of the newer _PyCFrame: its frame, and the older one's address */
    uint64_t older;    /* the older one's frame */
    bool is_foreseen;  /* the last two were read where they were last time */
};

/* Reads the state, and all that may be expected. Where a part of that is no more the state alone is
 * read. False: there is no state. */
static bool read_view(pid_t pid, const struct layout *layout, uint64_t thread_state,
                      const struct stack_begin_guess *guess, const struct memory_piece *also,
                      size_t also_count, bool *also_read, struct view *view)
{
    struct memory_piece pieces[3 + STACK_BEGIN_ALSO_MOST];
    size_t count = 0;
    pieces[count++] = (struct memory_piece){thread_state, view->state, sizeof view->state};
    view->is_foreseen = guess->cframes[0] != 0 && guess->cframes[1] != 0;
    if (view->is_foreseen) {
        pieces[count++] = (struct memory_piece){guess->cframes[0] + layout->cframe_frame,
                                                view->words, sizeof view->words};
        pieces[count++] = (struct memory_piece){guess->cframes[1] + layout->cframe_frame,
                                                &view->older, sizeof view->older};
    }
    *also_read = also_count > 0;
    for (size_t i = 0; i < also_count; i++) {
        pieces[count++] = also[i];
    }
    if (count > 1 && memory_gather(pid, pieces, count)) {
        return true;
    }
    view->is_foreseen = false;
    *also_read = false;
    return memory_read(pid, thread_state, view->state, sizeof view->state);
}

/* The frames that the newest _PyCFrame and the one before lead to. */
static bool read_frames(pid_t pid, const struct layout *layout, struct view *view,
                        struct stack_begin_guess *guess, uint64_t frames[2])
{
    uint64_t newer = memory_u64(view->state, layout->thread_frame);
    bool is_there = view->is_foreseen && newer == guess->cframes[0];
    uint64_t place = newer + layout->cframe_frame;
    frames[0] = frames[1] = 0;
    guess->cframes[0] = newer;
    if (newer == 0) {
        return true;
    }
    if (!is_there && !memory_read(pid, place, view->words, sizeof view->words)) {
        return false;
    }
    is_there = view->is_foreseen && view->words[1] == guess->cframes[1];
    frames[0] = view->words[0];
    guess->cframes[1] = view->words[1];
    if (view->words[1] != 0) {
        frames[1] =
            is_there ? view->older : memory_word(pid, view->words[1] + layout->cframe_frame);
    }
    return true;
}

enum stack_begin_answer stack_begin_read(pid_t pid, const struct layout *layout,
                                         uint64_t thread_state, uint64_t native,
                                         struct stack_begin_guess *guess,
                                         const struct memory_piece *also, size_t also_count,
                                         bool *also_read, struct stack_begin *begin)
{
    struct view view;
    if (!read_view(pid, layout, thread_state, guess, also, also_count, also_read, &view) ||
        memory_u64(view.state, layout->thread_native) != native) {
        return STACK_BEGIN_GONE;
    }
    *begin = (struct stack_begin){
        .frames = {memory_u64(view.state, layout->thread_frame), 0},
        .chunk = memory_u64(view.state, layout->thread_chunk),
        .top = memory_u64(view.state, layout->thread_stack_top),
    };
    return !layout->has_cframe || read_frames(pid, layout, &view, guess, begin->frames)
               ? STACK_BEGIN_GOOD
               : STACK_BEGIN_TORN;
}
