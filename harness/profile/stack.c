#include "profile/stack.h"

#include <stdlib.h>
#include <string.h>

#include "profile/memory.h"

enum {
    /* Beyond these what we follow is no stack: sys.setrecursionlimit() allows more, memory does
     * not. */
    FRAMES_MOST = 1 << 20,
    CHUNKS_MOST = 1 << 16,
    BYTES_MOST = 1 << 28,
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
    free(stack->chunks);
    free(stack->bytes);
    *stack = (struct stack){0};
}

void stack_chain_free(struct stack_chain *chain)
{
    free(chain->chunks);
    *chain = (struct stack_chain){0};
}

/* Grows an array to hold `count` items, at least doubling it. */
static bool grow(void **array, size_t *room, size_t count, size_t item)
{
    if (count <= *room) {
        return true;
    }
    size_t more = 2 * *room > count ? 2 * *room : count;
    void *moved = realloc(*array, more * item);
    if (moved == NULL) {
        return false;
    }
    *array = moved;
    *room = more;
    return true;
}

static bool grow_frames(struct stack *stack)
{
    size_t rooms[5] = {stack->room, stack->room, stack->room, stack->room, stack->room};
    size_t count = stack->depth + 1 < 64 ? 64 : stack->depth + 1;
    bool good =
        grow((void **)&stack->codes, &rooms[0], count, sizeof *stack->codes) &&
        grow((void **)&stack->instructions, &rooms[1], count, sizeof *stack->instructions) &&
        grow((void **)&stack->frames, &rooms[2], count, sizeof *stack->frames) &&
        grow((void **)&stack->code, &rooms[3], count, sizeof(struct code *)) &&
        grow((void **)&stack->owners, &rooms[4], count, sizeof *stack->owners);
    stack->room = good ? rooms[0] : stack->room;
    return good;
}

/* Adds a chunk of which `size` bytes are in use, and room for them. */
static bool add_chunk(struct stack *stack, uint64_t address, size_t size)
{
    if (stack->bytes_size + size > BYTES_MOST ||
        !grow((void **)&stack->chunks, &stack->chunks_room, stack->chunks_count + 1,
              sizeof *stack->chunks) ||
        !grow((void **)&stack->bytes, &stack->bytes_room, stack->bytes_size + size, 1)) {
        return false;
    }
    stack->chunks[stack->chunks_count++] = (struct stack_chunk){address, stack->bytes_size, size};
    stack->bytes_size += size;
    return true;
}

/* How much of a chunk that is not the youngest is in use: its `top` says so. */
static size_t used_size(const unsigned char *header)
{
    uint64_t words = memory_u64(header, CHUNK_TOP);
    return words > BYTES_MOST / 8 ? 0 : CHUNK_DATA + 8 * (size_t)words;
}

/* The chunks after the first, from one that is known to the last, one by one. */
static bool follow_chunks(struct stack *stack, pid_t pid, uint64_t address)
{
    unsigned char header[CHUNK_DATA];
    while (address != 0 && stack->chunks_count < CHUNKS_MOST) {
        if (!memory_read(pid, address, header, sizeof header) || used_size(header) == 0 ||
            !add_chunk(stack, address, used_size(header))) {
            return false;
        }
        const struct stack_chunk *chunk = &stack->chunks[stack->chunks_count - 1];
        if (!memory_read(pid, address, stack->bytes + chunk->at, chunk->size)) {
            return false;
        }
        address = memory_u64(header, CHUNK_PREVIOUS);
    }
    return address == 0;
}

/* The sizes of the chunks of last time, read at once. Those that are no more end the list. */
static void size_up(struct stack *stack, const struct stack_chain *chain, pid_t pid)
{
    enum { AT_ONCE = 256 };
    unsigned char headers[AT_ONCE][CHUNK_DATA];
    struct memory_piece pieces[AT_ONCE];
    for (size_t i = 1; i < chain->count;) {
        size_t count = 0;
        for (; count < AT_ONCE && i + count < chain->count; count++) {
            pieces[count] =
                (struct memory_piece){chain->chunks[i + count], headers[count], CHUNK_DATA};
        }
        if (!memory_gather(pid, pieces, count)) {
            return;
        }
        for (size_t j = 0; j < count; j++, i++) {
            size_t size = used_size(headers[j]);
            if (size == 0 || !add_chunk(stack, chain->chunks[i], size)) {
                return;
            }
        }
    }
}

/* Reads what of the thread's chunks is in use, with the addresses of last time as far as they
 * hold: three system calls for a stack of thousands of frames that did not grow. */
