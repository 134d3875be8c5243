/* A plan: what a run will measure, fixed before it starts, stored with the run.
 *
 * The order of everything follows from the seed: see plan/plan.h, plan_order().
 * Ownership: a plan owns its arrays and strings; plan_free() releases them.
 */
#ifndef FORTYFOLD_MODEL_PLAN_H
#define FORTYFOLD_MODEL_PLAN_H

#include <stddef.h>
#include <stdint.h>

struct plan {
    uint64_t seed;
    char *preset;     /* name of the preset, or "custom" */
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
    size_t warmup_size;    /* 0: warm up at the measured size */
};

void plan_free(struct plan *plan);

#endif
