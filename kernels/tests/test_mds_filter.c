/* The filter's sums are as near to the truth as they say: kernels/avx512/mds_filter*.c. */
#include "kernels/dispatch.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter.h"
#include "kernels/avx512/mds_kernels.h"
#include "kernels/tests/mds_problems.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

static bool runs_here(void)
{
    return dispatch_machine() & 1u << KERNEL_AVX512;
}

/* --- A search that has just begun an epoch ----------------------------------------------------
 */

static struct mds_search search_of(const struct mds_problem *problem, double radius)
{
    const size_t n = problem->n, bytes = mds_filter_bytes_avx512(n);
    double *sums = malloc(4 * n * sizeof *sums);
    struct mds_search search = {.d_goal = problem->goal,
                                .xs = problem->xs,
                                .n = n,
                                .radius = radius,
                                .goal_sum = sums,
                                .goal_square = sums + n,
                                .x = sums + 2 * n,
                                .y = sums + 3 * n,
                                .filter = aligned_alloc(64, (bytes + 63) / 64 * 64)};

    mds_filter_begin_avx512(&search);
    for (size_t i = 0; i < n; i++) {
        const double x = problem->xs[2 * i], y = problem->xs[2 * i + 1];
        search.goal_sum_largest = fmax(search.goal_sum_largest, search.goal_sum[i]);
        search.goal_square_total += search.goal_square[i];
        search.span = fmax(search.span, fmax(fabs(x), fabs(y)));
        search.sum[0] += x;
        search.sum[1] += y;
        search.square += x * x + y * y;
    }
    search.span += radius;
    ((struct filter *)search.filter)->scale = 0.5 / radius;
    for (size_t i = 0; i < n; i++)
        mds_filter_place_avx512(&search, i);
    return search;
}

static void search_free(struct mds_search *search)
{
    free(search->filter);
    free(search->goal_sum);
}

/* --- Rows -------------------------------------------------------------------------------------
 */

/* Σ goal·d over j < last, in extended precision. */
static void true_sums(const struct mds_search *search, size_t i, size_t last, long double sums[4])
{
    static const int moves[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};

    for (int m = 0; m < 4; m++) {
        const long double x = search->xs[2 * i] + moves[m][0] * (long double)search->radius;
        const long double y = search->xs[2 * i + 1] + moves[m][1] * (long double)search->radius;
        sums[m] = 0;
        for (size_t j = 0; j < last; j++)
            if (j != i)
                sums[m] += search->d_goal[i * search->n + j] *
                           hypotl(x - search->xs[2 * j], y - search->xs[2 * j + 1]);
    }
}

/* By how much the difference of two sums is wrong at most. */
static long double worst_difference(const double sums[4], const long double truth[4])
{
    long double worst = 0;

    for (int a = 0; a < 4; a++)
        for (int b = 0; b < a; b++)
            worst = fmaxl(worst, fabsl((sums[a] - (long double)sums[b]) - (truth[a] - truth[b])));
    return worst;
}

/* Errors of plain rows beyond their bounds; bounds of sums below only hold in sum over all points.
 */
static void check_plain(const struct mds_search *search, const char *what)
{
    long double error = 0, bound = 0;

    for (size_t i = 0; i < search->n; i++) {
        long double all[4], below[4], worst = 0;
        struct mds_sums sums;
        mds_filter_plain_avx512(search, i, &sums);
        true_sums(search, i, search->n, all);
        true_sums(search, i, i, below);
        const long double difference = worst_difference(sums.all, all);
        cr_expect(difference <= sums.difference_bound,
                  "plain, %s, n %zu, point %zu, radius %g: %Lg > %g", what, search->n, i,
                  search->radius, difference, sums.difference_bound);
        for (int m = 0; m < 4; m++)
            worst = fmaxl(worst, fabsl(sums.below[m] - below[m]));
        error += worst;
        bound += sums.below_bound;
    }
    cr_expect(error <= bound, "plain, %s, n %zu, radius %g, below: %Lg > %Lg", what, search->n,
              search->radius, error, bound);
}

/* Duels of all pairs of moves; one where a candidate meets a point may end undecided. */
static void check_duels(const struct mds_search *search, const char *what)
{
    for (size_t i = 0; i < search->n; i++) {
        long double all[4], largest = 0;
        true_sums(search, i, search->n, all);
        for (int m = 0; m < 4; m++)
            largest = fmaxl(largest, all[m]);
        const double bound = mds_filter_duel_bound_avx512(search, i, (double)largest);
        for (size_t pair = 0; pair < 16; pair++) {
            const size_t moves[2] = {pair / 4, pair % 4};
            const double more = mds_filter_duel_avx512(search, i, moves);
            const long double error = fabsl(more - (all[moves[1]] - all[moves[0]]));
            cr_expect(isnan(more) || error <= bound,
                      "duel, %s, n %zu, point %zu, radius %g, moves %zu and %zu: %Lg > %g", what,
                      search->n, i, search->radius, moves[0], moves[1], error, bound);
        }
    }
}

/* A row in double, as kernels/mds_search.h asks for; nothing is below a point. */
static void true_row(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    long double all[4];

    *sums = (struct mds_sums){0};
    true_sums(search, i, search->n, all);
    for (int m = 0; m < 4; m++) {
        sums->all[m] = (double)all[m];
        sums->difference_bound += 1e-15 * (double)all[m];
    }
}

/* Σ goal·d over pairs. */
static long double true_products(const struct mds_search *search)
{
    long double sum = 0;

    for (size_t i = 0; i < search->n; i++)
        for (size_t j = 0; j < i; j++)
            sum += search->d_goal[i * search->n + j] *
                   hypotl(search->xs[2 * i] - (long double)search->xs[2 * j],
                          search->xs[2 * i + 1] - (long double)search->xs[2 * j + 1]);
    return sum;
}

