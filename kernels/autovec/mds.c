#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/autovec/mds_kernels.h"

#include <math.h>

/* The rows as one would write them, left to the compiler: this folder's flags let it add in any
 * order, which is what it needs to keep eight sums side by side. It finds vsqrtpd, and all the
 * rest; what it does not find is the estimate of a root (kernels/avx512/mds_rows.c). The arithmetic
 * is the one explained there. */

static void add_pairs(const struct mds_search *search, size_t i, size_t first, size_t last,
                      double sums[4])
{
    const double *goal = search->d_goal + i * search->n, *x = search->x, *y = search->y;
    const double xi = x[i], yi = y[i];
    double right = 0, up = 0, left = 0, down = 0;

    for (size_t j = first; j < last; j++) {
        const double dx = xi - x[j], dy = yi - y[j];
        right += goal[j] * sqrt((dx + 0.25) * (dx + 0.25) + dy * dy);
        up += goal[j] * sqrt((dy + 0.25) * (dy + 0.25) + dx * dx);
        left += goal[j] * sqrt((dx - 0.25) * (dx - 0.25) + dy * dy);
        down += goal[j] * sqrt((dy - 0.25) * (dy - 0.25) + dx * dx);
    }
    sums[0] += 4 * search->radius * right;
    sums[1] += 4 * search->radius * up;
    sums[2] += 4 * search->radius * left;
    sums[3] += 4 * search->radius * down;
}

static void range(const struct mds_search *search, size_t i, size_t first, size_t last,
                  double sums[4])
{
    for (int m = 0; m < 4; m++)
        sums[m] = 0;
    add_pairs(search, i, first, last, sums);
}

static void row(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    range(search, i, 0, i, sums->below);
    for (int m = 0; m < 4; m++)
        sums->all[m] = sums->below[m];
    add_pairs(search, i, i, search->n, sums->all);
    mds_search_bound(search, i, sums);
}

static void begin(struct mds_search *search)
{
    for (size_t i = 0; i < search->n; i++) {
        const double *goal = search->d_goal + i * search->n;
        double sum = 0, square = 0;
        for (size_t j = 0; j < search->n; j++) {
            sum += goal[j];
            square += goal[j] * goal[j];
        }
        search->goal_sum[i] = sum;
        search->goal_square[i] = square;
    }
}

static double error(const struct mds_search *search, const double *xs, size_t first, size_t last)
{
    double total = 0;

    for (size_t i = first; i < last; i++) {
        const double *goal = search->d_goal + i * search->n;
        double sum = 0;
        for (size_t j = 0; j < i; j++) {
            const double dx = xs[2 * i] - xs[2 * j], dy = xs[2 * i + 1] - xs[2 * j + 1];
            const double difference = goal[j] - sqrt(dx * dx + dy * dy);
            sum += difference * difference;
        }
        total += sum;
    }
    return total;
}

/* The compiler may also add one by one: as if there were a single lane. */
static const struct mds_rows rows = {
    .begin = begin, .row = row, .range = range, .error = error, .lanes = 1};

size_t mds_bytes_autovec(size_t n)
{
    return mds_search_bytes(&rows, n);
}

void mds_solve_autovec(const double *d_goal, double *xs, size_t n, uint64_t epochs,
                       unsigned threads, void *workspace, struct mds_outcome *outcome)
{
    mds_search_run(&rows, d_goal, xs, n, epochs, threads, workspace, outcome);
}

#endif
