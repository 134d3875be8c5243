/* The rows in double for any vector length: a template, included once by a file of each folder that
 * has defined
 *
 *   VECTOR                  the type of a register of doubles, with + − × as operators
 *   LANES                   how many it holds, a power of two up to 8
 *   v_load(p) v_all(number) v_root(v) v_size(v) v_sign_of(magnitude, sign) v_total(v)
 *
 * and gets the functions begin, row, range and error of struct mds_rows. What a step computes, and
 * why, stands in kernels/avx512/mds_rows.c; here all roots are the machine's own, right to half a
 * unit in the last place, so that a sum over n points is wrong by less than (10 + n/LANES +
 * 16)·2⁻⁵³ of itself plus as much of r·Σ goal.
 *
 * A goal row ends where it ends: the last points are copied into a register's room first. */
#include "kernels/mds_search.h"

struct parts {
    VECTOR a, b, c, w;
};

static inline void v_step(VECTOR goal, const double *x, const double *y, VECTOR xi, VECTOR yi,
                          struct parts *parts)
{
    const VECTOR quarter = v_all(0.25), tiny = v_all(0x1p-1000);
    const VECTOR dx = xi - v_load(x), dy = yi - v_load(y);
    const VECTOR ax = v_size(dx), ay = v_size(dy);
    const VECTOR tx = ax - quarter, ty = ay - quarter;
    const VECTOR near_x = tx * tx + (dy * dy + tiny), near_y = ty * ty + (dx * dx + tiny);
    const VECTOR nx = v_root(near_x), ny = v_root(near_y);
    const VECTOR fx = v_root(near_x + ax), fy = v_root(near_y + ay);
    const VECTOR sum_x = fx + nx, sum_y = fy + ny;

    parts->a += goal * v_sign_of(fx - nx, dx);
    parts->b += goal * v_sign_of(fy - ny, dy);
    parts->c += goal * (sum_x - sum_y);
    parts->w += goal * (sum_x + sum_y);
}

/* Adds those of the pairs (i, j), first ≤ j < last, that lie in the register of j = at. */
static inline void v_part(const struct mds_search *search, size_t i, size_t at, size_t first,
                          size_t last, struct parts *parts)
{
    const double *goal = search->d_goal + i * search->n;
    double goals[LANES] = {0};

    for (size_t j = first > at ? first : at; j < last && j < at + LANES; j++)
        goals[j - at] = goal[j];
    v_step(v_load(goals), search->x + at, search->y + at, v_all(search->x[i]), v_all(search->y[i]),
           parts);
}

/* Adds the pairs (i, j), first ≤ j < last. */
static inline void v_run(const struct mds_search *search, size_t i, size_t first, size_t last,
                         struct parts *parts)
{
    const double *goal = search->d_goal + i * search->n;
    const VECTOR xi = v_all(search->x[i]), yi = v_all(search->y[i]);
    struct parts sums = *parts;
    size_t j = first / LANES * LANES;

    if (first >= last)
        return;
    if (j < first) {
        v_part(search, i, j, first, last, &sums);
        j += LANES;
    }
    for (; j + LANES <= last; j += LANES)
        v_step(v_load(goal + j), search->x + j, search->y + j, xi, yi, &sums);
    if (j < last)
        v_part(search, i, j, j, last, &sums);
    *parts = sums;
}

/* The sums of the moves +x, +y, −x, −y, as lengths. */
static inline void v_unfold(const struct parts *parts, double radius, double sums[4])
{
    const double a = v_total(parts->a), b = v_total(parts->b);
    const double along_x = v_total(parts->w) + v_total(parts->c);
    const double along_y = v_total(parts->w) - v_total(parts->c);

    sums[0] = radius * (along_x + 2 * a);
    sums[1] = radius * (along_y + 2 * b);
    sums[2] = radius * (along_x - 2 * a);
    sums[3] = radius * (along_y - 2 * b);
}

static void v_range(const struct mds_search *search, size_t i, size_t first, size_t last,
                    double sums[4])
{
    const VECTOR zero = v_all(0);
    struct parts parts = {zero, zero, zero, zero};

    v_run(search, i, first, last, &parts);
    v_unfold(&parts, search->radius, sums);
}

static void v_row(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    const size_t n = search->n;
    const VECTOR zero = v_all(0);
    struct parts parts = {zero, zero, zero, zero};

    v_run(search, i, 0, i, &parts);
    v_unfold(&parts, search->radius, sums->below);
    v_run(search, i, i, n, &parts);
    v_unfold(&parts, search->radius, sums->all);
    mds_search_bound(search, i, sums);
}

static void v_begin(struct mds_search *search)
{
    for (size_t i = 0; i < search->n; i++) {
        const double *goal = search->d_goal + i * search->n;
        VECTOR sum = v_all(0), square = v_all(0);
        double sum_rest = 0, square_rest = 0;
        size_t j = 0;
        for (; j + LANES <= search->n; j += LANES) {
            const VECTOR g = v_load(goal + j);
            sum += g;
            square += g * g;
        }
        for (; j < search->n; j++) {
            sum_rest += goal[j];
            square_rest += goal[j] * goal[j];
        }
        search->goal_sum[i] = v_total(sum) + sum_rest;
        search->goal_square[i] = v_total(square) + square_rest;
    }
}

static double v_error(const struct mds_search *search, const double *xs, size_t first, size_t last)
{
    double total = 0;

    for (size_t i = first; i < last; i++) {
        const double *goal = search->d_goal + i * search->n;
        const VECTOR xi = v_all(xs[2 * i]), yi = v_all(xs[2 * i + 1]);
        VECTOR sum = v_all(0);
        for (size_t j = 0; j < i; j += LANES) {
            double x[LANES] = {0}, y[LANES] = {0}, goals[LANES] = {0};
            /* Behind the row's end: goal 0 between a point and itself. */
            for (size_t k = 0; k < LANES; k++) {
                const size_t at = j + k < i ? j + k : i;
                x[k] = xs[2 * at];
                y[k] = xs[2 * at + 1];
                goals[k] = goal[at];
            }
            const VECTOR dx = xi - v_load(x), dy = yi - v_load(y);
            const VECTOR difference = v_load(goals) - v_root(dx * dx + dy * dy);
            sum += difference * difference;
        }
        total += v_total(sum);
    }
    return total;
}
