/* Fixture: believable runs, made in memory, for the tests of what is shown and stored.
 *
 * The same kind gives the same run every time: the noise comes from a seeded generator, the dates
 * are fixed.
 *
 * Ownership: the caller owns the run; run_free() releases it.
 */
#ifndef FORTYFOLD_TESTS_FIXTURE_H
#define FORTYFOLD_TESTS_FIXTURE_H

#include "model/run.h"

enum fixture {
    FIXTURE_CURVE,           /* naive, numpy, c at five sizes: the usual run */
    FIXTURE_SINGLE,          /* the same at one size, as a claim is measured */
    FIXTURE_FAILED,          /* some cells failed, each in another way */
    FIXTURE_LONE,            /* only the baseline */
    FIXTURE_HUGE,            /* ratios of 1e6 */
    FIXTURE_CROWD,           /* nine variants, several on top of each other */
    FIXTURE_ONE_BLOCK,       /* no intervals */
    FIXTURE_BASELINE_FAILED, /* times, but no speedups */
    FIXTURE_ALL_FAILED,      /* no times at all */
    FIXTURE_HOSTILE,         /* names and reasons that try to break out */
    FIXTURE_SINGLE_CROWD,    /* nine variants at one size, one of them failed */
    FIXTURE_EMPTY,           /* a run that was interrupted before anything was measured */
    FIXTURE_COUNT
};

/* Makes a run. STATUS_NO_MEMORY. */
enum status fixture_run(enum fixture kind, struct run *run);

/* A short name, for files: "curve". */
const char *fixture_name(enum fixture kind);

#endif
