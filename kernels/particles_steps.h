/* Stepping particles in registers: what the instruction sets' particles.c have in common.
 *
 * Include after kernels/lanes.h; the includer defines GROUP, the most registers of particles that
 * are in flight together, 4 to 6. A group of particles stays in registers for all its steps: memory
 * is read and written once a call, so that only arithmetic remains, and enough chains run side by
 * side to hide its latency. Everything is inlined with a constant number of registers, `count`.
 *
 * Bounds: a step function reads x, y and w and writes x and y at [0, count·LANES). for_groups()
 * calls it with first + count·LANES ≤ n only; what is left over is copied to full registers on the
 * stack, padded with copies of its last particle, which are thrown away afterwards.
 *
 * Symbols: s = timestep·w, a step's length; r the distance from the origin; q = s/r, the tangent of
 * a step's angle; ρ = (r/s)² = 1/q². Steps are perpendicular to the radius, so r² grows by s² and ρ
 * by 1 a step.
 */
#ifndef FORTYFOLD_KERNELS_PARTICLES_STEPS_H
#define FORTYFOLD_KERNELS_PARTICLES_STEPS_H

#include "kernels/lanes.h"

#include <math.h>
#include <stdint.h>

/* Moves count·LANES particles by `steps` ≥ 1 steps. `count` is a constant where it is inlined. */
typedef void steps_fn(double *x, double *y, const double *w, size_t count, uint64_t steps,
                      double timestep);

/* --- Square root and division: as the definition says ------------------------------------- */

/* A step: 2 products and a sum (not fused, as the scalar twin has them), √, ÷, 2 fused moves. On
 * every processor known to us √ and ÷ share one unit, not pipelined: it is the bound. */
LANES_INLINE void step_sqrt(double *x, double *y, const double *w, const size_t count,
                            uint64_t steps, double timestep)
{
    lanes px[GROUP], py[GROUP], s[GROUP];

    for (size_t i = 0; i < count; i++) {
        px[i] = lanes_load(x + i * LANES);
        py[i] = lanes_load(y + i * LANES);
        s[i] = lanes_mul(lanes_load(w + i * LANES), lanes_all(timestep));
    }
    while (steps-- > 0)
#pragma GCC unroll 8
        for (size_t i = 0; i < count; i++) {
            const lanes square = lanes_add(lanes_mul(px[i], px[i]), lanes_mul(py[i], py[i]));
            const lanes q = lanes_div(s[i], lanes_sqrt(square));
            const lanes x_new = lanes_fnma(q, py[i], px[i]);
            py[i] = lanes_fma(q, px[i], py[i]);
            px[i] = x_new;
        }
    for (size_t i = 0; i < count; i++) {
        lanes_store(x + i * LANES, px[i]);
        lanes_store(y + i * LANES, py[i]);
    }
}

/* --- Is a group ordinary? ----------------------------------------------------------------- */

/* The other ways of stepping need r² far from over- and underflow at every step (r² grows by
 * steps·s² in all), and a step that is short against the radius: ρ ≥ least_ratio. s = 0 is
 * ordinary. */
static inline bool is_ordinary(const double *x, const double *y, const double *w, size_t count,
                               uint64_t steps, double timestep, double least_ratio)
{
    static const double least = 0x1p-900, most = 0x1p900;
    bool ordinary = true;

    for (size_t i = 0; i < count * LANES; i++) {
        const double square = x[i] * x[i] + y[i] * y[i];
        const double length = w[i] * timestep;
        ordinary &= square >= least;
        ordinary &= square + (double)steps * (length * length) <= most;
        ordinary &= length * length * least_ratio <= square;
    }
    return ordinary;
}

/* --- The radius by identity --------------------------------------------------------------- */

/* Steps between two exact values of q. The straight line between them is off by less than
 * (CHUNK/ρ)²/10 of q in its middle, 2⁻²⁷ at ρ = 2²² and 2⁻³⁶ at the lab's 10⁸. Their mean, and with
 * it where a particle is after the chunk, is off by (CHUNK/ρ)⁴/110 at most, 2⁻⁵⁴. */
enum { CHUNK = 1024 };
static const double identity_ratio = 0x1p22;

