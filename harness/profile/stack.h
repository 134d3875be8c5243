/* Stack: the Python frames of one thread, read from outside, and proved to belong together.
 *
 * Frames of functions lie one after the other in the thread's stack chunks, so each must end where
 * the one that it called begins; what lies between must be frames that have not begun, or have
 * ended. Frames of generators and coroutines lie elsewhere and have no such proof, but what
 * surrounds them has. A stack that fails is rejected by the caller: the thread was stopped between
 * two stores that belong together.
 *
 * Units: addresses are the process's. Ownership: a `struct stack` owns its arrays, used again for
 * every sample; a memo belongs to a thread.
 */
#ifndef FORTYFOLD_PROFILE_STACK_H
#define FORTYFOLD_PROFILE_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "profile/code.h"
#include "profile/interpreter.h"
#include "profile/stack_begin.h"
#include "profile/stack_chunks.h"

/* Where the last look at a thread found its stack: the next one looks there first. */
struct stack_memo {
    struct stack_begin_guess begin;
    struct stack_trail trail;
    struct code_guess codes;
};

/* The innermost frame comes first. */
struct stack {
    size_t depth, room;
    uint64_t *codes;
    uint64_t *instructions;
    uint64_t *frames; /* addresses */
    struct code **code;
    unsigned char *owners;
    struct stack_chunks chunks; /* scratch */
};

enum stack_answer {
    STACK_GOOD,
    STACK_EMPTY,  /* the thread runs no Python code */
    STACK_OTHERS, /* the thread state belongs to another thread, or is gone */
    STACK_TORN
};

/* Reads the stack of the thread whose state is at `thread_state` and whose number, as the process
 * itself sees it, is `native`. The thread must stand still meanwhile. The codes of a STACK_GOOD
 * stand in stack->code. STATUS_NO_MEMORY. */
enum status stack_read(struct stack *stack, struct stack_memo *memo, struct code_cache *cache,
                       pid_t pid, const struct interpreter *interpreter, uint64_t thread_state,
                       uint64_t native, enum stack_answer *answer);

void stack_free(struct stack *stack);
void stack_memo_free(struct stack_memo *memo);

#endif
