/* Planning: variants × sizes × blocks, and the seeded order in which they are measured. */
#ifndef FORTYFOLD_PLAN_PLAN_H
#define FORTYFOLD_PLAN_PLAN_H

#include <stdbool.h>

#include "base/status.h"
#include "model/lab.h"
#include "model/plan.h"

/* What the command line asked for; NULL and 0 mean: as the preset, or the default, says. */
struct plan_request {
    const char *preset;   /* default "quick" */
    const char *variants; /* "A,B" */
    const char *sizes;    /* "N,M" */
    const char *control;  /* the variant to measure against itself (the lab has its copy) */
    uint64_t seed;
    bool seed_given;
    size_t blocks, samples;
    double timeout_s, budget_s;
    double precision; /* relative width of a speedup's interval, above 0 */
    uint64_t memory_bytes;
};

/* Builds the plan for a lab. The baseline is always measured: it is added where it was not asked
 * for. STATUS_BAD_INPUT names what the lab does not have and lists what it has. */
enum status plan_build(const struct lab *lab, const struct plan_request *request,
                       struct plan *plan);

/* The defaults, for --help. */
enum {
    PLAN_BLOCKS_DEFAULT = 5,
    PLAN_BLOCKS_MOST = 60, /* where the precision decides */
    PLAN_SAMPLES_DEFAULT = 5,
    PLAN_TIMEOUT_DEFAULT_S = 60
};
#define PLAN_PRECISION_DEFAULT 0.02

#endif
