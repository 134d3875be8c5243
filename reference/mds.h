/* Multidimensional scaling by pattern search: points in the plane whose distances match given ones.
 *
 * Given d_goal (N × N: symmetric, zero diagonal, no entry negative) and starting points xs (N × 2):
 *
 *   row error of point i    Σⱼ (d_goal[i,j] − ‖xᵢ − xⱼ‖)², all j, in order, in double
 *   total error             the sum of all row errors: every pair counts twice
 *
 *   radius = 1, previous error = ∞
 *   while fewer than `epochs` epochs are done and radius > 1e-3:
 *       if error ≥ previous error or previous error − error ≤ 1e-4·error: halve the radius
 *       previous error = error
 *       for each point in turn: of the four moves +x, +y, −x, −y by radius make the one whose row
 *           error is smallest, the first of equals, even if staying were better
 *       error = the total error of the new points
 *
 * The epoch in which the radius falls to 1e-3 or below is carried out; no other follows.
 * The result is the points, their total error, and the number of epochs done.
 *
 * Rounding: where two moves tie in exact arithmetic, rounding chooses, so the arithmetic of a row
 * error is part of the definition: each distance √(dx·dx + dy·dy) from the moved coordinate
 * x + radius, summed from j = 0 upwards, all in double. The total error decides the radius; here it
 * is computed afresh in every epoch in long double. A program that updates it by the change of row
 * errors, as the published one does, differs from it by rounding only.
 *
 * Source: pattern search MDS as in georgepar/python-performance-tutorial and its companion code
 * georgepar/pattern-search-mds, after Paraskevopoulos, Tzinis, Vlatakis-Gkaragkounis and
 * Potamianos, "Pattern Search Multidimensional Scaling" (2018). The companion counts every pair
 * once; the rule for the radius does not see the factor 2.
 */
#ifndef FORTYFOLD_REFERENCE_MDS_H
#define FORTYFOLD_REFERENCE_MDS_H

#include <stddef.h>

#include "base/status.h"
#include "model/value.h"

/* The total error of n points (xs: n × 2) against d_goal (n × n), in long double. */
long double oracle_mds_error(const double *d_goal, const double *xs, size_t n);

/* Carries out the search on n points; xs (n × 2) is changed in place, *error and *epochs_done are
 * set. d_goal (n × n) and xs may be NULL when n is 0; they must hold finite numbers. Does not fail.
 */
void oracle_mds_solve(const double *d_goal, double *xs, size_t n, double epochs, double *error,
                      double *epochs_done);

/* The oracle "mds": (d_goal (N, N), xs (N, 2), epochs) → the group (xs (N, 2), error, epochs done).
 */
enum status oracle_mds(const struct value *arguments, size_t count, struct value *result);

#endif
