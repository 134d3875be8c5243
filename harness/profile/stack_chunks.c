#include "profile/stack_chunks.h"

#include <stdlib.h>

#include "profile/layout.h"

enum {
    /* Beyond these what we follow is no stack: sys.setrecursionlimit() allows more, memory does
     * not. */
    CHUNKS_MOST = 1 << 16,
    BYTES_MOST = 1 << 28,
    /* A stack is expected to grow a little. Chunks begin at a page and are some pages long, so that
     * a multiple of this is still inside. */
    EXPECT_STEP = 1024,
    /* One that filled more was a deep recursion's, which may be over. */
    EXPECT_MOST = 1 << 16
};

void stack_chunks_free(struct stack_chunks *chunks)
{
    free(chunks->list);
    free(chunks->bytes);
    free(chunks->pieces);
    *chunks = (struct stack_chunks){0};
}

void stack_trail_free(struct stack_trail *trail)
{
    free(trail->chunks);
    *trail = (struct stack_trail){0};
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

static bool grow_bytes(struct stack_chunks *chunks, size_t size)
{
    return grow((void **)&chunks->bytes, &chunks->bytes_room, size, 1);
}

/* Adds a chunk of which `size` bytes are in use, and room for them. */
static bool add_chunk(struct stack_chunks *chunks, uint64_t address, size_t size)
{
    if (chunks->size + size > BYTES_MOST ||
        !grow((void **)&chunks->list, &chunks->room, chunks->count + 1, sizeof *chunks->list) ||
        !grow_bytes(chunks, chunks->size + size)) {
        return false;
    }
    chunks->list[chunks->count++] = (struct stack_chunk){address, chunks->size, size};
    chunks->size += size;
    return true;
}

/* How much of a chunk that is not the youngest is in use: its `top` says so. */
static size_t used_size(const unsigned char *header)
{
    uint64_t words = memory_u64(header, CHUNK_TOP);
    return words > BYTES_MOST / 8 ? 0 : CHUNK_DATA + 8 * (size_t)words;
}

/* The chunks after the first, from one that is known to the last, one by one. */
static bool follow(struct stack_chunks *chunks, pid_t pid, uint64_t address)
{
    unsigned char header[CHUNK_DATA];
    while (address != 0 && chunks->count < CHUNKS_MOST) {
        if (!memory_read(pid, address, header, sizeof header) || used_size(header) == 0 ||
            !add_chunk(chunks, address, used_size(header))) {
            return false;
        }
        const struct stack_chunk *chunk = &chunks->list[chunks->count - 1];
        if (!memory_read(pid, address, chunks->bytes + chunk->at, chunk->size)) {
            return false;
        }
        address = memory_u64(header, CHUNK_PREVIOUS);
    }
    return address == 0;
}

/* The sizes of the chunks of last time, read at once. Those that are no more end the list. */
static void size_up(struct stack_chunks *chunks, const struct stack_trail *trail, pid_t pid)
{
    enum { AT_ONCE = 256 };
    unsigned char headers[AT_ONCE][CHUNK_DATA];
    struct memory_piece pieces[AT_ONCE];
    for (size_t i = 1; i < trail->count;) {
        size_t count = 0;
        for (; count < AT_ONCE && i + count < trail->count; count++) {
            pieces[count] =
                (struct memory_piece){trail->chunks[i + count], headers[count], CHUNK_DATA};
        }
        if (!memory_gather(pid, pieces, count)) {
            return;
        }
        for (size_t j = 0; j < count; j++, i++) {
            size_t size = used_size(headers[j]);
            if (size == 0 || !add_chunk(chunks, trail->chunks[i], size)) {
                return;
            }
        }
    }
}

/* Reads the bytes of the chunks from the one with index `from` on, in one call. */
static bool read_bytes(struct stack_chunks *chunks, pid_t pid, size_t from)
{
    if (!grow((void **)&chunks->pieces, &chunks->pieces_room, chunks->count,
              sizeof *chunks->pieces)) {
        return false;
    }
    for (size_t i = from; i < chunks->count; i++) {
        const struct stack_chunk *chunk = &chunks->list[i];
        chunks->pieces[i] =
            (struct memory_piece){chunk->address, chunks->bytes + chunk->at, chunk->size};
    }
    return memory_gather(pid, chunks->pieces + from, chunks->count - from);
}

/* Keeps of the chunks those that follow one another; *next is where the last of them leads. */
static void keep_linked(struct stack_chunks *chunks, uint64_t *next)
{
    size_t sure = 1;
    *next = memory_u64(chunks->bytes, CHUNK_PREVIOUS);
    while (sure < chunks->count && chunks->list[sure].address == *next) {
        *next = memory_u64(chunks->bytes + chunks->list[sure].at, CHUNK_PREVIOUS);
        sure++;
    }
    chunks->count = sure;
    chunks->size = chunks->list[sure - 1].at + chunks->list[sure - 1].size;
}

/* Remembers the chunks for next time. Without memory there is nothing to remember. */
static void remember(const struct stack_chunks *chunks, struct stack_trail *trail)
{
    trail->count = 0;
    if (grow((void **)&trail->chunks, &trail->room, chunks->count, sizeof *trail->chunks)) {
        for (size_t i = 0; i < chunks->count; i++) {
            trail->chunks[i] = chunks->list[i].address;
        }
        trail->count = chunks->count;
        trail->first_size = chunks->list[0].size;
    }
}

bool stack_chunks_expect(struct stack_chunks *chunks, const struct stack_trail *trail,
                         struct memory_piece *piece)
{
    size_t size = (trail->first_size / EXPECT_STEP + 1) * EXPECT_STEP;
    if (trail->count == 0 || size > EXPECT_MOST || !grow_bytes(chunks, size)) {
        return false;
    }
    *piece = (struct memory_piece){trail->chunks[0], chunks->bytes, size};
    return true;
}

/* The addresses of last time are taken as far as they hold: at most three system calls for a stack
 * of thousands of frames that did not grow. */
bool stack_chunks_read(struct stack_chunks *chunks, struct stack_trail *trail, pid_t pid,
                       uint64_t first, uint64_t top, const struct memory_piece *expected)
{
    uint64_t next = 0;
    chunks->count = 0;
    chunks->size = 0;
    if (first == 0 || top < first + CHUNK_DATA || top - first > BYTES_MOST ||
        !add_chunk(chunks, first, (size_t)(top - first))) {
        return false;
    }
    if (trail->count > 1 && trail->chunks[0] == first) {
        size_up(chunks, trail, pid);
    }
    /* The first lies at bytes[0], where the expected piece was read to. */
    size_t known =
        expected != NULL && expected->address == first && expected->size >= top - first ? 1 : 0;
    if (!read_bytes(chunks, pid, known)) {
        /* One of them is gone: only the first is sure. */
        bool was_alone = chunks->count == 1;
        chunks->count = 1;
        chunks->size = chunks->list[0].size;
        if (was_alone || !read_bytes(chunks, pid, known)) {
            return false;
        }
    }
    keep_linked(chunks, &next);
    if (!follow(chunks, pid, next)) {
        return false;
    }
    remember(chunks, trail);
    return true;
}

const unsigned char *stack_chunks_find(const struct stack_chunks *chunks, uint64_t address,
                                       size_t size, size_t *hint)
{
    for (size_t i = *hint; i < chunks->count; i++) {
        const struct stack_chunk *chunk = &chunks->list[i];
        uint64_t at = address - chunk->address; /* an address may be anything: no sum may wrap */
        if (address >= chunk->address && at >= CHUNK_DATA && chunk->size >= size &&
            at <= chunk->size - size) {
            *hint = i;
            return chunks->bytes + chunk->at + at;
        }
    }
    return NULL;
}
