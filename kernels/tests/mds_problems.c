#include "kernels/tests/mds_problems.h"

#include "reference/mds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[FAMILY_COUNT] = {
    [FAMILY_UNIFORM] = "uniform",     [FAMILY_CLUSTERED] = "clustered",
    [FAMILY_SWISS] = "swiss roll",    [FAMILY_PLANAR] = "planar",
    [FAMILY_GRID] = "grid",           [FAMILY_LINE] = "line",
    [FAMILY_ONE_PLACE] = "one place", [FAMILY_NO_GOALS] = "no goals",
    [FAMILY_PERFECT] = "perfect",     [FAMILY_FAR] = "far",
    [FAMILY_HUGE] = "huge",           [FAMILY_SMALL] = "small",
    [FAMILY_MIXED] = "mixed",
};

/* Summing rounds by about 1e-16·√terms; a term carries the rounding of its distance, over all terms
 * at most 2ε·√(Σ(goal − d)²·Σgoal²), which is what remains when the points almost fit. */
static const double error_relative = 1e-13, distance_relative = 1e-15;
/* Kernels keep distances from being 0 by 2⁻⁵⁰⁰: that squared, for all pairs. */
static const double vanishing = 0x1p-900;

enum { GUARD = 8 };
static const double guard = -7.25e300;

const char *mds_family_name(enum mds_family family)
{
    return names[family];
}

double mds_random(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) * 0x1p-53;
}

enum { DIMENSIONS = 10 };

/* Places a point whose distances become goals; unused dimensions stay 0. */
static void place(enum mds_family family, size_t i, uint64_t *seed, double *place)
{
    const double turn = 1.5 * 3.141592653589793 * (1 + 2 * mds_random(seed));

    switch (family) {
    case FAMILY_CLUSTERED:
        for (int d = 0; d < 3; d++)
            place[d] = (double)((i + (size_t)d * (i % 5)) % 5) + 0.02 * mds_random(seed);
        break;
    case FAMILY_SWISS:
        place[0] = turn * cos(turn) / 10;
        place[1] = mds_random(seed);
        place[2] = turn * sin(turn) / 10;
        break;
    case FAMILY_PLANAR:
    case FAMILY_PERFECT:
        place[0] = mds_random(seed);
        place[1] = mds_random(seed);
        break;
    case FAMILY_GRID:
        place[0] = (double)(i % 8) / 2;
        place[1] = floor((double)i / 8) / 2;
        break;
    case FAMILY_LINE:
        place[0] = (double)i / 2;
        break;
    default:
        for (int d = 0; d < DIMENSIONS; d++)
            place[d] = mds_random(seed);
    }
}

static double start(enum mds_family family, const double *place, size_t i, int axis, uint64_t *seed)
{
    switch (family) {
    case FAMILY_GRID:
        return 2 * place[axis];
    case FAMILY_LINE:
        return axis == 0 ? (double)i : 0;
    case FAMILY_ONE_PLACE:
        return 0.5;
    case FAMILY_PERFECT:
        return place[axis] + (axis == 0 && i % 3 == 0 ? 0.5 : 0);
    default:
        return mds_random(seed);
    }
}

static double goal_between(enum mds_family family, size_t i, size_t j, double distance)
{
    if (i == j || family == FAMILY_NO_GOALS)
        return 0;
    if (family == FAMILY_ONE_PLACE)
        return 1;
    if (family == FAMILY_MIXED)
        return i % 4 == 0 || j % 4 == 0 ? 0 : i % 7 == 0 || j % 7 == 0 ? 1e9 * distance : distance;
    return distance;
}