/* Moves all points. */
static void check_growth(struct mds_search *search, const char *what)
{
    static const struct mds_rows rows = {.row = true_row};
    const long double before = true_products(search);
    struct mds_progress progress = {0};

    search->rows = &rows;
    mds_filter_taylor_epoch_avx512(search, &progress);
    const long double error = fabsl(progress.products - (true_products(search) - before));
    cr_expect(progress.is_growth);
    cr_expect(error <= progress.bound, "growth, %s, n %zu, radius %g: %Lg > %g", what, search->n,
              search->radius, error, progress.bound);
}

static void check_taylor(struct mds_search *search, const char *what)
{
    ((struct filter *)search->filter)->scale = 2 / search->radius;
    for (size_t i = 0; i < search->n; i++)
        mds_filter_place_avx512(search, i);
    for (size_t i = 0; i < search->n; i++) {
        long double truth[4];
        double sums[4];
        const double bound = mds_filter_taylor_avx512(search, i, sums);
        true_sums(search, i, search->n, truth);
        const long double difference = worst_difference(sums, truth);
        cr_expect(difference <= bound, "Taylor, %s, n %zu, point %zu, radius %g: %Lg > %g", what,
                  search->n, i, search->radius, difference, bound);
    }
    check_growth(search, what);
}

static void check_rows(const struct mds_problem *problem, double radius, const char *what)
{
    struct mds_search search = search_of(problem, radius);

    if (mds_filter_fits_avx512(&search)) {
        check_plain(&search, what);
        if (mds_filter_fits_raw_avx512(&search))
            check_duels(&search, what);
        check_taylor(&search, what);
    }
    search_free(&search);
}

/* Radii from far above all distances to far below. */
Test(mds_filter, rows)
{
    static const size_t sizes[] = {1, 2, 15, 16, 17, 33, 130};

    for (int family = 0; family < FAMILY_COUNT && runs_here(); family++)
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
            struct mds_problem problem = mds_problem_make(family, sizes[s], 0, s);
            for (double radius = 4; radius > 1e-4; radius /= 2)
                check_rows(&problem, radius, mds_family_name(family));
            mds_problem_free(&problem);
        }
}

/* Points one or two radii, or hardly more, from each other, along the axes and between them. */
Test(mds_filter, rows_of_points_that_candidates_meet)
{
    enum { N = 43 };

    for (double radius = 1; radius > 1e-3 && runs_here(); radius /= 4)
        for (int shift = 0; shift < 4; shift++) {
            const int narrower = 1 + shift / 2;
            struct mds_problem problem = mds_problem_make(FAMILY_UNIFORM, N, 0, 1);
            for (size_t i = 0; i < N; i++) {
                problem.xs[2 * i] = radius * ((double)(i % 6) + shift * 1e-5 * (double)(i % 5));
                problem.xs[2 * i + 1] = radius * floor((double)i / 6) / narrower;
            }
            check_rows(&problem, radius, "lattice");
            mds_problem_free(&problem);
        }
}

/* --- What is left of the series in kernels/avx512/mds_filter_taylor.c ------------------------- */

/* Of one candidate, r = 1: by how much a step along x makes the distance at (dx, dy) grow, without
 * its series. */
static long double rest(long double dx, long double dy)
{
    const long double kappa = 0.3L, s = dx * dx + dy * dy + kappa, y = 1 / sqrtl(s);
    const long double n = y * y * (dy * dy - dx * dx);
    const long double a = y * dx * (1 - y * y * (1 - 2 * kappa + n) / 4);
    const long double growth = (2 * dx + 1) / (hypotl(dx + 1, dy) + hypotl(dx, dy));

    return (growth - (y / 4 + a + y * n / 4)) / (y * y * y);
}

Test(mds_filter, rest_of_the_series)
{
    const long double whole = 6.283185307179586477L;
    long double one = 0, two = 0;

    for (long double d = 1e-3L; d < 300; d *= 1.02L)
        for (int k = 0; k < 128; k++) {
            const long double dx = d * cosl(whole * k / 128), dy = d * sinl(whole * k / 128);
            /* A step along y is one along x with the axes exchanged. */
            const long double x = rest(dx, dy), y = rest(dy, dx), back = rest(-dx, dy);
            one = fmaxl(one, fabsl(x));
            two = fmaxl(two, fmaxl(fabsl(x - y), fabsl(x - back)));
        }
    cr_expect(one < 0.2405L && one > 0.23L, "%Lg", one);
    cr_expect(two < 0.2045L && two > 0.19L, "%Lg", two);
}

/* --- The total --------------------------------------------------------------------------------
 */

/* The total in single precision is as near to the one in double as it says, and says something: the
 * radius is tested to 1e-4. */
static void check_filter_error(enum mds_family family, size_t n)
{
    struct mds_problem problem = mds_problem_make(family, n, 0, n);
    struct mds_search search = search_of(&problem, 1);
    double bound;

    const double exact = mds_error_avx512(&search, problem.xs, 0, n);
    const double total = mds_filter_error_avx512(&search, problem.xs, &bound);
    cr_expect_float_eq(total, exact, bound, "%s, n %zu: %g, not %g, bound %g",
                       mds_family_name(family), n, total, exact, bound);
    if (n >= 8 && family != FAMILY_PLANAR)
        cr_expect_lt(bound, 1e-5 * exact, "%s, n %zu", mds_family_name(family), n);
    search_free(&search);
    mds_problem_free(&problem);
}

Test(mds_filter, total)
{
    for (int family = 0; family < FAMILY_USUAL_COUNT && runs_here(); family++)
        for (size_t n = 2; n < 140; n += n < 40 ? 1 : 33)
            check_filter_error(family, n);
}
#endif
