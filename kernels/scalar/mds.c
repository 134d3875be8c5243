#include "kernels/mds_search.h"

#include <math.h>
#include <string.h>

static const double radius_start = 1.0;
static const double radius_end = 1e-3;
static const double radius_tolerance = 1e-4;

/* The published program keeps a distance matrix, so that the row before a move need not be computed
 * again. Here the matrix is absent: a row of it is N square roots that the four candidates compute
 * anyway, and the total error comes with them (see solve_epoch). */

/* Adds the pairs (i, j), first ≤ j < last, to the errors of the four candidates of point i. Both
 * moves along x share (yᵢ − yⱼ)², those along y share (xᵢ − xⱼ)²; every sum runs upwards in j. */
static void add_pairs(const double *goal, const double *xs, size_t first, size_t last,
                      const double *point, double radius, double error[4])
{
    const double x = point[0], y = point[1];
    const double right = x + radius, up = y + radius, left = x - radius, down = y - radius;
    double e0 = error[0], e1 = error[1], e2 = error[2], e3 = error[3];

    for (size_t j = first; j < last; j++) {
        const double xj = xs[2 * j], yj = xs[2 * j + 1];
        const double same_x = (x - xj) * (x - xj);
        const double same_y = (y - yj) * (y - yj);
        const double d0 = goal[j] - sqrt((right - xj) * (right - xj) + same_y);
        const double d1 = goal[j] - sqrt(same_x + (up - yj) * (up - yj));
        const double d2 = goal[j] - sqrt((left - xj) * (left - xj) + same_y);
        const double d3 = goal[j] - sqrt(same_x + (down - yj) * (down - yj));
        e0 += d0 * d0;
        e1 += d1 * d1;
        e2 += d2 * d2;
        e3 += d3 * d3;
    }
    error[0] = e0;
    error[1] = e1;
    error[2] = e2;
    error[3] = e3;
}

/* Moves every point once; returns the total error afterwards, every pair counted once.
 *
 * When point i has moved, the points j < i stand where they stay for this epoch. So the chosen
 * candidate's sum over j < i is final, and these sums over all i are the total error of the new
 * points: no pass of its own, and no rounding carried over from epoch to epoch. The pair (i, i) is
 * left out: its goal and its distance are 0. */
static double solve_epoch(const double *d_goal, double *xs, size_t n, double radius)
{
    double total = 0;

    for (size_t i = 0; i < n; i++) {
        double *point = xs + 2 * i;
        const double *goal = d_goal + i * n;
        double error[4] = {0};
        size_t best = 0;

        add_pairs(goal, xs, 0, i, point, radius, error);
        const double below[4] = {error[0], error[1], error[2], error[3]};
        add_pairs(goal, xs, i + 1, n, point, radius, error);
        for (size_t m = 1; m < 4; m++)
            if (error[m] < error[best])
                best = m;
        point[best % 2] += best < 2 ? radius : -radius;
        /* The definition adds 0 along the other axis, which makes 0 of −0. */
        point[1 - best % 2] += 0.0;
        total += below[best];
    }
    return total;
}

/* The total error of the points, every pair counted once. */
static double total_error(const double *d_goal, const double *xs, size_t n)
{
    double total = 0;

    for (size_t i = 0; i < n; i++) {
        double below = 0;
        for (size_t j = 0; j < i; j++) {
            const double dx = xs[2 * i] - xs[2 * j];
            const double dy = xs[2 * i + 1] - xs[2 * j + 1];
            const double difference = d_goal[i * n + j] - sqrt(dx * dx + dy * dy);
            below += difference * difference;
        }
        total += below;
    }
    return total;
}

static double goal_squares(const double *d_goal, size_t n)
{
    double sum = 0;

    for (size_t k = 0; k < n * n; k++)
        sum += d_goal[k] * d_goal[k];
    return sum;
}

/* Does the definition halve the radius, P − T ≤ τ·T? It knows its totals P and T, of the points
 * before and after, better than the double sums here. A term (g − d)² is right to 3u of itself and
 * 6u·d·|g − d|, which adds up to 6u·√(T·Σd²), where Σd² ≤ 2·Σg² + 2T; adding n²/2 terms row by row
 * costs 2n·u·T. If that leaves it open, or a sum has overflowed, the totals are computed as the
 * definition does. */
static bool radius_halves(const double *d_goal, const double *before_xs, const double *xs, size_t n,
                          double before, double after, double squares)
{
    const double test = before - (1 + radius_tolerance) * after;
    const double sum = before + after;
    const double bound =
        0x1p-53 * ((2 * (double)n + 64) * sum + 32 * sqrt(sum * (squares + sum))) + 0x1p-900;

    if (fabs(test) > bound && sum < INFINITY)
        return test <= 0;
    const long double previous = mds_exact_error(d_goal, before_xs, n);
    const long double total = mds_exact_error(d_goal, xs, n);
    return total >= previous || previous - total <= radius_tolerance * total;
}

size_t mds_bytes_scalar(size_t n)
{
    return n > SIZE_MAX / 32 ? SIZE_MAX : 2 * n * sizeof(double);
}

void mds_solve_scalar(const double *d_goal, double *xs, size_t n, uint64_t epochs, unsigned threads,
                      void *workspace, struct mds_outcome *outcome)
{
    const double squares = goal_squares(d_goal, n);
    double *before_xs = workspace; /* the points before the last epoch */
    double radius = radius_start;
    double before = 0;
    double total = total_error(d_goal, xs, n);
    uint64_t done = 0;

    (void)threads;
    while (done < epochs && radius > radius_end) {
        if (done > 0 && radius_halves(d_goal, before_xs, xs, n, before, total, squares))
            radius *= 0.5;
        before = total;
        if (n > 0)
            memcpy(before_xs, xs, 2 * n * sizeof *xs);
        total = solve_epoch(d_goal, xs, n, radius);
        done++;
    }
    if (!(total < INFINITY)) /* the definition's sums need not overflow */
        total = (double)(mds_exact_error(d_goal, xs, n) / 2);
    *outcome = (struct mds_outcome){.error = 2 * total, .epochs_done = done};
}

void mds_update_distances_scalar(const double *xs, double *d_current, size_t n, size_t i)
{
    const double x = xs[2 * i], y = xs[2 * i + 1];
    double *row = d_current + i * n;

    for (size_t j = 0; j < n; j++) {
        const double dx = x - xs[2 * j];
        const double dy = y - xs[2 * j + 1];
        row[j] = sqrt(dx * dx + dy * dy);
    }
    /* The column in a loop of its own: its stores, n·8 bytes apart, would keep the compiler from
     * treating the row as a stream. */
    for (size_t j = 0; j < n; j++)
        d_current[j * n + i] = row[j];
}

double mds_row_error_scalar(const double *goal, const double *current, size_t n)
{
    double sum = 0;

    for (size_t j = 0; j < n; j++) {
        const double difference = goal[j] - current[j];
        sum += difference * difference;
    }
    return sum;
}