static bool read_chunks(struct stack *stack, struct stack_chain *chain, pid_t pid, uint64_t first,
                        uint64_t top)
{
    stack->chunks_count = 0;
    stack->bytes_size = 0;
    if (first == 0 || top < first + CHUNK_DATA || top - first > BYTES_MOST ||
        !add_chunk(stack, first, (size_t)(top - first))) {
        return false;
    }
    if (chain->count > 1 && chain->chunks[0] == first) {
        size_up(stack, chain, pid);
    }
    struct memory_piece few[64], *pieces = few;
    if (stack->chunks_count > 64 &&
        (pieces = malloc(stack->chunks_count * sizeof *pieces)) == NULL) {
        return false;
    }
    for (size_t i = 0; i < stack->chunks_count; i++) {
        const struct stack_chunk *chunk = &stack->chunks[i];
        pieces[i] = (struct memory_piece){chunk->address, stack->bytes + chunk->at, chunk->size};
    }
    bool good = memory_gather(pid, pieces, stack->chunks_count);
    if (pieces != few) {
        free(pieces);
    }
    if (!good && stack->chunks_count == 1) {
        return false;
    }
    if (!good) { /* one of them is gone: only the first is sure */
        stack->chunks_count = 1;
        stack->bytes_size = stack->chunks[0].size;
        if (!memory_read(pid, first, stack->bytes, stack->bytes_size)) {
            return false;
        }
    }
    size_t sure = 1;
    uint64_t next = memory_u64(stack->bytes, CHUNK_PREVIOUS);
    while (sure < stack->chunks_count && stack->chunks[sure].address == next) {
        next = memory_u64(stack->bytes + stack->chunks[sure].at, CHUNK_PREVIOUS);
        sure++;
    }
    stack->chunks_count = sure;
    stack->bytes_size = stack->chunks[sure - 1].at + stack->chunks[sure - 1].size;
    return follow_chunks(stack, pid, next);
}

/* Remembers the chunks for next time. Without memory there is nothing to remember. */
static void remember(const struct stack *stack, struct stack_chain *chain)
{
    chain->count = 0;
    if (grow((void **)&chain->chunks, &chain->room, stack->chunks_count, sizeof *chain->chunks)) {
        for (size_t i = 0; i < stack->chunks_count; i++) {
            chain->chunks[i] = stack->chunks[i].address;
        }
        chain->count = stack->chunks_count;
    }
}

/* The `size` bytes at `address` where they lie in a chunk, the chunk *hint or one after it. */
static const unsigned char *in_chunks(const struct stack *stack, uint64_t address, size_t size,
                                      size_t *hint)
{
    for (size_t i = *hint; i < stack->chunks_count; i++) {
        const struct stack_chunk *chunk = &stack->chunks[i];
        uint64_t at = address - chunk->address; /* an address may be anything: no sum may wrap */
        if (address >= chunk->address && at >= CHUNK_DATA && chunk->size >= size &&
            at <= chunk->size - size) {
            *hint = i;
            return stack->bytes + chunk->at + at;
        }
    }
    return NULL;
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
        const unsigned char *bytes = in_chunks(stack, frame, FRAME_BYTES, &hint);
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
        const unsigned char *bytes = in_chunks(stack, from, FRAME_BYTES, &hint);
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
    const struct stack_chunk *chunk = stack->chunks;
    const struct stack_chunk *last = stack->chunks + stack->chunks_count - 1;
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
static enum status read_from(struct stack *stack, struct code_cache *cache, pid_t pid,
                             const struct interpreter *interpreter, uint64_t frame,
                             uint64_t by_way_of, bool *good)
{
    enum status status = walk(stack, pid, &interpreter->layout, frame, by_way_of, good);
    if (status == STATUS_OK && *good) {
        status = code_check(cache, pid, interpreter, stack->codes, stack->depth, stack->code, good);
    }
    if (status == STATUS_OK && *good) {
        status = prove(stack, cache, pid, interpreter, good);
    }
    return status;
}

enum status stack_read(struct stack *stack, struct stack_chain *chain, struct code_cache *cache,
                       pid_t pid, const struct interpreter *interpreter, uint64_t thread_state,
                       uint64_t native, enum stack_answer *answer)
{
    const struct layout *layout = &interpreter->layout;
    unsigned char state[THREAD_BYTES];
    *answer = STACK_OTHERS;
    stack->depth = 0;
    if (!memory_read(pid, thread_state, state, sizeof state) ||
        memory_u64(state, layout->thread_native) != native) {
        return STATUS_OK;
    }
    /* The innermost frame; and, where it is kept in the machine's stack, the one before. */
    uint64_t frames[2] = {memory_u64(state, layout->thread_frame), 0}, words[2] = {0, 0};
    *answer = STACK_TORN;
    if (layout->has_cframe) {
        uint64_t cframe = frames[0];
        if (cframe != 0 && !memory_read(pid, cframe + layout->cframe_frame, words, sizeof words)) {
            return STATUS_OK;
        }
        frames[0] = words[0];
        frames[1] = words[1] == 0 ? 0 : memory_word(pid, words[1] + layout->cframe_frame);
    }
    if (frames[0] == 0) {
        *answer = STACK_EMPTY;
        return STATUS_OK;
    }
    if (!read_chunks(stack, chain, pid, memory_u64(state, layout->thread_chunk),
                     memory_u64(state, layout->thread_stack_top))) {
        return STATUS_OK;
    }
    remember(stack, chain);
    bool good = false;
    enum status status = STATUS_OK;
    /* When C has just called into Python the first is not written yet: then the caller's holds. */
    for (size_t i = 0; status == STATUS_OK && !good && i < 2 && frames[i] != 0; i++) {
        status =
            read_from(stack, cache, pid, interpreter, frames[i], i == 0 ? frames[1] : 0, &good);
    }
    if (status == STATUS_OK && good) {
        *answer = stack->depth == 0 ? STACK_EMPTY : STACK_GOOD;
    }
    return status;
}
