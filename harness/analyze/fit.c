#include "analyze/fit.h"

#include <math.h>

static const double exponent_least = 0.3, exponent_most = 4, exponent_step = 0.05;
/* Exponents are shown with two decimals. */
static const double exponent_accuracy = 1e-7;

bool fit_power(const double *sizes, const double *times_s, size_t count, struct fit_power *out)
{
    if (count < FIT_POINTS_MIN) {
        return false;
    }
    double x = 0, y = 0, xx = 0, xy = 0, n = (double)count;
    for (size_t i = 0; i < count; i++) {
        x += log(sizes[i]) / n;
        y += log(times_s[i]) / n;
    }
    for (size_t i = 0; i < count; i++) {
        xx += (log(sizes[i]) - x) * (log(sizes[i]) - x);
        xy += (log(sizes[i]) - x) * (log(times_s[i]) - y);
    }
    if (!(xx > 0) || !isfinite(xy)) {
        return false;
    }
    *out = (struct fit_power){xy / xx, 0};
    for (size_t i = 0; i < count; i++) {
        double law = y + out->exponent * (log(sizes[i]) - x);
        out->misfit_ratio = fmax(out->misfit_ratio, fabs(times_s[i] / exp(law) - 1));
    }
    return true;
}

/* With the exponent given, the law is a straight line in size^exponent. Sizes count in units of the
 * largest, so that no power overflows. Returns the sum of the squared relative errors. */
static double line_errors(const double *sizes, const double *times_s, size_t count, double exponent,
                          double *fixed_s, double *scale_s)
{
    double w = 0, wx = 0, wxx = 0, wy = 0, wxy = 0, errors = 0;
    for (size_t i = 0; i < count; i++) {
        double x = pow(sizes[i] / sizes[count - 1], exponent), t = times_s[i], weight = 1 / (t * t);
        w += weight;
        wx += weight * x;
        wxx += weight * x * x;
        wy += weight * t;
        wxy += weight * x * t;
    }
    double determinant = w * wxx - wx * wx;
    *fixed_s = (wxx * wy - wx * wxy) / determinant;
    *scale_s = (w * wxy - wx * wy) / determinant;
    for (size_t i = 0; i < count; i++) {
        double x = pow(sizes[i] / sizes[count - 1], exponent);
        double error = (*fixed_s + *scale_s * x) / times_s[i] - 1;
        errors += error * error;
    }
    return isfinite(errors) ? errors : INFINITY;
}

bool fit_offset(const double *sizes, const double *times_s, size_t count, struct fit_offset *out)
{
    if (count < FIT_POINTS_MIN) {
        return false;
    }
    double fixed_s = NAN, scale_s = NAN, best = INFINITY, at = exponent_least;
    for (double k = exponent_least; k <= exponent_most; k += exponent_step) {
        double errors = line_errors(sizes, times_s, count, k, &fixed_s, &scale_s);
        if (errors < best) {
            best = errors;
            at = k;
        }
    }
    /* Thirds rather than golden sections: shorter to read, and 40 more evaluations cost nothing. */
    double low = at - exponent_step, high = at + exponent_step;
    while (high - low > exponent_accuracy) {
        double third = (high - low) / 3;
        if (line_errors(sizes, times_s, count, low + third, &fixed_s, &scale_s) <
            line_errors(sizes, times_s, count, high - third, &fixed_s, &scale_s)) {
            high -= third;
        } else {
            low += third;
        }
    }
    double exponent = (low + high) / 2;
    double errors = line_errors(sizes, times_s, count, exponent, &fixed_s, &scale_s);
    if (exponent <= exponent_least || !(scale_s > 0) || !isfinite(errors)) {
        return false;
    }
    *out = (struct fit_offset){fixed_s, exponent, 0};
    for (size_t i = 0; i < count; i++) {
        double law = fixed_s + scale_s * pow(sizes[i] / sizes[count - 1], exponent);
        out->misfit_ratio = fmax(out->misfit_ratio, fabs(law / times_s[i] - 1));
    }
    return true;
}

/* Lagrange's polynomial through up to four points. */
static double polynomial(const double *xs, const double *ys, size_t count, double x)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        double product = ys[i];
        for (size_t j = 0; j < count; j++) {
            product *= j == i ? 1 : (x - xs[j]) / (xs[i] - xs[j]);
        }
        sum += product;
    }
    return sum;
}

/* The points i − 1 and i lie on either side of 0, so that the polynomial passes 0 between them. */
static double smooth_crossing(const double *sizes, const double *logs, size_t count, size_t i,
                              bool *has_third)
{
    double xs[4], ys[4];
    size_t points = 0;
    for (size_t j = i >= 2 ? i - 2 : 0; j <= i + 1 && j < count; j++) {
        if (!isnan(logs[j])) {
            xs[points] = log(sizes[j]);
            ys[points++] = logs[j];
        }
    }
    *has_third = points > 2;
    double low = log(sizes[i - 1]), high = log(sizes[i]);
    for (int step = 0; step < 50; step++) { /* 2⁻⁵⁰: to the last digit */
        double middle = (low + high) / 2;
        bool is_before = (polynomial(xs, ys, points, middle) < 0) == (logs[i - 1] < 0);
        *(is_before ? &low : &high) = middle;
    }
    return exp((low + high) / 2);
}

bool fit_crossing(const double *sizes, const double *logs, size_t count, size_t from, size_t to,
                  struct fit_crossing *out)
{
    for (size_t i = from + 1; i <= to; i++) {
        double before = logs[i - 1], after = logs[i];
        bool passes = (before < 0 && after >= 0) || (before > 0 && after <= 0);
        if (passes) {
            double share = before / (before - after);
            out->straight = sizes[i - 1] * pow(sizes[i] / sizes[i - 1], share);
            out->smooth = smooth_crossing(sizes, logs, count, i, &out->has_smooth);
            return true;
        }
    }
    return false;
}
