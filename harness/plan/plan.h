/* Planning: variants × sizes × blocks, and the seeded order in which they are measured. */
#ifndef FORTYFOLD_PLAN_PLAN_H
#define FORTYFOLD_PLAN_PLAN_H

#include <stdbool.h>

#include "base/status.h"
#include "model/lab.h"
#include "model/plan.h"
#include "model/problem.h"

/* What the command line asked for; NULL and 0 mean: as the preset, or the default, says. */
struct plan_request {
    const char *preset;   /* default "quick" */
    const char *variants; /* "A,B" */
    const char *sizes;    /* "N,M" */
    uint64_t seed;
    bool seed_given;
    size_t blocks, samples;
    double timeout_s, budget_s;
    uint64_t memory_bytes;
};

/* Builds the plan for a lab. The baseline is always measured: it is added where it was not asked
 * for. STATUS_BAD_INPUT names what the lab does not have and lists what it has. */
enum status plan_build(const struct lab *lab, const struct plan_request *request, struct plan *out);

/* The defaults, for --help. */
enum { PLAN_BLOCKS_DEFAULT = 5, PLAN_SAMPLES_DEFAULT = 5, PLAN_TIMEOUT_DEFAULT_S = 60 };

/* Everything below follows from the seed alone, so that a run can be repeated and resumed. */

/* The problem of a round: the same for every variant. Parameters point into the plan. */
struct problem plan_problem(const struct plan *plan, size_t size, uint32_t block, uint32_t round);

/* The problem for warming up; `same` says whether it has the measured size. */
struct problem plan_warmup_problem(const struct plan *plan, size_t size, uint32_t block,
                                   bool *same);

uint32_t plan_hash_seed(const struct plan *plan, size_t size, uint32_t block, size_t variant);

/* The order of `count` variants in a round, in place: a random row order of a Latin square that is
 * drawn anew for every `count` rounds, so that each variant is first, second, … equally often. */
void plan_order(const struct plan *plan, size_t size, uint32_t block, uint32_t round,
                size_t *variants, size_t count);

/* Which of `calls` results is compared beside the last. */
uint64_t plan_pick(const struct plan *plan, size_t size, uint32_t block, uint32_t round,
                   size_t variant, uint64_t calls);

#endif