/* r² after k steps is r₀² + k·s², so q is known in advance for every step: √ and ÷ are needed once
 * a CHUNK of k steps, for its two ends q₀ and q₁, and between them q runs along a straight line. So
 * that the angles of a chunk have the right sum (turns commute), the line lies where its sum is
 * that of the true q by the Euler–Maclaurin formula,
 *     Σ q = k·(q₀ + q₁)/2 − (q₁ − q₀)/2 − (k² − 1)/12·(q₁′ − q₀′),   q′ = dq/dk = −q³/2,
 * that is above the chord by (k² − 1)/(24·k)·(q₁³ − q₀³), a negative number.
 *
 * A step of a register: 2 FMA (the turn) and 1 addition (the line). Additions have pipes of their
 * own on AMD's processors, and FMA goes on beside half as many of them at its full pace, so 2 FMA
 * are the bound; the ends of a chunk, about 20 operations, add 1 % to it. Registers for each of
 * GROUP: x, y, q, and the line's slope. The chain of a step is one FMA, 4 cycles, and that of the
 * line one addition, 3. */
LANES_INLINE void step_identity(double *x, double *y, const double *w, const size_t count,
                                uint64_t steps, double timestep)
{
    lanes px[GROUP], py[GROUP], q[GROUP], slope[GROUP], end[GROUP], s[GROUP], square[GROUP];
    uint64_t done = 0;

    for (size_t i = 0; i < count; i++) {
        px[i] = lanes_load(x + i * LANES);
        py[i] = lanes_load(y + i * LANES);
        s[i] = lanes_mul(lanes_load(w + i * LANES), lanes_all(timestep));
        square[i] = lanes_fma(px[i], px[i], lanes_mul(py[i], py[i]));
        end[i] = lanes_over_root(s[i], square[i]);
    }
    while (done < steps) {
        const uint64_t chunk = steps - done < CHUNK ? steps - done : CHUNK;
        const double k = (double)chunk;
        done += chunk;
#pragma GCC unroll 8
        for (size_t i = 0; i < count; i++) {
            const lanes begin = end[i];
            const lanes growth = lanes_mul(lanes_mul(s[i], s[i]), lanes_all((double)done));
            end[i] = lanes_over_root(s[i], lanes_add(square[i], growth));
            const lanes cubes = lanes_sub(lanes_mul(lanes_mul(end[i], end[i]), end[i]),
                                          lanes_mul(lanes_mul(begin, begin), begin));
            slope[i] = lanes_mul(lanes_sub(end[i], begin), lanes_all(1 / k));
            q[i] = lanes_fma(cubes, lanes_all((k * k - 1) / (24 * k)), begin);
        }
        for (uint64_t step = 0; step < chunk; step++)
#pragma GCC unroll 8
            for (size_t i = 0; i < count; i++) {
                const lanes x_new = lanes_fnma(q[i], py[i], px[i]);
                py[i] = lanes_fma(q[i], px[i], py[i]);
                px[i] = x_new;
                q[i] = lanes_add(q[i], slope[i]);
            }
    }
    for (size_t i = 0; i < count; i++) {
        lanes_store(x + i * LANES, px[i]);
        lanes_store(y + i * LANES, py[i]);
    }
}

/* --- q carried from step to step, one Newton step each ------------------------------------ */

/* Below this the error that Newton leaves, 3/2·(1/2ρ)² of q, would be seen. */
static const double carried_ratio = 0x1p24;
enum { CARRIED_CHUNK = 64 };

/* q = s/r changes by 1/2ρ of itself in a step: one step of Newton's method for 1/√, started from
 * the q before, gives it to full precision without √ or ÷. The coordinates are scaled,
 * X = x/(s·√2), so that the two parts of a move, u = q·X and v = q·Y, also measure how far q is
 * off: u² + v² = q²·r²/2s², which is ½ where q is right. And since ρ grows by 1 a step, the same
 * of the next step is q²/2 more. So
 *     q ← q + q·(½ − q²/2 − u² − v²)
 * is s/r of the next step. ½ − q²/2 changes by 1/2ρ² a step: it is kept for CARRIED_CHUNK steps,
 * with the q of their middle.
 *
 * A step of a register: 2 products, 3 FMA, and 2 additions, which have pipes of their own on AMD's
 * processors; 7 operations where they have not (Intel). Registers for each of GROUP: X, Y, q, and
 * the constant. The chain of a step is u, both squares, q: 4 operations, 16 cycles; so 4 registers
 * of 5 operations each hide it.
 *
 * A particle with s = 0 is given a short s and stays where it was: it is put back at the end. */
