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

/* ∫ cos^power over 0 … angle by Simpson's rule. */
static double integrate_cosines(double power, double angle)
{
    enum { STEPS = 128 };
    double step = angle / STEPS, sum = 1 + pow(cos(angle), power);
    for (int i = 1; i < STEPS; i++) {
        sum += (i % 2 == 1 ? 4 : 2) * pow(cos(i * step), power);
    }
    return sum * step / 3;
}

double stats_t(double freedom, double coverage)
{
    /* With t = √freedom · tan(angle) the density becomes a power of a cosine, which is smooth up
     * to every angle below a right one. Its whole integral is a quotient of gamma functions. */
    double power = freedom - 1, right_angle = acos(-1) / 2;
    double whole = exp(lgamma(freedom / 2) - lgamma((freedom + 1) / 2)) * sqrt(2 * right_angle) / 2;
    /* No quantile is above that of one degree of freedom, whose angle is coverage × a right one;
     * beyond it a step of the rule would be wider than the peak for many degrees. */
    double low = 0, high = atan(tan(coverage * right_angle) * (1 + 1e-9) / sqrt(freedom));
    double angle = fmin(high, atan(2 * (1 + 1 / freedom) / sqrt(freedom)));
    /* Newton's steps, kept inside the bounds: five are mostly enough, sixty is bisection's limit.
     */
    for (int i = 0; i < 60; i++) {
        double excess = integrate_cosines(power, angle) - coverage * whole;
        if (excess < 0) {
            low = angle;
        } else {
            high = angle;
        }
        double next = angle - excess / pow(cos(angle), power);
        next = next > low && next < high ? next : (low + high) / 2;
        if (fabs(next - angle) < 1e-10 * next) { /* Newton doubles the digits */
            return sqrt(freedom) * tan(next);
        }
        angle = next;
    }
    return sqrt(freedom) * tan(angle);
}

double stats_half(const double *numbers, size_t count, double coverage)
{
    if (count < 2) {
        return NAN;
    }
    return stats_t((double)(count - 1), coverage) * stats_stddev(numbers, count) /
           sqrt((double)count);
}

double stats_half95(const double *numbers, size_t count)
{
    return stats_half(numbers, count, 0.95);
}
