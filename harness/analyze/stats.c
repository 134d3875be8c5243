#include "analyze/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double stats_min(const double *numbers, size_t count)
{
    double least = count > 0 ? numbers[0] : NAN;
    for (size_t i = 1; i < count; i++) {
        least = fmin(least, numbers[i]);
    }
    return least;
}

double stats_mean(const double *numbers, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += numbers[i];
    }
    return count > 0 ? sum / (double)count : NAN;
}

double stats_stddev(const double *numbers, size_t count)
{
    if (count < 2) {
        return NAN;
    }
    double mean = stats_mean(numbers, count), sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (numbers[i] - mean) * (numbers[i] - mean);
    }
    return sqrt(sum / (double)(count - 1));
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void stats_sort(double *numbers, size_t count)
{
    if (count > 0) {
        qsort(numbers, count, sizeof *numbers, compare);
    }
}

double stats_median_sorted(const double *numbers, size_t count)
{
    if (count == 0) {
        return NAN;
    }
    return count % 2 == 1 ? numbers[count / 2] : (numbers[count / 2 - 1] + numbers[count / 2]) / 2;
}

enum status stats_median(const double *numbers, size_t count, double *median)
{
    double *sorted = malloc((count + 1) * sizeof *sorted);
    if (sorted == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory to sort %zu numbers", count);
    }
    memcpy(sorted, numbers, count * sizeof *sorted);
    stats_sort(sorted, count);
    *median = stats_median_sorted(sorted, count);
    free(sorted);
    return STATUS_OK;
}

enum status stats_mad(const double *numbers, size_t count, double *mad)
{
    double median;
    enum status status = stats_median(numbers, count, &median);
    double *deviations = malloc((count + 1) * sizeof *deviations);
    if (status == STATUS_OK && deviations == NULL) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for %zu deviations", count);
    }
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        deviations[i] = fabs(numbers[i] - median);
    }
    if (status == STATUS_OK) {
        stats_sort(deviations, count);
        *mad = stats_median_sorted(deviations, count);
    }
    free(deviations);
    return status;
}

double stats_t95(size_t freedom)
{
    /* Quantiles of Student's t at 0.975 for 1 … 30 degrees of freedom; Abramowitz and Stegun,
     * Handbook of Mathematical Functions, table 26.10. */
    static const double table[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306,
                                   2.262,  2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
                                   2.110,  2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064,
                                   2.060,  2.056, 2.052, 2.048, 2.045, 2.042};
    if (freedom == 0) {
        return INFINITY;
    }
    if (freedom <= sizeof table / sizeof *table) {
        return table[freedom - 1];
    }
    /* Cornish-Fisher expansion about the normal quantile z (Abramowitz and Stegun, 26.7.5); its
     * error is below 0.001 here. */
    double z = 1.959964, z3 = z * z * z, z5 = z3 * z * z, n = (double)freedom;
    return z + (z3 + z) / (4 * n) + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n);
}

double stats_half95(const double *numbers, size_t count)
{
    return count < 2 ? NAN
                     : stats_t95(count - 1) * stats_stddev(numbers, count) / sqrt((double)count);
}
