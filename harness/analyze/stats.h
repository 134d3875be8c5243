/* Statistics: small pure functions on arrays of doubles.
 *
 * An empty array gives NAN. Inputs are not changed, unless the name says `sort`. Variances take
 * two passes: the one-pass formula loses all digits when the mean is large.
 */
#ifndef FORTYFOLD_ANALYZE_STATS_H
#define FORTYFOLD_ANALYZE_STATS_H

#include <stddef.h>

#include "base/status.h"

double stats_min(const double *numbers, size_t count);
double stats_mean(const double *numbers, size_t count);
/* With n − 1; NAN below two numbers. */
double stats_stddev(const double *numbers, size_t count);
void stats_sort(double *numbers, size_t count);
/* Of sorted numbers; the mean of the middle two for an even count. */
double stats_median_sorted(const double *numbers, size_t count);
/* Of numbers in any order; sorts a copy. STATUS_NO_MEMORY. */
enum status stats_median(const double *numbers, size_t count, double *median);
/* Median absolute deviation from the median, not scaled. */
enum status stats_mad(const double *numbers, size_t count, double *mad);

/* The quantile t of Student's distribution with −t … t holding a share of `coverage` (0.95: 95 %).
 * `freedom` is at least 1 and need not be whole. */
double stats_t(double freedom, double coverage);

/* Half the width of the interval of the mean, by Student's t; NAN below two numbers. */
double stats_half(const double *numbers, size_t count, double coverage);

/* The same for a coverage of 95 %. */
double stats_half95(const double *numbers, size_t count);

#endif
