/* Look: one look at one thread, and what it adds to the tree of stacks. Used by sampler.c only.
 *
 * Ownership: a `struct looker` owns the tree and its scratch; looker_free() releases them.
 */
#ifndef FORTYFOLD_PROFILE_LOOK_H
#define FORTYFOLD_PROFILE_LOOK_H

#include "profile/sampler.h"
#include "profile/tracer.h"
#include "profile/tree.h"

/* Whose stacks stand below a node right under the tree's root. */
struct origin {
    uint32_t process_number;
    char *process; /* what to call it, */
    char *thread;  /* and the thread */
    bool is_named; /* by Python, which knows better than the kernel */
    uint64_t tries_count;
    bool has_samples; /* in the graph */
};

struct looker {
    const struct sampler_options *options;
    struct tracer *tracer;
    struct profile *profile;
    struct sampler_report *report;
    struct tree tree;
    struct origin *origins;
    size_t origins_count;
    struct stack stack;
    uint32_t *path; /* the last stack's nodes, from the root, */
    uint32_t *path_frames;
    size_t path_depth, path_room;
    uint32_t idle_frame, outside_frame; /* marks */
    uint64_t caught_up_count; /* samples beyond one that the last look counted for a thread */
};

enum status looker_make(struct looker *looker);

/* Is the process a Python that can be read? Waits a moment for one that is just starting.
 * STATUS_BAD_INPUT: it is none. */
enum status look_for_python(struct looker *looker, struct process *process);

/* Looks at a thread and counts what it sees. `period_ns` is the mean time between looks.
 * STATUS_BAD_INPUT: its process is a Python that we cannot read. STATUS_NO_MEMORY. */
enum status look_at(struct looker *looker, struct thread *thread, uint64_t period_ns);

/* Puts what was counted into the profile. */
enum status looker_finish(struct looker *looker);

void looker_free(struct looker *looker);

#endif
