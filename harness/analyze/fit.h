/* Fits: laws through a handful of points. Pure functions on arrays; they know no run.
 *
 * Units: sizes are problem sizes, above 0 and ascending; times are seconds, above 0.
 *
 * Ownership: nothing is kept, nothing is allocated. Where the points do not determine the law, a
 * function returns false and leaves its output alone.
 */
#ifndef FORTYFOLD_ANALYZE_FIT_H
#define FORTYFOLD_ANALYZE_FIT_H

#include <stdbool.h>
#include <stddef.h>

/* Three points are the fewest that can contradict a power law, or determine one with an offset. */
enum { FIT_POINTS_MIN = 3 };

struct fit_power {
    double exponent;
    double misfit_ratio; /* the point farthest off the law: |time / law − 1| */
};

/* time ∝ size^exponent: least squares on logarithms, so that each size weighs alike. False below
 * FIT_POINTS_MIN points. */
bool fit_power(const double *sizes, const double *times_s, size_t count, struct fit_power *out);

struct fit_offset {
    double fixed_s; /* what a call costs at size 0; may come out negative */
    double exponent;
    double misfit_ratio;
};

/* time = fixed + scale · size^exponent, least squares of relative errors; the exponent is sought
 * from 0.3 to 4. False below FIT_POINTS_MIN points, where nothing grows, and where the best
 * exponent is 0.3 or less: such a law cannot be told from a constant. */
bool fit_offset(const double *sizes, const double *times_s, size_t count, struct fit_offset *out);

struct fit_crossing {
    double straight; /* on the straight line between its two points, in log size */
    double smooth;   /* on the polynomial through these and the nearest point on either side */
    bool has_smooth; /* false: there is no third point, so that nobody knows how the curve bends */
};

/* Where a curve of logarithms of ratios over the sizes first passes through 0 between two of its
 * points, `from` and `to`. Points outside may be NAN: they are unknown. False when it does not. The
 * two answers differ by about as much as a straight line is wrong. */
bool fit_crossing(const double *sizes, const double *logs, size_t count, size_t from, size_t to,
                  struct fit_crossing *out);

#endif
