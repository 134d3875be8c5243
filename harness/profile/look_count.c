#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "profile/look_parts.h"
#include "profile/names.h"

/* The frame of compiled code at a place; UINT32_MAX when there is none to show. */
static enum status native_frame(struct looker *looker, struct process *process,
                                struct look_place place, bool has_python, uint32_t *frame)
{
    *frame = UINT32_MAX;
    uint64_t address = place.address;
    if (address == 0 || looker->options->native == SAMPLER_NATIVE_NONE) {
        return STATUS_OK;
    }
    const struct mapping *mapping = maps_find(&process->maps, address);
    if (mapping == NULL && clock_now_ns() - process->maps_ns > LOOK_MAPS_AGAIN_NS) {
        process->maps_ns = clock_now_ns();
        maps_read(&process->maps);
        mapping = maps_find(&process->maps, address);
    }
    if (mapping == NULL) {
        return STATUS_OK;
    }
    struct image *image = mapping->library->image;
    bool is_python = mapping->library == process->interpreter.library;
    uint64_t bias = 0;
    if (is_python && has_python && looker->options->native != SAMPLER_NATIVE_ALL) {
        return STATUS_OK;
    }
    const char *function = NULL;
    if (image != NULL && image_bias(image, mapping->start, mapping->offset, &bias)) {
        function = image_function(image, address - bias);
    }
    if (is_python && has_python && function != NULL &&
        strncmp(function, "_PyEval_EvalFrameDefault", 24) == 0) {
        return STATUS_OK; /* the loop is the Python function itself */
    }
    if (function == NULL && place.call >= 0) {
        function = names_of_call(place.call);
    }
    /* A stripped library names none of its functions: "(in _multiarray_umath)" must do. */
    char stripped[96];
    const char *name = mapping->library->name;
    snprintf(stripped, sizeof stripped, "(in %.*s)", (int)strcspn(name, "."), name);
    const struct profile_frame new = {name, function != NULL ? function : stripped, 0,
                                      FRAME_NATIVE};
    return profile_intern(looker->profile, &new, frame);
}

/* Goes one frame down from the end of the path. Where the last stack went the same way its nodes
 * are taken. */
static enum status step(struct looker *looker, size_t *depth, bool *is_same, uint32_t frame)
{
    if (*depth == looker->path_room) {
        size_t room = looker->path_room == 0 ? 256 : 2 * looker->path_room;
        uint32_t *path = realloc(looker->path, room * sizeof *path);
        looker->path = path != NULL ? path : looker->path;
        uint32_t *frames =
            path == NULL ? NULL : realloc(looker->path_frames, room * sizeof *frames);
        if (frames == NULL) {
            return look_no_memory();
        }
        looker->path_frames = frames;
        looker->path_room = room;
    }
    *is_same = *is_same && *depth < looker->path_depth && looker->path_frames[*depth] == frame;
    enum status status = STATUS_OK;
    if (!*is_same) {
        uint32_t parent = *depth == 0 ? TREE_ROOT : looker->path[*depth - 1];
        status = tree_child(&looker->tree, parent, frame, &looker->path[*depth]);
        looker->path_frames[*depth] = frame;
        looker->path_depth = *depth; /* what lay below is another way */
    }
    ++*depth;
    return status;
}

/* The outermost frame to show: a lab's stack begins below the driver's call. False: the driver
 * itself is at work. */
static bool lab_begins(const struct looker *looker, const struct thread *thread, size_t *from)
{
    const struct stack *stack = &looker->stack;
    *from = stack->depth;
    if (looker->options->labels.driver_file == NULL || thread->tid != thread->process->pid) {
        return true;
    }
    while (*from > 0 && !stack->code[*from - 1]->is_driver_call) {
        --*from;
    }
    *from -= *from > 0;
    return *from > 0;
}

/* Adds the stack that was read to the tree; *node is its end, TREE_ROOT when it is left out. */
static enum status enter(struct looker *looker, struct thread *thread, struct look_place place,
                         bool has_python, bool is_idle, uint32_t *node)
{
    const struct stack *stack = &looker->stack;
    struct process *process = thread->process;
    size_t depth = 0, from = 0;
    bool is_same = true;
    uint32_t frame = UINT32_MAX;
    *node = TREE_ROOT;
    if (!lab_begins(looker, thread, &from) || (looker->options->labels.driver_file != NULL &&
                                               !has_python && thread->tid == process->pid)) {
        return STATUS_OK;
    }
    enum status status = step(looker, &depth, &is_same, thread->origin);
    if (status == STATUS_OK && !has_python) {
        status = step(looker, &depth, &is_same, looker->outside_frame);
    }
    for (size_t i = has_python ? from : 0; status == STATUS_OK && i-- > 0;) {
        if (stack->code[i]->is_hidden) {
            continue;
        }
        status = code_frame(&process->cache, stack->code[i], stack->instructions[i], &frame);
        if (status == STATUS_OK) {
            status = step(looker, &depth, &is_same, frame);
        }
    }
    if (status == STATUS_OK) {
        status = native_frame(looker, process, place, has_python, &frame);
    }
    if (status == STATUS_OK && frame != UINT32_MAX) {
        status = step(looker, &depth, &is_same, frame);
    }
    if (status == STATUS_OK && is_idle) {
        status = step(looker, &depth, &is_same, looker->idle_frame);
    }
    if (status == STATUS_OK) {
        looker->path_depth = is_same ? looker->path_depth : depth;
        *node = looker->path[depth - 1];
    }
    return status;
}

enum status look_count(struct looker *looker, struct thread *thread, enum stack_answer answer,
                       struct look_place place, bool is_idle, uint64_t samples_count,
                       uint32_t *node)
{
    *node = TREE_ROOT;
    if (answer == STACK_TORN) {
        looker->profile->rejected_count += samples_count;
        return STATUS_OK;
    }
    enum status status = look_origin(looker, thread);
    if (status == STATUS_OK) {
        look_name_thread(looker, thread);
        status = enter(looker, thread, place, answer == STACK_GOOD, is_idle, node);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (*node == TREE_ROOT) {
        looker->report->outside_count += samples_count;
        return STATUS_OK;
    }
    *(is_idle ? &looker->report->idle_count : &looker->report->awake_count) += samples_count;
    if (!is_idle || looker->options->shows_idle) {
        looker->tree.nodes[*node].samples_count += samples_count;
    }
    return STATUS_OK;
}
