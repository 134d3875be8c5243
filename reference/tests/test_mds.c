/* The MDS oracle against a second implementation of the published kind: a distance matrix that is
 * kept up to date, and a total error that is updated by the change of each row, in long double. */
#include "reference/mds.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct problem {
    size_t n;
    double *goal;
    double *xs;
};

static double random_unit(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) * 0x1p-53;
}

/* Distances of n uniform points in 10 dimensions, starts in the unit square. */
static struct problem problem_make(size_t n, uint64_t seed)
{
    struct problem p = {n, calloc(n * n + 1, sizeof(double)), calloc(2 * n + 1, sizeof(double))};
    double *high = calloc(10 * n + 1, sizeof(double));

    for (size_t i = 0; i < 10 * n; i++)
        high[i] = random_unit(&seed);
    for (size_t i = 0; i < 2 * n; i++)
        p.xs[i] = random_unit(&seed);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            double square = 0;
            for (size_t d = 0; d < 10; d++)
                square += pow(high[10 * i + d] - high[10 * j + d], 2);
            p.goal[i * n + j] = p.goal[j * n + i] = sqrt(square);
        }
    free(high);
    return p;
}

static void problem_free(struct problem *p)
{
    free(p->goal);
    free(p->xs);
}

static void refill_row(const struct problem *p, const double *xs, long double *current, size_t i)
{
    for (size_t j = 0; j < p->n; j++)
        current[i * p->n + j] = current[j * p->n + i] =
            hypotl((long double)xs[2 * i] - xs[2 * j], (long double)xs[2 * i + 1] - xs[2 * j + 1]);
}

static long double row_error(const struct problem *p, const long double *current, size_t i)
{
    long double sum = 0;
    for (size_t j = 0; j < p->n; j++)
        sum += powl(p->goal[i * p->n + j] - current[i * p->n + j], 2);
    return sum;
}

static void second_solve(const struct problem *p, double *xs, int epochs, double *error, int *done)
{
    long double *current = calloc(p->n * p->n + 1, sizeof *current);
    long double total = 0, previous = (long double)INFINITY;
    double radius = 1;

    for (size_t i = 0; i < p->n; i++)
        refill_row(p, xs, current, i);
    for (size_t i = 0; i < p->n; i++)
        total += row_error(p, current, i);
    for (*done = 0; *done < epochs && radius > 1e-3; ++*done) {
        radius = total >= previous || previous - total <= 1e-4L * total ? radius / 2 : radius;
        previous = total;
        for (size_t i = 0; i < p->n; i++) {
            const double stay[2] = {xs[2 * i], xs[2 * i + 1]};
            const long double before = row_error(p, current, i);
            long double best = (long double)INFINITY;
            double chosen[2] = {0, 0};
            for (int move = 0; move < 4; move++) {
                xs[2 * i] = stay[0];
                xs[2 * i + 1] = stay[1];
                xs[2 * i + move % 2] += move < 2 ? radius : -radius;
                refill_row(p, xs, current, i);
                const long double now = row_error(p, current, i);
                if (now < best) {
                    best = now;
                    memcpy(chosen, &xs[2 * i], sizeof chosen);
                }
            }
            memcpy(&xs[2 * i], chosen, sizeof chosen);
            refill_row(p, xs, current, i);
            total -= 2 * (before - best);
        }
    }
    *error = (double)total;
    free(current);
}

static void compare(size_t n, int epochs, uint64_t seed)
{
    struct problem p = problem_make(n, seed);
    double *second = malloc((2 * n + 1) * sizeof *second);
    double error, second_error, done;
    int second_done;

    memcpy(second, p.xs, 2 * n * sizeof *second);
    oracle_mds_solve(p.goal, p.xs, n, epochs, &error, &done);
    second_solve(&p, second, epochs, &second_error, &second_done);
    cr_expect_eq((int)done, second_done, "n %zu, seed %d: epochs", n, (int)seed);
    cr_expect_arr_eq(p.xs, second, 2 * n * sizeof *second, "n %zu, seed %d", n, (int)seed);
    cr_expect(fabs(error - second_error) <= 1e-14 * error + 1e-14, "n %zu: %.17g, %.17g", n, error,
              second_error);
    free(second);
    problem_free(&p);
}

Test(mds, incremental_implementation_agrees)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        compare(4, 8, seed);
        compare(17, 20, seed);
        compare(60, 1000, seed); /* until the radius ends it */
    }
}

/* Halving is decided at the start of an epoch, so the error of a run of k + 1 epochs starts from
 * that of k: the same points, epoch by epoch. */
Test(mds, error_is_that_of_the_returned_points)
{
    for (int epochs = 0; epochs < 12; epochs++) {
        struct problem p = problem_make(23, 9);
        double error, done;
        oracle_mds_solve(p.goal, p.xs, p.n, epochs, &error, &done);
        cr_expect_eq(done, epochs);
        cr_expect_eq(error, (double)oracle_mds_error(p.goal, p.xs, p.n));
        problem_free(&p);
    }
}

Test(mds, points_at_their_goal_have_no_error_wherever_they_stand)
{
    struct problem p = problem_make(20, 3);
    for (size_t i = 0; i < p.n; i++)
        for (size_t j = 0; j < p.n; j++)
            p.goal[i * p.n + j] =
                hypot(p.xs[2 * i] - p.xs[2 * j], p.xs[2 * i + 1] - p.xs[2 * j + 1]);
    cr_expect(oracle_mds_error(p.goal, p.xs, p.n) < 1e-28L);
    for (size_t i = 0; i < 2 * p.n; i++)
        p.xs[i] += 1024;
    cr_expect(oracle_mds_error(p.goal, p.xs, p.n) < 1e-20L);
    problem_free(&p);
}

static enum status solve_pair(double d01, double d10, double d00, double epochs)
{
    struct value arguments[3], result = {.kind = VALUE_NOTHING};
    const size_t square[] = {2, 2};

    cr_assert_eq(value_array(2, square, &arguments[0]), STATUS_OK);
    cr_assert_eq(value_array(2, square, &arguments[1]), STATUS_OK);
    cr_assert_eq(value_array(0, NULL, &arguments[2]), STATUS_OK);
    arguments[0].numbers[0] = d00;
    arguments[0].numbers[1] = d01;
    arguments[0].numbers[2] = d10;
    arguments[2].numbers[0] = epochs;
    enum status status = oracle_mds(arguments, 3, &result);
    value_free(&result);
    for (int a = 0; a < 3; a++)
        value_free(&arguments[a]);
    return status;
}

Test(mds, the_adapter_checks_its_arguments)
{
    cr_expect_eq(solve_pair(1, 1, 0, 2), STATUS_OK);
    cr_expect_eq(solve_pair(1, 2, 0, 2), STATUS_BAD_INPUT);
    cr_expect_eq(solve_pair(-1, -1, 0, 2), STATUS_BAD_INPUT);
    cr_expect_eq(solve_pair(1, 1, 0.5, 2), STATUS_BAD_INPUT);
    cr_expect_eq(solve_pair(1, 1, 0, 2.5), STATUS_BAD_INPUT);
    cr_expect_eq(solve_pair(1, 1, 0, -1), STATUS_BAD_INPUT);
    cr_expect_eq(solve_pair((double)NAN, (double)NAN, 0, 1), STATUS_BAD_INPUT);
}
