/* Random problems of MDS for the tests and the fuzzer, and the comparison with the oracle.
 *
 * A problem is determined by its seed. The caller owns it and frees it with mds_problem_free().
 */
#ifndef FORTYFOLD_KERNELS_TESTS_MDS_PROBLEMS_H
#define FORTYFOLD_KERNELS_TESTS_MDS_PROBLEMS_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/kernel.h"

/* The first four are what people have; the others are what breaks programs. */
enum mds_family {
    FAMILY_UNIFORM,   /* uniform in 10 dimensions */
    FAMILY_CLUSTERED, /* a few tight groups */
    FAMILY_SWISS,     /* a rolled-up sheet in 3 dimensions */
    FAMILY_PLANAR,    /* in a plane: the points can fit */
    FAMILY_USUAL_COUNT,
    FAMILY_GRID = FAMILY_USUAL_COUNT, /* a grid and halved distances: exact ties */
    FAMILY_LINE,                      /* on a line: up and down tie */
    FAMILY_ONE_PLACE,                 /* all points at one place, all goals 1 */
    FAMILY_NO_GOALS,                  /* goals 0 */
    FAMILY_PERFECT,                   /* the start is the solution, moved by a radius */
    FAMILY_FAR,                       /* 1e6 away from the origin */
    FAMILY_HUGE,                      /* squares overflow */
    FAMILY_SMALL,                     /* squares vanish */
    FAMILY_MIXED,                     /* some rows 0, some 1e9 times the others */
    FAMILY_COUNT
};

struct mds_problem {
    enum mds_family family;
    size_t n;
    double *goal, *xs; /* n × n, n × 2 */
    uint64_t epochs;
    /* What the oracle says, once mds_problem_solve() was called. */
    double *solved, error, epochs_done;
};

const char *mds_family_name(enum mds_family family);

struct mds_problem mds_problem_make(enum mds_family family, size_t n, uint64_t epochs,
                                    uint64_t seed);
void mds_problem_solve(struct mds_problem *problem);
void mds_problem_free(struct mds_problem *problem);

/* NULL when the kernel's answer is the oracle's: the same points to the last bit, as many epochs,
 * the error to rounding, and nothing written beside its arrays; otherwise what is different (valid
 * until the next call). */
const char *mds_problem_check(const struct mds_problem *problem, const struct kernel *kernel,
                              unsigned threads);

/* The next of a sequence of random numbers, uniform in [0, 1). */
double mds_random(uint64_t *state);

#endif
