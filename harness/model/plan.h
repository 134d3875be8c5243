/* A plan: what a run will measure, fixed before it starts, stored with the run.
 *
 * The order of everything follows from the seed: see plan_order().
 * Ownership: a plan owns its arrays and strings; plan_free() releases them.
 */
#ifndef FORTYFOLD_MODEL_PLAN_H
#define FORTYFOLD_MODEL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/problem.h"

struct plan {
    uint64_t seed;
    char *preset;     /* name of the preset, or "custom" */
    char *control;    /* NULL, or the variant that is measured against itself */
    char *parameters; /* JSON object: the problem's, overridden by the preset's */
    size_t *sizes;    /* ascending */
    size_t sizes_count;
    size_t *variants; /* indices into the lab's variants, the baseline first */
    size_t variants_count;
    size_t blocks_count;   /* fresh sets of workers */
    size_t samples_count;  /* rounds in a block: samples of each variant */
    double timeout_s;      /* for one sample (and for set-up and first call) */
    double budget_s;       /* no block starts after this; 0: no limit */
    uint64_t memory_bytes; /* address space of a worker; 0: no limit */
    int cpu;               /* the processor of single-threaded workers; −1: any */
    size_t warmup_size;    /* 0: warm up at the measured size */
    /* Above 0: after `blocks_least` blocks it is asked whether every speedup is known to this
     * relative precision (analyze/speedup.h), and blocks_count is only the most. */
    double precision;
    size_t blocks_least;
};

/* A number that looks random, from one that does not. */
uint64_t plan_mix(uint64_t state);

/* A seed for what nobody has given one: from 1 to 2³² − 1, which a person can type (0 would switch
 * Python's hash randomisation off). */
uint32_t plan_fresh_seed(void);

void plan_free(struct plan *plan);

/* Everything below follows from the seed alone, so that a run can be repeated and resumed. */

/* The problem of a round: the same for every variant. Parameters point into the plan. */
struct problem plan_problem(const struct plan *plan, size_t size, uint32_t block, uint32_t round);

/* The problem for warming up; `same` says whether it has the measured size. */
struct problem plan_warmup_problem(const struct plan *plan, size_t size, uint32_t block,
                                   bool *same);

uint32_t plan_hash_seed(const struct plan *plan, size_t size, uint32_t block, size_t variant);

/* The order in which a block's workers are started, in place: random, because a worker that always
 * came first might always find its memory in the same places. */
void plan_start_order(const struct plan *plan, size_t size, uint32_t block, size_t *variants,
                      size_t count);

/* The order of `count` variants in a round, in place: a random row order of a Latin square that is
 * drawn anew for every `count` rounds, so that each variant is first, second, … equally often. */
void plan_order(const struct plan *plan, size_t size, uint32_t block, uint32_t round,
                size_t *variants, size_t count);

/* Which of `calls` results is compared beside the last. */
uint64_t plan_pick(const struct plan *plan, size_t size, uint32_t block, uint32_t round,
                   size_t variant, uint64_t calls);

#endif
