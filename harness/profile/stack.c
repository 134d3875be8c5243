#include "profile/stack.h"

#include <stdlib.h>
#include <string.h>

#include "profile/memory.h"

enum {
    /* Beyond these what we follow is no stack: sys.setrecursionlimit() allows more, memory does
     * not. */
    FRAMES_MOST = 1 << 20,
    /* A generator holds its frame; gi_frame_state, a byte, stands 5 bytes before it
     * (Include/cpython/genobject.h), and FRAME_EXECUTING is 0 (internal/pycore_frame.h). */
    GENERATOR_BEFORE = 8,
    GENERATOR_RUNS = 0
};

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for a deep stack");
}

void stack_free(struct stack *stack)
{
    free(stack->codes);
    free(stack->instructions);
    free(stack->frames);
    free(stack->code);
    free(stack->owners);
    stack_chunks_free(&stack->chunks);
    *stack = (struct stack){0};
}

void stack_memo_free(struct stack_memo *memo)
{
    stack_trail_free(&memo->trail);
    *memo = (struct stack_memo){0};
}

/* Gives an array room for so many items. */
static bool widen(void **array, size_t room, size_t item)
{
    void *moved = realloc(*array, room * item);
    *array = moved != NULL ? moved : *array;
    return moved != NULL;
}

static bool grow_frames(struct stack *stack)
{
    size_t room = stack->room == 0 ? 64 : 2 * stack->room;
    bool good = widen((void **)&stack->codes, room, sizeof *stack->codes) &&
                widen((void **)&stack->instructions, room, sizeof *stack->instructions) &&
                widen((void **)&stack->frames, room, sizeof *stack->frames) &&
                widen((void **)&stack->code, room, sizeof(struct code *)) &&
                widen((void **)&stack->owners, room, sizeof *stack->owners);
    stack->room = good ? room : stack->room;
    return good;
}

/* Adds a frame to the stack. */
static enum status push(struct stack *stack, const struct layout *layout, uint64_t frame,
                        const unsigned char *bytes)
{
    if (stack->depth == stack->room && !grow_frames(stack)) {
        return no_memory();
    }
    stack->frames[stack->depth] = frame;
    stack->codes[stack->depth] = memory_u64(bytes, layout->frame_code);
    stack->instructions[stack->depth] = memory_u64(bytes, layout->frame_instruction);
    stack->owners[stack->depth] = bytes[layout->frame_owner];
    stack->depth++;
    return STATUS_OK;
}

/* Follows the frames from the innermost on. `by_way_of` (0: none) must be among them: the caller of
 * C code that called into Python. */
static enum status walk(struct stack *stack, pid_t pid, const struct layout *layout, uint64_t frame,
                        uint64_t by_way_of, bool *good)
{
    enum status status = STATUS_OK;
    size_t hint = 0;
    bool has_passed = by_way_of == 0;
    *good = true;
    stack->depth = 0;
    for (size_t seen = 0; status == STATUS_OK && frame != 0; seen++) {
        unsigned char own[GENERATOR_BEFORE + FRAME_BYTES];
        has_passed = has_passed || frame == by_way_of;
        const unsigned char *bytes = stack_chunks_find(&stack->chunks, frame, FRAME_BYTES, &hint);
        bool is_ours = bytes != NULL;
        *good = seen < FRAMES_MOST &&
                (is_ours || memory_read(pid, frame - GENERATOR_BEFORE, own, sizeof own));
        if (!*good) {
            return STATUS_OK;
        }
        bytes = is_ours ? bytes : own + GENERATOR_BEFORE;
        unsigned char owner = bytes[layout->frame_owner];
        bool runs = owner != OWNED_BY_GENERATOR ||
                    (!is_ours && own[GENERATOR_BEFORE - 5] == GENERATOR_RUNS);
        /* The innermost may be just on its way in or out; others must be at work. */
        *good = owner <= OWNED_BY_C_STACK && (owner == OWNED_BY_THREAD) == is_ours &&
                (runs || stack->depth == 0);
        if (!*good) {
            return STATUS_OK;
        }
        if (owner != OWNED_BY_C_STACK && runs) {
            status = push(stack, layout, frame, bytes);
        }
        frame = memory_u64(bytes, layout->frame_previous);
    }
    *good = has_passed;
    return status;
}

/* Has the frame not begun, or ended? While an ended frame's variables are dropped, their finalizers
 * run above it, and it is in no stack. */
static bool is_aside(pid_t pid, const struct layout *layout, const struct code *code,
                     uint64_t instruction)
{
    unsigned char operation = 0;
    if (instruction == code->instructions + (uint64_t)(int64_t)layout->frame_unbegun) {
        return true;
    }
    memory_read(pid, instruction, &operation, 1);
    return operation != 0 && (operation == layout->returns[0] || operation == layout->returns[1]);
}

/* Are the bytes [from, to) of the chunks nothing but frames beside the stack? At its top one frame
 * may be about to end, or just begin. */
