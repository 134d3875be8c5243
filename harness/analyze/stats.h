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

/* The two-sided 95 % quantile of Student's t with `freedom` degrees of freedom (1 and above). */
double stats_t95(size_t freedom);

/* Half the width of the 95 % interval of the mean, by Student's t; NAN below two numbers. */
double stats_half95(const double *numbers, size_t count);

#endif
