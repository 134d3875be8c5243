/* The step between two rows of the certified search (kernels/mds_search.h): which move, and making
 * it. Here, so that kernels have it in line: the next row waits for it, and a call would also send
 * the vectors in flight to memory. make bench-kernels shows it in the epochs of 200 points.
 *
 * Why a decision is the definition's stands in mds_search.c. */
#ifndef FORTYFOLD_KERNELS_MDS_DECIDE_H
#define FORTYFOLD_KERNELS_MDS_DECIDE_H

#include <math.h>

#include "kernels/mds_search.h"

enum { MDS_UNDECIDED = 4 };

/* The largest of the sums of four moves: bounds are shares of it. */
static inline double mds_largest(const double all[4])
{
    const double x = all[0] > all[2] ? all[0] : all[2], y = all[1] > all[3] ? all[1] : all[3];

    return x > y ? x : y;
}

/* What the definition's errors of the four moves of point i differ by: F in mds_search.c. */
static inline void mds_scores(const struct mds_search *search, size_t i, const double all[4],
                              double scores[4])
{
    const double count = (double)search->n, twice = 2 * search->radius;
    const double x = search->xs[2 * i] - search->center[0];
    const double y = search->xs[2 * i + 1] - search->center[1];
    const double along_x = twice * (count * x - search->sum[0]);
    const double along_y = twice * (count * y - search->sum[1]);

    scores[0] = along_x - 2 * all[0];
    scores[1] = along_y - 2 * all[1];
    scores[2] = -along_x - 2 * all[2];
    scores[3] = -along_y - 2 * all[3];
}

/* What rounds in the definition itself, and in scores. */
static inline double mds_slack(const struct mds_search *search, size_t i)
{
    return search->slack_factor * search->goal_square[i] + search->slack_constant;
}

/* The move of point i that the definition makes, if sums whose differences are wrong by at most
 * difference_bound (see struct mds_sums) can tell; MDS_UNDECIDED otherwise. */
static inline size_t mds_decide(const struct mds_search *search, size_t i, const double all[4],
                                double difference_bound)
{
    double f[4];

    mds_scores(search, i, all, f);
    const double f0 = f[0], f1 = f[1], f2 = f[2], f3 = f[3];
    /* Without branches: they would be guessed wrongly half of the time, and a wrong guess also
     * throws away what was begun of the next row. For that each line is one the processor has an
     * instruction for; two choices by one comparison would be made a branch by the compiler. */
    const double low_x = f2 < f0 ? f2 : f0, high_x = f2 > f0 ? f2 : f0;
    const double low_y = f3 < f1 ? f3 : f1, high_y = f3 > f1 ? f3 : f1;
    const double least = low_y < low_x ? low_y : low_x, other = low_y > low_x ? low_y : low_x;
    const double high = high_x < high_y ? high_x : high_y;
    const double second = other < high ? other : high;
    const unsigned is_least = (unsigned)(f0 == least) | (unsigned)(f1 == least) << 1 |
                              (unsigned)(f2 == least) << 2 | 1u << 3;

    /* The sum is not a number if any of the four is not. */
    if (second - least > 2.01 * difference_bound + mds_slack(search, i) &&
        f0 + f1 + f2 + f3 < INFINITY)
        return (size_t)__builtin_ctz(is_least);
    return MDS_UNDECIDED;
}

/* Makes move m of point i. */
static inline void mds_move(struct mds_search *search, size_t i, size_t m)
{
    static const double signs[4] = {1, 1, -1, -1};
    const size_t axis = m % 2;
    double *apart = axis == 0 ? search->x : search->y;
    const double old = search->xs[2 * i + axis];
    const double new = old + signs[m] * search->radius;

    search->xs[2 * i + axis] = new;
    /* The definition adds 0 to it, which makes 0 of −0. */
    search->xs[2 * i + 1 - axis] += 0.0;
    apart[i] = new *(0.25 / search->radius);
    const double from = old - search->center[axis], to = new - search->center[axis];
    search->sum[axis] += to - from;
    search->square += (to - from) * (to + from);
}

#endif
