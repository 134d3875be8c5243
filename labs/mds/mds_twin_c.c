/* The search of no_matrix.py in C, for comparison with mds_twin_rust.rs: the same algorithm, line
 * by line, called the same way (by_ctypes.py). kernels/scalar/mds.c is not this file: it is called
 * otherwise, and tuned.
 *
 * Strict arithmetic in both, for any processor of the architecture. flags: -O3 -std=c17
 */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

static const double start_radius = 1.0, end_radius = 1e-3, tolerance = 1e-4;

static double pairs_below(const double *d_goal, const double *x, const double *y, size_t n)
{
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        const double *row = d_goal + i * n;
        for (size_t j = 0; j < i; j++) {
            const double dx = x[i] - x[j], dy = y[i] - y[j];
            const double difference = row[j] - sqrt(dx * dx + dy * dy);
            total += difference * difference;
        }
    }
    return total;
}

/* Adds what the pairs (i, first ≤ j < last) give to the errors of the four moves. */
static void add_pairs(const double *row, const double *x, const double *y, size_t first,
                      size_t last, const double place[2], double radius, double error[4])
{
    const double right = place[0] + radius, up = place[1] + radius;
    const double left = place[0] - radius, down = place[1] - radius;
    double e0 = error[0], e1 = error[1], e2 = error[2], e3 = error[3];
    for (size_t j = first; j < last; j++) {
        const double dx = (place[0] - x[j]) * (place[0] - x[j]);
        const double dy = (place[1] - y[j]) * (place[1] - y[j]);
        const double d0 = row[j] - sqrt((right - x[j]) * (right - x[j]) + dy);
        const double d1 = row[j] - sqrt(dx + (up - y[j]) * (up - y[j]));
        const double d2 = row[j] - sqrt((left - x[j]) * (left - x[j]) + dy);
        const double d3 = row[j] - sqrt(dx + (down - y[j]) * (down - y[j]));
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

static double epoch(const double *d_goal, double *x, double *y, size_t n, double radius)
{
    double total = 0;
    for (size_t i = 0; i < n; i++) {
        const double *row = d_goal + i * n;
        const double place[2] = {x[i], y[i]};
        double error[4] = {0}, below[4];
        size_t best = 0;
        add_pairs(row, x, y, 0, i, place, radius, error);
        for (size_t m = 0; m < 4; m++) {
            below[m] = error[m];
        }
        add_pairs(row, x, y, i + 1, n, place, radius, error);
        for (size_t m = 1; m < 4; m++) {
            best = error[m] < error[best] ? m : best;
        }
        double *axis = best % 2 == 0 ? x : y;
        axis[i] += best < 2 ? radius : -radius;
        total += below[best];
    }
    return total;
}

/* Searches for at most `epochs`; x and y (n numbers each) are changed in place, d_goal holds n × n.
 * Returns the epochs done; *error is the total error. */
uint64_t mds_twin_solve(const double *d_goal, double *x, double *y, size_t n, uint64_t epochs,
                        double *error);

uint64_t mds_twin_solve(const double *d_goal, double *x, double *y, size_t n, uint64_t epochs,
                        double *error)
{
    double total = pairs_below(d_goal, x, y, n), previous = INFINITY, radius = start_radius;
    uint64_t done = 0;
    while (done < epochs && radius > end_radius) {
        if (total >= previous || previous - total <= tolerance * total) {
            radius *= 0.5;
        }
        previous = total;
        total = epoch(d_goal, x, y, n, radius);
        done++;
    }
    *error = 2 * total;
    return done;
}
