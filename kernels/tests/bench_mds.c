/* How near the kernels of MDS come to this machine's bound, and how many rows the filter leaves to
 * double: JSON on standard output, raw values of every round.
 * kernels/tests/bench_mds.py calls it. Usage: bench-mds ROUNDS */
#include "base/clock.h"
#include "kernels/avx512/mds_kernels.h"
#include "kernels/dispatch.h"
#include "kernels/room.h"
#include "kernels/tests/mds_problems.h"
#include "measure/limits.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Seconds for each pace in a round: some hundred microseconds, so that a round lies within one mood
 * of the machine. */
static const double pace_s = 0.0005;

enum { EPOCHS = 4 };

static double now_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The problem of the labs' kind, its goals on the pages that NumPy asks for too. */
static struct mds_problem make_problem(size_t n)
{
    struct mds_problem problem = mds_problem_make(FAMILY_UNIFORM, n, 0, 1);
    double *goal = room_make(n * n * sizeof *goal);

    if (goal == NULL)
        abort();
    memcpy(goal, problem.goal, n * n * sizeof *goal);
    free(problem.goal);
    problem.goal = goal;
    return problem;
}

static void free_problem(struct mds_problem *problem)
{
    room_free(problem->goal);
    problem->goal = NULL;
    mds_problem_free(problem);
}

/* One search from the problem's start, timed by the processor time it got. */
static double solve_s(const struct kernel *kernel, const struct mds_problem *problem,
                      uint64_t epochs, struct mds_outcome *outcome)
{
    const size_t bytes = kernel->workspace_bytes == NULL ? 0 : kernel->workspace_bytes(problem->n);
    void *workspace = room_make(bytes);

    if (workspace == NULL)
        abort();
    memset(workspace, 0, bytes); /* the pages are there before the clock starts */
    memcpy(problem->solved, problem->xs, 2 * problem->n * sizeof *problem->xs);
    const double began = now_s();
    kernel->function.mds_solve(problem->goal, problem->solved, problem->n, epochs, 1, workspace,
                               outcome);
    const double took = now_s() - began;
    room_free(workspace);
    return took;
}

/* An epoch without what is done once a search. */
static double epoch_s(const struct kernel *kernel, const struct mds_problem *problem)
{
    struct mds_outcome outcome;
    const double one = solve_s(kernel, problem, 1, &outcome);

    return (solve_s(kernel, problem, 1 + EPOCHS, &outcome) - one) / EPOCHS;
}

static json_t *entry(const struct kernel *kernel, size_t n, const char *key, json_t *values)
{
    return json_pack("{s:s, s:s, s:s, s:i, s:o}", "operation",
                     dispatch_operation_name(kernel->operation), "kernel", kernel->name, "isa",
                     dispatch_isa_name(kernel->isa), "n", (int)n, key, values);
}

static bool runs_here(const struct kernel *kernel)
{
    return kernel->operation == KERNEL_MDS_SOLVE && (dispatch_machine() & 1u << kernel->isa);
}

/* Bound / time of each round, the bound measured before and after what time_s() times. */
static json_t *shares_of(enum kernel_isa isa, const struct kernel_demand *demand,
                         double (*time_s)(const void *context), const void *context, size_t n,
                         int rounds)
{
    const struct pace_set *set = limits_set(isa);
    const double units = 4 * (double)n * (double)n;
    json_t *values = json_array();
    bool wanted[PACE_KINDS] = {false};
    const char *bound;

    limits_wanted(demand, wanted);
    for (int round = 0; round < rounds; round++) {
        struct limits_paces paces, after;
        limits_measure(set, wanted, pace_s, &paces);
        const double took = time_s(context);
        limits_measure(set, wanted, pace_s, &after);
        limits_best(&paces, &after);
        json_array_append_new(values,
                              json_real(units * limits_unit_s(demand, &paces, &bound) / took));
    }
    return values;
}

struct epochs {
    const struct kernel *kernel;
    const struct mds_problem *problem;
};

static double time_epoch_s(const void *context)
{
    const struct epochs *epochs = context;

    return epoch_s(epochs->kernel, epochs->problem);
}

static json_t *measure_shares(int rounds)
{
    struct mds_problem problem = make_problem(1000);
    json_t *list = json_array();

    for (size_t k = 0; k < dispatch_count(); k++) {
        const struct kernel *kernel = dispatch_kernel(k);
        if (!runs_here(kernel) || limits_set(kernel->isa) == NULL ||
            kernel->demand.fma + kernel->demand.sqrt == 0)
            continue;
        const struct epochs epochs = {kernel, &problem};
        json_array_append_new(list, entry(kernel, 1000, "shares",
                                          shares_of(kernel->isa, &kernel->demand, time_epoch_s,
                                                    &epochs, problem.n, rounds)));
    }
    free_problem(&problem);
    return list;
}

/* --- Rows alone: without what lies between them, and without the totals of an epoch ------------
 */

#if defined(__x86_64__)

/* In double. What they ask for, of each pair and move: kernels/avx512/mds_rows.c, mds_weighted.h.
 */
