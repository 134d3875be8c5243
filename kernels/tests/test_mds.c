/* Every kernel of MDS that this machine can run makes the oracle's moves, to the last bit. */
#include "kernels/dispatch.h"
#include "kernels/scalar/mds_kernels.h"
#include "kernels/tests/mds_problems.h"

#if defined(__x86_64__)
#include "kernels/avx2/mds_kernels.h"
#include "kernels/avx512/mds_kernels.h"
#endif

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

static bool runs_here(const struct kernel *kernel)
{
    return kernel->operation == KERNEL_MDS_SOLVE && (dispatch_machine() & 1u << kernel->isa);
}

/* Solves one problem with every kernel; threads from 1 to 3 where a kernel takes them. */
static void check(enum mds_family family, size_t n, uint64_t epochs, uint64_t seed)
{
    struct mds_problem problem = mds_problem_make(family, n, epochs, seed);

    mds_problem_solve(&problem);
    for (size_t k = 0; k < dispatch_count(); k++) {
        const struct kernel *kernel = dispatch_kernel(k);
        if (!runs_here(kernel))
            continue;
        const unsigned threads = kernel->threaded ? 1 + (unsigned)(seed % 3) : 1;
        const char *different = mds_problem_check(&problem, kernel, threads);
        cr_expect_null(different, "%s, %s, n %zu, %zu epochs, seed %zu, %u threads: %s",
                       kernel->name, mds_family_name(family), n, (size_t)epochs, (size_t)seed,
                       threads, different);
    }
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
