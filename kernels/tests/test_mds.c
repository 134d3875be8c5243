/* Every kernel of MDS that this machine can run makes the oracle's moves, to the last bit. */
#include "kernels/dispatch.h"
#include "kernels/scalar/mds_kernels.h"
#include "kernels/tests/mds_problems.h"

#if defined(__x86_64__)
#include "kernels/avx2/mds_kernels.h"
#include "kernels/avx512/mds_kernels.h"
#endif

#include <criterion/criterion.h>
#include <string.h>
#include <math.h>
#include <stdlib.h>

static bool runs_here(const struct kernel *kernel)
{
    return kernel->operation == KERNEL_MDS_SOLVE && (dispatch_machine() & 1u << kernel->isa);
}

/* Solves one problem with every kernel; threads from 1 to 3 where a kernel takes them. */
static void check_problem(struct mds_problem *problem, uint64_t seed)
{
    mds_problem_solve(problem);
    for (size_t k = 0; k < dispatch_count(); k++) {
        const struct kernel *kernel = dispatch_kernel(k);
        if (!runs_here(kernel))
            continue;
        const unsigned threads = kernel->threaded ? 1 + (unsigned)(seed % 3) : 1;
        const char *different = mds_problem_check(problem, kernel, threads);
        cr_expect_null(different, "%s, %s, n %zu, %zu epochs, seed %zu, %u threads: %s",
                       kernel->name, mds_family_name(problem->family), problem->n,
                       (size_t)problem->epochs, (size_t)seed, threads, different);
    }
}

static void check(enum mds_family family, size_t n, uint64_t epochs, uint64_t seed)
{
    struct mds_problem problem = mds_problem_make(family, n, epochs, seed);

    check_problem(&problem, seed);
    mds_problem_free(&problem);
}

/* 240 problems: 60 of each family, from 1 point to 400, whole searches. */
Test(mds, usual_problems)
{
    uint64_t state = 2018;

    for (int family = 0; family < FAMILY_USUAL_COUNT; family++)
        for (uint64_t seed = 0; seed < 60; seed++)
            check(family, (size_t)pow(seed % 10 == 0 ? 400 : 80, mds_random(&state)), 1000, seed);
}

Test(mds, a_thousand_points)
{
    for (int family = 0; family < FAMILY_USUAL_COUNT; family++)
        check(family, 1000, 6, 7);
    check(FAMILY_UNIFORM, 1000, 1000, 1);
}

/* Points far from their first mean meet there: what rounds in Σ d² is not what is left of it. */
Test(mds, points_that_meet)
{
    static const double xs[] = {0.7499998547883361,  2.2541019414434665e-08,
                                1.7500000549795272,  -1.7919126094896317e-08,
                                -0.2500001194447647, 1.29744106657198e-07};
    struct mds_problem problem = mds_problem_make(FAMILY_UNIFORM, 3, 1000, 1);

    memcpy(problem.xs, xs, sizeof xs);
    for (size_t k = 0; k < 9; k++)
        problem.goal[k] = k % 4 == 0 ? 0 : 0x1p-56;
    check_problem(&problem, 1);
    mds_problem_free(&problem);
}

/* By the definition −0 becomes 0, whichever way its point moves. */
Test(mds, negative_zeros)
{
    struct mds_problem problem = mds_problem_make(FAMILY_UNIFORM, 40, 1, 1);

    for (size_t k = 0; k < 80; k += 3)
        problem.xs[k] = -0.0;
    check_problem(&problem, 1);
    mds_problem_free(&problem);
}

Test(mds, awkward_problems)
{
    static const size_t sizes[] = {0, 1, 2, 3, 7, 8, 9, 16, 17, 33, 65};

    for (int family = FAMILY_USUAL_COUNT; family < FAMILY_COUNT; family++)
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
            for (uint64_t seed = 0; seed < 2; seed++)
                check(family, sizes[s], seed == 0 ? 3 : 1000, seed);
}

/* Sums over parts of the points make the sum over all, wherever they are cut; the threads rely on
 * it, whichever rows they take. */
