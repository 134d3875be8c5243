/* Every kernel that this machine can run × sizes × alignments, against the oracles. */
#include "kernels/dispatch.h"
#include "reference/mds.h"
#include "reference/particles.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Empty, one, two, three; around the vector lengths 4 and 8; a block and a bit. */
static const size_t sizes[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 65, 513};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

/* Doubles by which an array is moved from a 64-byte boundary. */
static const size_t offsets[] = {0, 1, 3};
enum { OFFSETS = sizeof offsets / sizeof offsets[0] };

/* Against stepping in long double: 1000 steps of which each rounds x and y by half an ulp. */
static const double particles_relative = 1e-13;
/* The total error is a sum of non-negative terms: summing rounds by about 1e-16·√terms of it. Each
 * term d² with d = goal − distance carries the rounding of the distance, 2·d·ε·goal; over all
 * terms at most 2ε·√(Σd²·Σgoal²), which is what remains when the points almost fit. */
static const double error_relative = 1e-13;
static const double distance_relative = 1e-15;

static double error_tolerance(double error, const double *goal, size_t count)
{
    double square = 0;

    for (size_t i = 0; i < count; i++)
        square += goal[i] * goal[i];
    return error_relative * error + distance_relative * sqrt(error * square);
}

static double random_unit(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) * 0x1p-53;
}

/* An array of `count` doubles, `offset` doubles from a 64-byte boundary, between two guards. */
struct array {
    double *block;
    double *numbers;
    size_t count;
};

static const double guard = -7.25e300;

static struct array array_make(size_t count, size_t offset)
{
    struct array array = {NULL, NULL, count};
    const size_t bytes = (8 + offset + count + 1) * sizeof(double);

    array.block = aligned_alloc(64, (bytes + 63) / 64 * 64);
    array.numbers = array.block + 8 + offset;
    memset(array.block, 0, bytes);
    array.numbers[-1] = array.numbers[count] = guard;
    return array;
}

static void array_free(struct array *array)
{
    cr_expect_eq(array->numbers[-1], guard, "written before the array");
    cr_expect_eq(array->numbers[array->count], guard, "written after the array");
    free(array->block);
}

static bool runs_here(const struct kernel *kernel, enum kernel_operation operation)
{
    return kernel->operation == operation && (dispatch_machine() & 1u << kernel->isa);
}

static void check_particles(const struct kernel *kernel, size_t n, size_t offset)
{
    struct array x = array_make(n, offset), y = array_make(n, offset), w = array_make(n, offset);
    double *ox = malloc((n + 1) * sizeof *ox), *oy = malloc((n + 1) * sizeof *oy);
    uint64_t seed = n + offset;

    for (size_t i = 0; i < n; i++) {
        x.numbers[i] = ox[i] = 0.1 + random_unit(&seed);
        y.numbers[i] = oy[i] = random_unit(&seed) - 0.5;
        w.numbers[i] = 20 * random_unit(&seed) - 10;
    }
    cr_assert_eq(oracle_particles_evolve(ox, oy, w.numbers, n, 0.01), STATUS_OK);
    kernel->function.particles_evolve(x.numbers, y.numbers, w.numbers, n, 1000, 1e-5, 1);
    for (size_t i = 0; i < n; i++) {
        const double close = particles_relative * hypot(ox[i], oy[i]);
        cr_expect(fabs(x.numbers[i] - ox[i]) <= close && fabs(y.numbers[i] - oy[i]) <= close,
                  "%s, n %zu, offset %zu, particle %zu: %g, %g off", kernel->name, n, offset, i,
                  x.numbers[i] - ox[i], y.numbers[i] - oy[i]);
    }
    free(ox);
    free(oy);
    array_free(&x);
    array_free(&y);
    array_free(&w);
}

Test(kernels, particles_evolve)
{
    for (size_t k = 0; k < dispatch_count(); k++)
        if (runs_here(dispatch_kernel(k), KERNEL_PARTICLES_EVOLVE))
            for (size_t s = 0; s < SIZES; s++)
                for (size_t o = 0; o < OFFSETS; o++)
                    check_particles(dispatch_kernel(k), sizes[s], offsets[o]);
}