LANES_INLINE void step_carried(double *x, double *y, const double *w, const size_t count,
                               uint64_t steps, double timestep)
{
    const lanes half = lanes_all(0.5);
    lanes px[GROUP], py[GROUP], q[GROUP], constant[GROUP], unit[GROUP];
    double lengths[GROUP * LANES];

    for (size_t i = 0; i < count * LANES; i++) {
        const double length = w[i] * timestep;
        lengths[i] = length != 0 ? length : 0x1p-40 * (fabs(x[i]) + fabs(y[i]));
    }
    for (size_t i = 0; i < count; i++) {
        const lanes s = lanes_load(lengths + i * LANES);
        px[i] = lanes_load(x + i * LANES);
        py[i] = lanes_load(y + i * LANES);
        q[i] = lanes_over_root(s, lanes_fma(px[i], px[i], lanes_mul(py[i], py[i])));
        unit[i] = lanes_mul(s, lanes_sqrt(lanes_all(2)));
        px[i] = lanes_div(px[i], unit[i]);
        py[i] = lanes_div(py[i], unit[i]);
    }
    while (steps > 0) {
        const uint64_t chunk = steps < CARRIED_CHUNK ? steps : CARRIED_CHUNK;
        steps -= chunk;
        for (size_t i = 0; i < count; i++) {
            /* q² of the middle: ρ is chunk/2 more there. */
            const lanes square = lanes_mul(q[i], q[i]);
            const lanes later = lanes_mul(square, lanes_all(0.5 * (double)chunk));
            constant[i] = lanes_fnma(half, lanes_fnma(square, later, square), half);
        }
        for (uint64_t step = 0; step < chunk; step++)
#pragma GCC unroll 8
            for (size_t i = 0; i < count; i++) {
                const lanes u = lanes_mul(q[i], px[i]);
                const lanes v = lanes_mul(q[i], py[i]);
                const lanes off = lanes_fnma(v, v, lanes_fnma(u, u, constant[i]));
                px[i] = lanes_sub(px[i], v);
                py[i] = lanes_add(py[i], u);
                q[i] = lanes_fma(q[i], off, q[i]);
            }
    }
    for (size_t i = 0; i < count; i++) {
        double x_new[LANES], y_new[LANES];
        lanes_store(x_new, lanes_mul(px[i], unit[i]));
        lanes_store(y_new, lanes_mul(py[i], unit[i]));
        for (size_t j = 0; j < LANES; j++) {
            const bool moves = w[i * LANES + j] * timestep != 0;
            x[i * LANES + j] = moves ? x_new[j] : x[i * LANES + j];
            y[i * LANES + j] = moves ? y_new[j] : y[i * LANES + j];
        }
    }
}

#if defined(__AVX512F__)
/* --- Reciprocal square root by table and polynomial --------------------------------------- */

/* Any step will do; r² alone must be ordinary. */
static const double rsqrt_ratio = 0x1p-100;

/* p = vrsqrt14pd(r²) is 1/r within 2⁻¹⁴. With e = 1 − r²·p², |e| < 1.01·2⁻¹³, 1/r = p·(1 − e)^−½
 * = p·(1 + e/2 + 3e²/8 + 5e³/16 + …); what is left out, 35e⁴/128, is below 2⁻⁵³. (Without the cube
 * it were 2⁻⁴⁰, always of one sign for a particle, and the angle that much off.)
 * 11 FMA-pipe operations a step, and vrsqrt14pd. */