static const struct row {
    const char *name;
    mds_row_fn *row;
    struct kernel_demand demand;
    bool
        is_cached; /* one row again and again, from the nearest cache; otherwise the whole matrix */
} rows[] = {
    {"corrected, cached", mds_row_avx512_rsqrt, {47.0 / 64, 5.0 / 64, 0, 3.0 / 64}, true},
    {"corrected rows", mds_row_avx512_rsqrt, {47.0 / 64, 5.0 / 64, 0, 3.0 / 64}, false},
    {"newton, cached", mds_row_avx512_newton, {16.0 / 32, 3.0 / 32, 0, 1.0 / 32}, true},
    {"newton rows", mds_row_avx512_newton, {16.0 / 32, 3.0 / 32, 0, 1.0 / 32}, false},
    {"raw, cached", mds_row_avx512_raw, {9.0 / 32, 4.0 / 32, 0, 0}, true},
    {"raw rows", mds_row_avx512_raw, {9.0 / 32, 4.0 / 32, 0, 0}, false},
};

struct rowing {
    const struct row *row;
    const struct mds_search *search;
};

/* So that the sums are needed. */
static volatile double sink;

static double time_rows_s(const void *context)
{
    const struct rowing *rowing = context;
    const double began = now_s();
    struct mds_sums sums;

    for (size_t i = 0; i < rowing->search->n; i++) {
        rowing->row->row(rowing->search, rowing->row->is_cached ? rowing->search->n / 2 : i, &sums);
        sink = sums.all[0];
    }
    return now_s() - began;
}

static json_t *measure_rows(int rounds)
{
    enum { N = 1000, ROOM = (N + MDS_PAD - 1) / MDS_PAD * MDS_PAD };
    static _Alignas(64) double x[ROOM], y[ROOM], goal_sum[N];
    struct mds_problem problem = make_problem(N);
    const struct mds_search search = {.rows = &mds_rows_avx512,
                                      .d_goal = problem.goal,
                                      .xs = problem.xs,
                                      .n = N,
                                      .radius = 1,
                                      .x = x,
                                      .y = y,
                                      .goal_sum = goal_sum};
    json_t *list = json_array();

    for (size_t i = 0; i < N; i++) {
        x[i] = problem.xs[2 * i] / 4;
        y[i] = problem.xs[2 * i + 1] / 4;
    }
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        const struct rowing rowing = {&rows[r], &search};
        if (dispatch_machine() & 1u << KERNEL_AVX512)
            json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:o}", "operation", "mds_solve",
                                                  "kernel", rows[r].name, "n", N, "shares",
                                                  shares_of(KERNEL_AVX512, &rows[r].demand,
                                                            time_rows_s, &rowing, N, rounds)));
    }
    free_problem(&problem);
    return list;
}

#else

static json_t *measure_rows(int rounds)
{
    (void)rounds;
    return json_array();
}

#endif

static double time_search_s(const void *context)
{
    const struct epochs *search = context;
    struct mds_outcome outcome;

    return solve_s(search->kernel, search->problem, 1000, &outcome);
}

/* Whole searches of the filter: the time that the slots of its rows and totals would take beside
 * what it took, with all that is done once. */
static json_t *measure_searches(int rounds)
{
    const double doubled_slots = 26.0 / 8; /* kernels/avx512/mds_rows.c */
    const double n = 1000;
    struct mds_problem problem = mds_problem_make(FAMILY_UNIFORM, (size_t)n, 0, 1);
    json_t *list = json_array();

    for (size_t k = 0; k < dispatch_count(); k++) {
        const struct kernel *kernel = dispatch_kernel(k);
        const struct epochs search = {kernel, &problem};
        struct mds_outcome outcome;
        if (!runs_here(kernel) || strstr(kernel->name, "filter") == NULL)
            continue;
        solve_s(kernel, &problem, 1000, &outcome);
        const double slots = outcome.slots + (double)outcome.rows_doubled_count * n * doubled_slots;
        /* Of each of the 4·n² units that shares_of() counts. */
        const struct kernel_demand demand = {.fma = slots / (4 * n * n)};
        json_array_append_new(list, entry(kernel, (size_t)n, "shares",
                                          shares_of(kernel->isa, &demand, time_search_s, &search,
                                                    problem.n, rounds)));
    }
    mds_problem_free(&problem);
    return list;
}

/* The share of rows of whole searches that are computed in double though there is a filter. */
static json_t *measure_fallback(void)
{
    static const size_t sizes[] = {200, 500, 1000, 2000};
    json_t *list = json_array();

    for (size_t k = 0; k < dispatch_count(); k++) {
        const struct kernel *kernel = dispatch_kernel(k);
        if (!runs_here(kernel) || strstr(kernel->name, "filter") == NULL)
            continue;
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            struct mds_problem problem = make_problem(sizes[s]);
            struct mds_outcome outcome;
            solve_s(kernel, &problem, 1000, &outcome);
            const double rows = (double)sizes[s] * (double)outcome.epochs_done;
            json_array_append_new(list,
                                  entry(kernel, sizes[s], "fallback",
                                        json_real((double)outcome.rows_doubled_count / rows)));
            free_problem(&problem);
        }
    }
    return list;
}

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? atoi(argv[1]) : 25;
    json_t *all = json_pack("{s:o, s:o, s:o, s:o}", "rows", measure_rows(rounds), "shares",
                            measure_shares(rounds), "searches", measure_searches(rounds),
                            "fallback", measure_fallback());

    if (all == NULL || json_dumpf(all, stdout, JSON_REAL_PRECISION(6)) != 0)
        return 1;
    json_decref(all);
    return 0;
}