Test(kernels, particles_evolve_without_steps)
{
    double x = 3, y = 4, w = 5;

    particles_evolve_scalar(&x, &y, &w, 1, 0, 1e-5, 1);
    cr_expect(x == 3 && y == 4);
    particles_evolve_scalar(NULL, NULL, NULL, 0, 1000, 1e-5, 1);
}

Test(kernels, particles_at_origin)
{
    const double x[] = {1, 0, 0, 0}, y[] = {0, -1, 0, 1e-200};

    cr_expect_eq(particles_at_origin(x, y, 4), 2);
    cr_expect_eq(particles_at_origin(x, y, 2), 2);
    cr_expect_eq(particles_at_origin(x + 3, y + 3, 1), 0, "its square is 0 in double");
    cr_expect_eq(particles_at_origin(NULL, NULL, 0), 0);
}

/* Distances of n points in 10 dimensions, starts in the unit square. */
static void mds_make(size_t n, uint64_t seed, double *goal, double *xs)
{
    double *high = malloc((10 * n + 1) * sizeof *high);

    for (size_t i = 0; i < 10 * n; i++)
        high[i] = random_unit(&seed);
    for (size_t i = 0; i < 2 * n; i++)
        xs[i] = random_unit(&seed);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double square = 0;
            for (size_t d = 0; d < 10; d++)
                square += pow(high[10 * i + d] - high[10 * j + d], 2);
            goal[i * n + j] = goal[j * n + i] = sqrt(square);
        }
    free(high);
}

static void check_mds(const struct kernel *kernel, size_t n, size_t offset, uint64_t epochs)
{
    struct array goal = array_make(n * n, offset), xs = array_make(2 * n, offset);
    const size_t workspace_bytes = kernel->workspace_bytes ? kernel->workspace_bytes(n) : 0;
    struct array scratch = array_make(workspace_bytes / sizeof(double), 0);
    double *oracle_xs = malloc((2 * n + 1) * sizeof *oracle_xs);
    double error, done;
    struct mds_outcome outcome;

    mds_make(n, n + offset, goal.numbers, xs.numbers);
    memcpy(oracle_xs, xs.numbers, 2 * n * sizeof *oracle_xs);
    oracle_mds_solve(goal.numbers, oracle_xs, n, (double)epochs, &error, &done);
    kernel->function.mds_solve(goal.numbers, xs.numbers, n, epochs, 1, scratch.numbers, &outcome);
    cr_expect_arr_eq(xs.numbers, oracle_xs, 2 * n * sizeof *oracle_xs,
                     "%s, n %zu, offset %zu: other points", dispatch_isa_name(kernel->isa), n,
                     offset);
    cr_expect_eq((double)outcome.epochs_done, done, "n %zu: epochs", n);
    cr_expect(fabs(outcome.error - error) <= error_tolerance(error, goal.numbers, n * n),
              "n %zu: error %.17g, not %.17g", n, outcome.error, error);
    free(oracle_xs);
    array_free(&goal);
    array_free(&xs);
    array_free(&scratch);
}

Test(kernels, mds_solve)
{
    for (size_t k = 0; k < dispatch_count(); k++)
        if (runs_here(dispatch_kernel(k), KERNEL_MDS_SOLVE))
            for (size_t s = 0; s < SIZES; s++)
                for (size_t o = 0; o < OFFSETS; o++) {
                    check_mds(dispatch_kernel(k), sizes[s], offsets[o], 0);
                    check_mds(dispatch_kernel(k), sizes[s], offsets[o], sizes[s] > 100 ? 3 : 40);
                }
}

/* The scalar kernel's row errors round as the definition does, so even ties break alike: points on
 * a line, on a grid with halved goals, and coinciding. */
