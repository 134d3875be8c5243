#include "kernels/mds_search.h"

#include <math.h>

/* This file rounds as the definition does: it is compiled without fused operations, sums run from
 * j = 0 upwards, and every distance comes from the moved coordinate. Slow, and hardly ever called.
 */

static double row_error(const double *goal, const double *xs, size_t n, size_t i, double x,
                        double y)
{
    double sum = 0;

    for (size_t j = 0; j < n; j++) {
        const double dx = j == i ? 0 : x - xs[2 * j];
        const double dy = j == i ? 0 : y - xs[2 * j + 1];
        const double difference = goal[j] - sqrt(dx * dx + dy * dy);
        sum += difference * difference;
    }
    return sum;
}

size_t mds_exact_move(const double *d_goal, const double *xs, size_t n, size_t i, double radius)
{
    const double moves[4][2] = {{radius, 0}, {0, radius}, {-radius, 0}, {0, -radius}};
    size_t best = 0;
    double best_error = 0;

    for (size_t m = 0; m < 4; m++) {
        const double error = row_error(d_goal + i * n, xs, n, i, xs[2 * i] + moves[m][0],
                                       xs[2 * i + 1] + moves[m][1]);
        if (m == 0 || error < best_error) {
            best = m;
            best_error = error;
        }
    }
    return best;
}

long double mds_exact_error(const double *d_goal, const double *xs, size_t n)
{
    long double sum = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const long double dx = (long double)xs[2 * i] - xs[2 * j];
            const long double dy = (long double)xs[2 * i + 1] - xs[2 * j + 1];
            const long double difference = d_goal[i * n + j] - sqrtl(dx * dx + dy * dy);
            sum += difference * difference;
        }
    return sum;
}
