/* Particles in closed form: all steps at once, in a time that does not depend on their number.
 *
 * Include after kernels/lanes.h. kernels/particles_series.py derives the formulas and prints the
 * constants. Symbols as there: s = timestep·w, r the radius, q = s/r, ρ = 1/q², h = n·s²/r²; after
 * n steps a particle has been stretched by g = √(1 + h) and turned by θ.
 *
 * Three ways, the first that fits a register of particles:
 *   short  |n·q| ≤ 1.1, n ≥ SHORT_STEPS: g·cos θ and g·sin θ are polynomials in (n·q)², whose
 *          coefficients depend on n alone and are made once a call
 *   long   any angle up to 2²⁰: √ and ÷ for g and θ, θ brought to ±π/2, polynomials
 *   alone  one by one with the library's sine and cosine: near the origin, where the series needs
 *          the first steps done one at a time, or where squares leave the range of doubles
 * Tails go the second way, padded with copies of their last particle.
 *
 * Bounds: reads x, y, w and writes x, y at [0, n): in full registers while first + LANES ≤ n, and
 * one by one after that.
 */
#ifndef FORTYFOLD_KERNELS_PARTICLES_CLOSED_H
#define FORTYFOLD_KERNELS_PARTICLES_CLOSED_H

#include "kernels/lanes.h"
#include "kernels/particles.h"
#include "kernels/particles_series.h"

#include <math.h>
#include <stdint.h>

/* π/2 in two parts (fdlibm's pio2, split at 53 bits): with fused products the remainder is exact
 * but for 2⁻⁵³ of the second part. */
static const double half_turn_high = 0x1.921fb54442d18p+1; /* π */
static const double half_turn_low = 0x1.1a62633145c07p-53;

/* --- Short turns -------------------------------------------------------------------------- */

/* The series in 1/n is cut after (1/n)⁵: its next term is below 512⁻⁶·2⁻⁴ = 2⁻⁵⁸. */
static const double short_steps = 512;

/* A squared radius below this may have lost digits; a product of timesteps beyond these makes the
 * powers in the coefficients leave the range of doubles. */
static const double square_least = 0x1p-900;
static const double scale_least = 0x1p-40, scale_most = 0x1p40;

struct short_turn {
    double cosine[SERIES_COEFFICIENTS]; /* of powers of (w/r)² */
    double sine[SERIES_COEFFICIENTS];   /* the same, of g·sin θ/(w/r) */
    double most;                        /* (w/r)² up to which they hold; −1: not at all */
};

/* With b = (w/r)² and K = n·timestep, A² = K²·b: the coefficients take up the powers of K. */
static void make_short_turn(uint64_t steps, double timestep, struct short_turn *turn)
{
    const double n = (double)steps, scale = n * timestep, inverse = 1 / n;
    double even = 1, odd = scale;

    turn->most = -1;
    if (n < short_steps || scale < scale_least || scale > scale_most)
        return;
    for (size_t i = 0; i < SERIES_COEFFICIENTS; i++) {
        turn->cosine[i] = series_cosine[SERIES_ORDERS - 1][i];
        turn->sine[i] = series_sine[SERIES_ORDERS - 1][i];
    }
    for (size_t m = SERIES_ORDERS - 1; m-- > 0;)
        for (size_t i = 0; i < SERIES_COEFFICIENTS; i++) {
            turn->cosine[i] = turn->cosine[i] * inverse + series_cosine[m][i];
            turn->sine[i] = turn->sine[i] * inverse + series_sine[m][i];
        }
    for (size_t i = 0; i < SERIES_COEFFICIENTS; i++) {
        turn->cosine[i] *= even;
        turn->sine[i] *= odd;
        even *= scale * scale;
        odd *= scale * scale;
    }
    turn->most = series_most / (scale * scale);
}

/* The first `terms` coefficients as a polynomial in b. */
LANES_INLINE lanes horner(const double *coefficients, size_t terms, lanes b)
{
    lanes sum = lanes_all(coefficients[terms - 1]);

#pragma GCC unroll 16
    for (size_t i = terms - 1; i-- > 0;)
        sum = lanes_fma(sum, b, lanes_all(coefficients[i]));
    return sum;
}

/* Moves `count` registers of particles; false, nothing changed, when one is not for this way. */
LANES_INLINE bool move_short(const struct short_turn *turn, double *x, double *y, const double *w,
                             const size_t count)
{
    lanes px[4], py[4], a[4], b[4];
    bool fits = true;

#pragma GCC unroll 4
    for (size_t i = 0; i < count; i++) {
        px[i] = lanes_load(x + i * LANES);
        py[i] = lanes_load(y + i * LANES);
        const lanes square = lanes_fma(px[i], px[i], lanes_mul(py[i], py[i]));
        a[i] = lanes_over_root(lanes_load(w + i * LANES), square);
        b[i] = lanes_mul(a[i], a[i]);
        fits &= lanes_all_below(b[i], lanes_all(turn->most));
        fits &= lanes_all_below(lanes_all(square_least), square);
    }
    if (!fits)
        return false;
#pragma GCC unroll 4
    for (size_t i = 0; i < count; i++) {
        const lanes cosine = horner(turn->cosine, SERIES_COEFFICIENTS, b[i]);
        const lanes sine = lanes_mul(horner(turn->sine, SERIES_COEFFICIENTS, b[i]), a[i]);
        lanes_store(x + i * LANES, lanes_fnma(py[i], sine, lanes_mul(px[i], cosine)));
        lanes_store(y + i * LANES, lanes_fma(px[i], sine, lanes_mul(py[i], cosine)));
    }
    return true;
}

