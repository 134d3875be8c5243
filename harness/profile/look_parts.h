/* The parts of a look, by the question that each answers. Used by look*.c only.
 *
 *   look.c          is the thread awake, and what is its stack?
 *   look_python.c   which interpreter is in its process?
 *   look_names.c    whose stacks are these?
 *   look_count.c    where in the tree of stacks is it counted?
 *   look_finish.c   what of the tree stands in the profile, at the end?
 *
 * Ownership: all of them work on the looker, which owns what they allocate.
 */
#ifndef FORTYFOLD_PROFILE_LOOK_PARTS_H
#define FORTYFOLD_PROFILE_LOOK_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "profile/look.h"

/* A library may be loaded at any time; reading the maps takes some 100 µs. */
enum { LOOK_MAPS_AGAIN_NS = 50000000 };

/* Where a thread is: the address in its program, and the system call in which it sleeps. */
struct look_place {
    uint64_t address;
    long call; /* −1: none */
};

/* look.c: the failure of all parts. */
enum status look_no_memory(void);

/* look_python.c: which interpreter is in the process? Looked for until it is there; the answer
 * stands in process->answer. STATUS_BAD_INPUT: the process that was asked for has one that we
 * cannot read. */
enum status look_find_python(struct looker *looker, struct process *process);

/* look_names.c: whose stacks are these? Gives the thread an origin where it has none.
 * STATUS_NO_MEMORY. */
enum status look_origin(struct looker *looker, struct thread *thread);

/* Asks Python for the thread's name, now and then, until it has one. The thread has an origin. */
void look_name_thread(struct looker *looker, struct thread *thread);

/* look_count.c: counts `samples_count` samples of what was read into looker->stack, with what it
 * answered. *node is where in the tree, TREE_ROOT when the stack is left out. STATUS_NO_MEMORY. */
enum status look_count(struct looker *looker, struct thread *thread, enum stack_answer answer,
                       struct look_place place, bool is_idle, uint64_t samples_count,
                       uint32_t *node);

#endif