Test(kernels, mds_solve_ties)
{
    enum { SIDE = 6, N = SIDE * SIDE };
    double goal[N * N], xs[2 * N], oracle_xs[2 * N], workspace[2 * N], error, done;
    struct mds_outcome outcome;

    for (int kind = 0; kind < 3; kind++) {
        for (size_t i = 0; i < N; i++) {
            xs[2 * i] = kind == 0 ? (double)i : kind == 1 ? (double)(i % SIDE) : 0.5;
            const size_t row = i / SIDE;
            xs[2 * i + 1] = kind == 1 ? (double)row : 0;
        }
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++)
                goal[i * N + j] =
                    kind == 2 ? i != j
                              : hypot(xs[2 * i] - xs[2 * j], xs[2 * i + 1] - xs[2 * j + 1]) / 2;
        memcpy(oracle_xs, xs, sizeof xs);
        oracle_mds_solve(goal, oracle_xs, N, 100, &error, &done);
        mds_solve_scalar(goal, xs, N, 100, 1, workspace, &outcome);
        cr_expect_arr_eq(xs, oracle_xs, sizeof xs, "kind %d", kind);
        cr_expect_eq((double)outcome.epochs_done, done, "kind %d", kind);
    }
}

static void check_functions(const struct kernel *distances, const struct kernel *row_error,
                            size_t n, size_t offset)
{
    struct array goal = array_make(n * n, offset), xs = array_make(2 * n, offset);
    struct array current = array_make(n * n, offset);
    double total = 0;

    mds_make(n, n, goal.numbers, xs.numbers);
    for (size_t i = 0; i < n; i++)
        distances->function.mds_update_distances(xs.numbers, current.numbers, n, i);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const double expected = hypot(xs.numbers[2 * i] - xs.numbers[2 * j],
                                          xs.numbers[2 * i + 1] - xs.numbers[2 * j + 1]);
            cr_expect(fabs(current.numbers[i * n + j] - expected) <= 1e-15 * expected,
                      "n %zu: distance %zu, %zu", n, i, j);
        }
    for (size_t i = 0; i < n; i++)
        total +=
            row_error->function.mds_row_error(goal.numbers + i * n, current.numbers + i * n, n);
    const double expected = (double)oracle_mds_error(goal.numbers, xs.numbers, n);
    cr_expect(fabs(total - expected) <= error_relative * expected, "n %zu: total", n);
    array_free(&goal);
    array_free(&xs);
    array_free(&current);
}

Test(kernels, mds_two_functions)
{
    for (size_t d = 0; d < dispatch_count(); d++)
        for (size_t r = 0; r < dispatch_count(); r++)
            if (runs_here(dispatch_kernel(d), KERNEL_MDS_UPDATE_DISTANCES) &&
                runs_here(dispatch_kernel(r), KERNEL_MDS_ROW_ERROR))
                for (size_t s = 0; s < SIZES; s++)
                    for (size_t o = 0; o < OFFSETS; o++)
                        check_functions(dispatch_kernel(d), dispatch_kernel(r), sizes[s],
                                        offsets[o]);
}

Test(kernels, mds_goal_is_valid)
{
    enum { N = 70 }; /* more than one tile */
    static double goal[N * N];
    static const double bad[] = {-1, (double)NAN, (double)INFINITY, 2};
    size_t row, column;

    cr_expect(mds_goal_is_valid(NULL, 0, &row, &column));
    for (size_t i = 0; i < N * N; i++)
        goal[i] = i % (N + 1) != 0;
    cr_expect(mds_goal_is_valid(goal, N, &row, &column));
    /* A zero is a zero. */
    goal[N - 1] = goal[0] = -0.0;
    goal[(N - 1) * N] = 0;
    cr_expect(mds_goal_is_valid(goal, N, &row, &column));
    goal[N - 1] = goal[(N - 1) * N] = 1;
    for (size_t b = 0; b < sizeof bad / sizeof bad[0]; b++)
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++) {
                const size_t mirror = j * N + i;
                const double kept = goal[i * N + j];
                goal[i * N + j] = bad[b];
                cr_assert(!mds_goal_is_valid(goal, N, &row, &column), "%zu, %zu: %g", i, j, bad[b]);
                cr_assert_eq(row, i > j ? i : j);
                cr_assert_eq(column, i > j ? j : i);
                /* Symmetric, but no distance. */
                goal[mirror] = bad[b];
                cr_assert_eq(mds_goal_is_valid(goal, N, &row, &column),
                             bad[b] > 0 && isfinite(bad[b]) && i != j,
                             "%zu, %zu and its mirror image: %g", i, j, bad[b]);
                goal[mirror] = goal[i * N + j] = kept;
            }
}