static enum status only_aside(const struct stack *stack, struct code_cache *cache, pid_t pid,
                              const struct interpreter *interpreter, uint64_t from, uint64_t to,
                              bool is_top, bool *good)
{
    const struct layout *layout = &interpreter->layout;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && *good && from < to) {
        size_t hint = 0;
        struct code *code = NULL;
        const unsigned char *bytes = stack_chunks_find(&stack->chunks, from, FRAME_BYTES, &hint);
        uint64_t address = bytes == NULL ? 0 : memory_u64(bytes, layout->frame_code);
        *good = address != 0;
        if (*good) {
            status = code_check(cache, pid, interpreter, &address, 1, &code, good);
        }
        if (status == STATUS_OK && *good) {
            uint64_t end = from + 8 * code->frame_words;
            *good = (is_top && end == to) ||
                    is_aside(pid, layout, code, memory_u64(bytes, layout->frame_instruction));
            *good = *good && end > from;
            from = end;
        }
    }
    *good = *good && from == to;
    return status;
}

/* The proof that the header speaks of. */
static enum status prove(const struct stack *stack, struct code_cache *cache, pid_t pid,
                         const struct interpreter *interpreter, bool *good)
{
    const struct stack_chunk *chunk = stack->chunks.list;
    const struct stack_chunk *last = chunk + stack->chunks.count - 1;
    uint64_t limit = chunk->address + chunk->size; /* where the next frame must end */
    uint64_t top = limit;
    enum status status = STATUS_OK;
    *good = true;
    for (size_t i = 0; status == STATUS_OK && *good && i < stack->depth; i++) {
        uint64_t frame = stack->frames[i];
        if (stack->owners[i] != OWNED_BY_THREAD) {
            continue;
        }
        while (*good && (frame < chunk->address || frame >= chunk->address + chunk->size)) {
            *good = chunk < last && limit == chunk->address + CHUNK_DATA;
            if (*good) {
                chunk++;
                limit = chunk->address + chunk->size;
            }
        }
        uint64_t end = frame + 8 * stack->code[i]->frame_words;
        if (*good && end != limit) {
            status = only_aside(stack, cache, pid, interpreter, end, limit, limit == top, good);
        }
        limit = frame;
    }
    /* The first word of a thread's first chunk is not used. */
    *good = *good && chunk == last && limit == last->address + CHUNK_DATA + 8;
    return status;
}

/* The stack from a frame on, proved. */
static enum status read_from(struct stack *stack, struct code_cache *cache,
                             struct code_guess *guess, pid_t pid,
                             const struct interpreter *interpreter, uint64_t frame,
                             uint64_t by_way_of, bool *good)
{
    enum status status = walk(stack, pid, &interpreter->layout, frame, by_way_of, good);
    if (status == STATUS_OK && *good) {
        status = code_check(cache, pid, interpreter, stack->codes, stack->depth, stack->code, good);
    }
    if (status == STATUS_OK && *good) {
        code_remember(cache, guess);
        status = prove(stack, cache, pid, interpreter, good);
    }
    return status;
}

enum status stack_read(struct stack *stack, struct stack_memo *memo, struct code_cache *cache,
                       pid_t pid, const struct interpreter *interpreter, uint64_t thread_state,
                       uint64_t native, enum stack_answer *answer)
{
    struct stack_begin begin;
    struct memory_piece expected[1 + CODES_EXPECTED_MOST];
    bool was_read;
    stack->depth = 0;
    bool has_chunk = stack_chunks_expect(&stack->chunks, &memo->trail, &expected[0]);
    size_t expected_count = has_chunk ? 1 : 0;
    expected_count += code_expect(cache, &memo->codes, &expected[expected_count]);
    enum stack_begin_answer found =
        stack_begin_read(pid, &interpreter->layout, thread_state, native, &memo->begin, expected,
                         expected_count, &was_read, &begin);
    if (was_read) {
        code_foresee(cache, &memo->codes);
    }
    if (found == STACK_BEGIN_GONE) {
        *answer = STACK_OTHERS;
        return STATUS_OK;
    }
    if (found == STACK_BEGIN_GOOD && begin.frames[0] == 0) {
        *answer = STACK_EMPTY;
        return STATUS_OK;
    }
    *answer = STACK_TORN;
    if (found == STACK_BEGIN_TORN ||
        !stack_chunks_read(&stack->chunks, &memo->trail, pid, begin.chunk, begin.top,
                           was_read && has_chunk ? expected : NULL)) {
        return STATUS_OK;
    }
    bool good = false;
    enum status status = STATUS_OK;
    /* When C has just called into Python the first is not written yet: then the caller's holds. */
    for (size_t i = 0; status == STATUS_OK && !good && i < 2 && begin.frames[i] != 0; i++) {
        status = read_from(stack, cache, &memo->codes, pid, interpreter, begin.frames[i],
                           i == 0 ? begin.frames[1] : 0, &good);
    }
    if (status == STATUS_OK && good) {
        *answer = stack->depth == 0 ? STACK_EMPTY : STACK_GOOD;
    }
    return status;
}
