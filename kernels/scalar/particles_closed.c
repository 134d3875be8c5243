#include "kernels/particles.h"

#include <math.h>

#include "kernels/particles_series.h"

/* From ρ = 256 on up the terms of the series fall so fast that the last, t^(−13/2)/6700, is below
 * 2⁻⁶⁰; nearer the origin steps are made one by one, at most 256 of them, as ρ grows by 1 a step.
 */
static const double series_ratio = 256;

static void step(double *x, double *y, double length)
{
    const double radius = sqrt(*x * *x + *y * *y);
    const double dx = -*y / radius * length;
    const double dy = *x / radius * length;

    *x += dx;
    *y += dy;
}

/* G(t₁) − G(t₀), less its first term 2·(√t₁ − √t₀), which the caller has without a difference. */
static double small_terms(double root0, double root1)
{
    const double inverse0 = 1 / root0, inverse1 = 1 / root1;
    double power0 = inverse0, power1 = inverse1, sum = 0;

    for (int j = 1; j < SERIES_TERMS; j++) {
        sum += series_sum[0][j] * (power1 - power0);
        power0 *= inverse0 * inverse0;
        power1 *= inverse1 * inverse1;
    }
    return sum;
}

static void move_one(double *x, double *y, double length, uint64_t steps)
{
    double radius = hypot(*x, *y);

    if (length == 0)
        return;
    /* radius/length may overflow where the particle hardly moves: then every step is the first. */
    while (steps > 0 && radius < sqrt(series_ratio) * fabs(length)) {
        step(x, y, length);
        radius = hypot(*x, *y);
        steps--;
    }
    if (steps == 0)
        return;
    const double n = (double)steps;
    const double moved = sqrt(n) * fabs(length);
    const double after = hypot(radius, moved);
    /* 2·n·length/(radius + after), whose product might overflow. */
    const double first = copysign(2 * sqrt(n) * (moved / (radius + after)), length);
    const double root0 = radius / fabs(length), root1 = after / fabs(length);
    const double theta = first + (length < 0 ? -1 : 1) * small_terms(root0, root1);
    const double growth = after / radius;
    const double cosine = growth * cos(theta), sine = growth * sin(theta);
    const double x_old = *x;
    *x = x_old * cosine - *y * sine;
    *y = *y * cosine + x_old * sine;
}

void particles_evolve_scalar_closed(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                    double timestep, unsigned threads)
{
    (void)threads;
    for (size_t i = 0; i < n; i++)
        move_one(x + i, y + i, timestep * w[i], steps);
}