struct mds_problem mds_problem_make(enum mds_family family, size_t n, uint64_t epochs,
                                    uint64_t seed)
{
    struct mds_problem problem = {.family = family, .n = n, .epochs = epochs};
    double *places = calloc(DIMENSIONS * n + 1, sizeof *places);
    const double scale = family == FAMILY_HUGE ? 1e200 : family == FAMILY_SMALL ? 1e-200 : 1;
    const double aside = family == FAMILY_FAR ? 1e6 : 0;

    problem.goal = malloc((n * n + 1) * sizeof *problem.goal);
    problem.xs = malloc((2 * n + 1) * sizeof *problem.xs);
    problem.solved = malloc((2 * n + 1) * sizeof *problem.solved);
    if (places == NULL || problem.goal == NULL || problem.xs == NULL || problem.solved == NULL)
        abort();
    for (size_t i = 0; i < n; i++) {
        place(family, i, &seed, places + DIMENSIONS * i);
        for (int axis = 0; axis < 2; axis++)
            problem.xs[2 * i + (size_t)axis] =
                aside + scale * start(family, places + DIMENSIONS * i, i, axis, &seed);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double square = 0;
            for (size_t d = 0; d < DIMENSIONS; d++)
                square += pow(places[DIMENSIONS * i + d] - places[DIMENSIONS * j + d], 2);
            problem.goal[i * n + j] = problem.goal[j * n + i] =
                goal_between(family, i, j, scale * sqrt(square));
        }
    free(places);
    return problem;
}

void mds_problem_solve(struct mds_problem *problem)
{
    memcpy(problem->solved, problem->xs, 2 * problem->n * sizeof *problem->xs);
    oracle_mds_solve(problem->goal, problem->solved, problem->n, (double)problem->epochs,
                     &problem->error, &problem->epochs_done);
}

void mds_problem_free(struct mds_problem *problem)
{
    free(problem->goal);
    free(problem->xs);
    free(problem->solved);
}

static double error_tolerance(const struct mds_problem *problem)
{
    double square = 0;

    for (size_t k = 0; k < problem->n * problem->n; k++)
        square += problem->goal[k] * problem->goal[k];
    return error_relative * problem->error + distance_relative * sqrt(problem->error * square) +
           distance_relative * distance_relative * square + vanishing;
}

static const char *compare(const struct mds_problem *problem, const double *xs,
                           const struct mds_outcome *outcome)
{
    static char text[128];

    for (size_t k = 0; k < 2 * problem->n; k++)
        if (xs[k] != problem->solved[k] || signbit(xs[k]) != signbit(problem->solved[k])) {
            snprintf(text, sizeof text, "point %zu: %.17g, not %.17g", k / 2, xs[k],
                     problem->solved[k]);
            return text;
        }
    if ((double)outcome->epochs_done != problem->epochs_done)
        return "another number of epochs";
    if (outcome->error == problem->error || (isnan(outcome->error) && isnan(problem->error)) ||
        fabs(outcome->error - problem->error) <= error_tolerance(problem))
        return NULL;
    snprintf(text, sizeof text, "error %.17g, not %.17g", outcome->error, problem->error);
    return text;
}

const char *mds_problem_check(const struct mds_problem *problem, const struct kernel *kernel,
                              unsigned threads)
{
    const size_t bytes = kernel->workspace_bytes == NULL ? 0 : kernel->workspace_bytes(problem->n);
    const size_t room = (bytes + sizeof(double) - 1) / sizeof(double);
    const size_t all = (room + GUARD) * sizeof(double);
    double *workspace = aligned_alloc(KERNEL_ALIGNMENT, (all + 63) / 64 * 64);
    double *xs = malloc((2 * problem->n + 2) * sizeof *xs);
    const char *different = NULL;
    struct mds_outcome outcome;

    if (workspace == NULL || xs == NULL)
        abort();
    memcpy(xs + 1, problem->xs, 2 * problem->n * sizeof *xs);
    xs[0] = xs[2 * problem->n + 1] = workspace[room] = guard;
    kernel->function.mds_solve(problem->goal, xs + 1, problem->n, problem->epochs, threads,
                               workspace, &outcome);
    different = compare(problem, xs + 1, &outcome);
    if (xs[0] != guard || xs[2 * problem->n + 1] != guard || workspace[room] != guard)
        different = "written beside an array";
    free(workspace);
    free(xs);
    return different;
}