LANES_INLINE void step_rsqrt(double *x, double *y, const double *w, const size_t count,
                             uint64_t steps, double timestep)
{
    const lanes one = lanes_all(1), half = lanes_all(0.5);
    const lanes square_term = lanes_all(0.375), cube_term = lanes_all(0.3125);
    lanes px[GROUP], py[GROUP], s[GROUP];

    for (size_t i = 0; i < count; i++) {
        px[i] = lanes_load(x + i * LANES);
        py[i] = lanes_load(y + i * LANES);
        s[i] = lanes_mul(lanes_load(w + i * LANES), lanes_all(timestep));
    }
    while (steps-- > 0)
#pragma GCC unroll 8
        for (size_t i = 0; i < count; i++) {
            const lanes square = lanes_fma(px[i], px[i], lanes_mul(py[i], py[i]));
            const lanes p = lanes_rsqrt(square);
            const lanes e = lanes_fnma(lanes_mul(square, p), p, one);
            const lanes first = lanes_mul(s[i], p);
            const lanes more = lanes_fma(e, lanes_fma(e, cube_term, square_term), half);
            const lanes q = lanes_fma(lanes_mul(first, e), more, first);
            const lanes x_new = lanes_fnma(q, py[i], px[i]);
            py[i] = lanes_fma(q, px[i], py[i]);
            px[i] = x_new;
        }
    for (size_t i = 0; i < count; i++) {
        lanes_store(x + i * LANES, px[i]);
        lanes_store(y + i * LANES, py[i]);
    }
}
#endif

/* --- All particles, group by group -------------------------------------------------------- */

/* Calls `step` with count as a constant. */
LANES_INLINE void by_count(steps_fn *step, double *x, double *y, const double *w, size_t count,
                           uint64_t steps, double timestep)
{
    switch (count) {
    case 1:
        step(x, y, w, 1, steps, timestep);
        break;
    case 2:
        step(x, y, w, 2, steps, timestep);
        break;
    case 3:
        step(x, y, w, 3, steps, timestep);
        break;
    case 4:
        step(x, y, w, 4, steps, timestep);
        break;
#if GROUP >= 5
    case 5:
        step(x, y, w, 5, steps, timestep);
        break;
#endif
#if GROUP >= 6
    case 6:
        step(x, y, w, 6, steps, timestep);
        break;
#endif
    }
}

/* The particles that are not ordinary: out of the way of the others' registers. */
static __attribute__((noinline)) void steps_sqrt(double *x, double *y, const double *w,
                                                 size_t count, uint64_t steps, double timestep)
{
    by_count(step_sqrt, x, y, w, count, steps, timestep);
}

/* least_ratio 0: every group may be stepped by `step`. */
LANES_INLINE void step_group(steps_fn *step, double least_ratio, double *x, double *y,
                             const double *w, size_t count, uint64_t steps, double timestep)
{
    if (least_ratio == 0 || is_ordinary(x, y, w, count, steps, timestep, least_ratio))
        by_count(step, x, y, w, count, steps, timestep);
    else
        steps_sqrt(x, y, w, count, steps, timestep);
}

/* Moves n particles in groups of at most `most` ≤ GROUP registers: as many groups as are needed, of
 * nearly one size, since a small one at the end could not hide its latency. */
LANES_INLINE void for_groups(steps_fn *step, size_t most, double least_ratio, double *x, double *y,
                             const double *w, size_t n, uint64_t steps, double timestep)
{
    size_t left = n / LANES;
    const size_t rest = n % LANES;

    if (steps == 0)
        return;
    for (size_t groups = (left + most - 1) / most; groups > 0; groups--) {
        const size_t count = (left + groups - 1) / groups; /* ≤ most, as left ≤ groups·most */
        step_group(step, least_ratio, x, y, w, count, steps, timestep);
        x += count * LANES;
        y += count * LANES;
        w += count * LANES;
        left -= count;
    }
    if (rest > 0) {
        double tail[3][LANES];
        for (size_t i = 0; i < LANES; i++) {
            const size_t from = i < rest ? i : rest - 1;
            tail[0][i] = x[from];
            tail[1][i] = y[from];
            tail[2][i] = w[from];
        }
        step_group(step, least_ratio, tail[0], tail[1], tail[2], 1, steps, timestep);
        for (size_t i = 0; i < rest; i++) {
            x[i] = tail[0][i];
            y[i] = tail[1][i];
        }
    }
}

#endif
