/* Axis: the geometry of a logarithmic axis: its range, its ticks, and labels that do not collide.
 *
 * Units: those of the values; all values are positive and finite.
 *
 * Ownership: nothing is kept, nothing is allocated. Nothing fails.
 */
#ifndef FORTYFOLD_SHOW_AXIS_H
#define FORTYFOLD_SHOW_AXIS_H

#include <stddef.h>

enum { AXIS_TICKS_MAX = 24 };

struct axis {
    double low, high; /* the range, low < high */
    double ticks[AXIS_TICKS_MAX];
    size_t ticks_count;
};

/* An axis that shows low … high with some air, and at least the factor `span` (> 1) from end to
 * end, so that a difference of a per cent does not look like a mountain. Its ticks are powers of
 * ten, with 2 and 5 between them where there is room. */
struct axis axis_make(double low, double high, double span);

/* An axis whose ticks are the given values (ascending), less those too close to the one before. */
struct axis axis_at(const double *values, size_t count);

/* Leaves `most` ticks (at least 1) of an axis of powers of ten: each second, third, … power, 1
 * among them if it is on the axis. An axis with 2 and 5 between its powers stays as it is. */
void axis_thin(struct axis *axis, size_t most);

/* Moves positions (in any order, on a logarithmic axis) apart until each two differ by `share` of
 * the axis, as little as possible, keeping their order and staying on the axis. When all cannot
 * fit they are spread evenly. */
void axis_spread(const struct axis *axis, double share, double *positions, size_t count);

#endif
