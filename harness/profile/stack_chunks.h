/* Stack chunks: the memory in which a thread's Python frames lie one after the other, copied.
 *
 * Units: bytes; addresses are the process's. Ownership: a `struct stack_chunks` owns the copies,
 * used again for every sample; a trail belongs to one thread. Both may be all zero.
 */
#ifndef FORTYFOLD_PROFILE_STACK_CHUNKS_H
#define FORTYFOLD_PROFILE_STACK_CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "profile/memory.h"

/* The addresses of a thread's chunks, the youngest first, as they were last time: with them all
 * are read at once. */
struct stack_trail {
    uint64_t *chunks;
    size_t count, room;
    size_t first_size; /* what of the youngest was in use */
};

struct stack_chunk {
    uint64_t address;
    size_t at;   /* where it begins in bytes[] */
    size_t size; /* the part of it that is in use */
};

struct stack_chunks {
    struct stack_chunk *list;
    size_t count, room;
    unsigned char *bytes;
    size_t size, bytes_room;
    struct memory_piece *pieces; /* scratch */
    size_t pieces_room;
};

/* What will be in the youngest chunk if the thread's stack is about as it was: to be read along
 * with other pieces, in one call. False: nothing is known. */
bool stack_chunks_expect(struct stack_chunks *chunks, const struct stack_trail *trail,
                         struct memory_piece *piece);

/* Copies what of the thread's chunks is in use: of the youngest, `first`, up to `top`. The thread
 * must stand still. `expected` is the piece of stack_chunks_expect() if it was read since the
 * thread stopped, else NULL. False when they cannot be read, or make no sense. */
bool stack_chunks_read(struct stack_chunks *chunks, struct stack_trail *trail, pid_t pid,
                       uint64_t first, uint64_t top, const struct memory_piece *expected);

/* The `size` bytes at `address` where they lie in a chunk, the chunk *hint or one after it; NULL
 * where they lie in none. */
const unsigned char *stack_chunks_find(const struct stack_chunks *chunks, uint64_t address,
                                       size_t size, size_t *hint);

void stack_chunks_free(struct stack_chunks *chunks);
void stack_trail_free(struct stack_trail *trail);

#endif