static void check_parts(const struct mds_rows *rows, size_t n)
{
    struct mds_problem problem = mds_problem_make(FAMILY_UNIFORM, n, 0, n);
    double x[64 + MDS_PAD] = {0}, y[64 + MDS_PAD] = {0}, room[2 * 64];
    struct mds_search search = {.rows = rows,
                                .d_goal = problem.goal,
                                .xs = problem.xs,
                                .n = n,
                                .radius = 0.25,
                                .x = x,
                                .y = y,
                                .goal_sum = room,
                                .goal_square = room + 64};

    for (size_t i = 0; i < n; i++) {
        x[i] = problem.xs[2 * i];
        y[i] = problem.xs[2 * i + 1];
    }
    rows->begin(&search);
    for (size_t cut = 0; cut <= n; cut++) {
        const size_t i = cut < n ? cut : 0;
        struct mds_sums sums;
        double low[4], high[4];
        rows->row(&search, i, &sums);
        rows->range(&search, i, 0, cut, low);
        rows->range(&search, i, cut, n, high);
        for (int m = 0; m < 4; m++) {
            cr_expect_float_eq(low[m] + high[m], sums.all[m], sums.below_bound, "n %zu, cut %zu", n,
                               cut);
            if (cut < n)
                cr_expect_float_eq(low[m], sums.below[m], sums.below_bound, "n %zu, cut %zu", n,
                                   cut);
        }
    }
    mds_problem_free(&problem);
}

Test(mds, parts_of_rows)
{
    for (size_t n = 1; n < 40; n++) {
        check_parts(&mds_rows_scalar, n);
#if defined(__x86_64__)
        if (dispatch_machine() & 1u << KERNEL_AVX2)
            check_parts(&mds_rows_avx2, n);
        if (dispatch_machine() & 1u << KERNEL_AVX512)
            check_parts(&mds_rows_avx512, n);
#endif
    }
}

#if defined(__x86_64__)
/* Coarse rows are as near to those by vsqrtpd as they say, also where candidates fall on points,
 * and say something: `share` of the sums. */
static void check_coarse(mds_row_fn *row, double share, enum mds_family family, size_t n)
{
    enum { ROOM = 200 };
    static _Alignas(KERNEL_ALIGNMENT) double x[ROOM], y[ROOM];
    double sums_of_goals[2 * ROOM];
    struct mds_problem problem = mds_problem_make(family, n, 0, n);
    struct mds_search search = {.rows = &mds_rows_avx512,
                                .d_goal = problem.goal,
                                .xs = problem.xs,
                                .n = n,
                                .radius = 1,
                                .size = 16,
                                .x = x,
                                .y = y,
                                .goal_sum = sums_of_goals,
                                .goal_square = sums_of_goals + ROOM};

    for (size_t i = 0; i < n; i++) {
        x[i] = problem.xs[2 * i] / 4;
        y[i] = problem.xs[2 * i + 1] / 4;
    }
    mds_begin_avx512(&search);
    for (size_t i = 0; i < n; i++) {
        struct mds_sums coarse, fine;
        row(&search, i, &coarse);
        mds_row_avx512_sqrt(&search, i, &fine);
        for (int m = 0; m < 4; m++) {
            cr_expect_float_eq(coarse.all[m], fine.all[m],
                               coarse.difference_bound / 2 + fine.below_bound,
                               "%s, n %zu, point %zu, move %d", mds_family_name(family), n, i, m);
            cr_expect_float_eq(
                coarse.below[m], fine.below[m], coarse.below_bound + fine.below_bound,
                "%s, n %zu, point %zu, move %d, below", mds_family_name(family), n, i, m);
        }
        cr_expect_leq(coarse.difference_bound,
                      share * (fine.all[0] + fine.all[1] + fine.all[2] + fine.all[3]),
                      "%s, n %zu, point %zu", mds_family_name(family), n, i);
    }
    mds_problem_free(&problem);
}

Test(mds, coarse_rows)
{
    static const enum mds_family families[] = {FAMILY_UNIFORM, FAMILY_SWISS, FAMILY_GRID};

    if ((dispatch_machine() & 1u << KERNEL_AVX512) == 0)
        return;
    for (size_t f = 0; f < sizeof families / sizeof families[0]; f++)
        for (size_t n = 2; n < 180; n += n < 40 ? 1 : 27) {
            check_coarse(mds_row_avx512_raw, 1.3e-4, families[f], n);
            check_coarse(mds_row_avx512_newton, 1e-6, families[f], n);
        }
}
#endif
