/* Stack begin: where a thread's stack begins, as its thread state has it.
 *
 * The state leads to the innermost frame (until 3.12 by way of a _PyCFrame in the machine's stack)
 * and to the youngest stack chunk. All these seldom move from one look to the next, so they are
 * read in one call where they were last time; what turns out to be elsewhere is read there. The
 * thread stands still, so both ways find the same.
 *
 * Units: addresses are the process's. Ownership: nothing is allocated.
 */
#ifndef FORTYFOLD_PROFILE_STACK_BEGIN_H
#define FORTYFOLD_PROFILE_STACK_BEGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "profile/layout.h"
#include "profile/memory.h"

struct stack_begin {
    uint64_t frames[2]; /* the innermost; and, where it is kept in the machine's stack, the one from
                         * which C code was called. 0: none */
    uint64_t chunk, top; /* the youngest chunk, and up to where it is in use */
};

/* Where a thread's _PyCFrames were last time; 0: not known. */
struct stack_begin_guess {
    uint64_t cframes[2];
};

enum { STACK_BEGIN_ALSO_MOST = 24 };

enum stack_begin_answer {
    STACK_BEGIN_GOOD,
    STACK_BEGIN_GONE, /* there is no thread state of this thread */
    STACK_BEGIN_TORN
};

/* Reads it for the thread whose state is at `thread_state`, if that is of the thread `native`.
 * `also` are up to STACK_BEGIN_ALSO_MOST other pieces to read in the same call; *also_read tells
 * whether they were. */
enum stack_begin_answer stack_begin_read(pid_t pid, const struct layout *layout,
                                         uint64_t thread_state, uint64_t native,
                                         struct stack_begin_guess *guess,
                                         const struct memory_piece *also, size_t also_count,
                                         bool *also_read, struct stack_begin *begin);

#endif