/* --- Any turn ----------------------------------------------------------------------------- */

/* From here on up the first three terms of the series suffice: the fourth, t^(−5/2)/839, changes by
 * less than 2⁻⁴⁵·θ over the steps. */
static const double long_ratio = 0x1p14;
static const double long_most = 0x1p20;

/* Moves one register of particles; false, nothing changed, when one is not for this way. */
LANES_INLINE bool move_long(double *x, double *y, const double *w, double n, double timestep)
{
    const lanes px = lanes_load(x), py = lanes_load(y);
    const lanes s = lanes_mul(lanes_load(w), lanes_all(timestep));
    const lanes s2 = lanes_mul(s, s);
    const lanes before = lanes_fma(px, px, lanes_mul(py, py));
    const lanes after = lanes_fma(s2, lanes_all(n), before);
    const lanes r0 = lanes_sqrt(before), r1 = lanes_sqrt(after);
    /* √t₁ − √t₀ = (r₁ − r₀)/s = n·s/(r₀ + r₁); the terms below it likewise, without differences:
     *   t₁^−½ − t₀^−½ = −m·(√t₁ − √t₀), m = s²/r₀r₁
     *   t₁^−3⁄2 − t₀^−3⁄2 = −m²·(√t₁ − √t₀)·(r₀/r₁ + 1 + r₁/r₀) */
    const lanes change = lanes_div(lanes_mul(s, lanes_all(n)), lanes_add(r0, r1));
    const lanes product = lanes_mul(r0, r1);
    const lanes m = lanes_div(s2, product);
    const lanes ratios = lanes_add(lanes_div(lanes_add(before, after), product), lanes_all(1));
    const lanes third =
        lanes_fma(lanes_mul(m, ratios), lanes_all(series_sum[0][2]), lanes_all(series_sum[0][1]));
    const lanes theta = lanes_mul(change, lanes_fnma(m, third, lanes_all(series_sum[0][0])));

    if (!lanes_all_below(lanes_all(square_least), before) ||
        !lanes_all_below(after, lanes_all(1 / square_least)) ||
        !lanes_all_below(lanes_mul(s2, lanes_all(long_ratio)), before) ||
        !lanes_all_below(lanes_mul(theta, theta), lanes_all(long_most * long_most)))
        return false;
    /* θ = k·π + rest; an odd k turns the sign of both, 1 − 2·(k mod 2)². */
    const lanes k = lanes_round(lanes_mul(theta, lanes_all(1 / half_turn_high)));
    const lanes rest =
        lanes_fnma(k, lanes_all(half_turn_low), lanes_fnma(k, lanes_all(half_turn_high), theta));
    const lanes odd = lanes_fnma(lanes_round(lanes_mul(k, lanes_all(0.5))), lanes_all(2), k);
    const lanes sign = lanes_fnma(lanes_add(odd, odd), odd, lanes_all(1));
    const lanes growth = lanes_mul(lanes_div(r1, r0), sign);
    const lanes b = lanes_mul(rest, rest);
    const lanes cosine = lanes_mul(horner(turn_cosine[0], TURN_COEFFICIENTS, b), growth);
    const lanes sine =
        lanes_mul(lanes_mul(horner(turn_sine[0], TURN_COEFFICIENTS, b), rest), growth);
    lanes_store(x, lanes_fnma(py, sine, lanes_mul(px, cosine)));
    lanes_store(y, lanes_fma(px, sine, lanes_mul(py, cosine)));
    return true;
}

/* --- All particles ------------------------------------------------------------------------ */

static __attribute__((noinline)) void move_any(double *x, double *y, const double *w,
                                               uint64_t steps, double timestep)
{
    if (!move_long(x, y, w, (double)steps, timestep))
        particles_evolve_scalar_closed(x, y, w, LANES, steps, timestep, 1);
}

LANES_INLINE void closed_form(double *x, double *y, const double *w, size_t n, uint64_t steps,
                              double timestep)
{
    enum { TOGETHER = 2 * LANES };
    struct short_turn turn;
    size_t i = 0;

    if (steps == 0)
        return;
    make_short_turn(steps, timestep, &turn);
    for (; i + TOGETHER <= n; i += TOGETHER)
        if (!move_short(&turn, x + i, y + i, w + i, TOGETHER / LANES))
            for (size_t j = i; j < i + TOGETHER; j += LANES)
                move_any(x + j, y + j, w + j, steps, timestep);
    for (; i + LANES <= n; i += LANES)
        if (!move_short(&turn, x + i, y + i, w + i, 1))
            move_any(x + i, y + i, w + i, steps, timestep);
    if (i < n) {
        double tail[3][LANES];
        for (size_t j = 0; j < LANES; j++) {
            const size_t from = i + j < n ? i + j : n - 1;
            tail[0][j] = x[from];
            tail[1][j] = y[from];
            tail[2][j] = w[from];
        }
        if (!move_short(&turn, tail[0], tail[1], tail[2], 1))
            move_any(tail[0], tail[1], tail[2], steps, timestep);
        for (size_t j = 0; i + j < n; j++) {
            x[i + j] = tail[0][j];
            y[i + j] = tail[1][j];
        }
    }
}

#endif
