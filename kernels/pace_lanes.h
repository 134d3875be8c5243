/* The paces of one instruction set, over kernels/lanes.h: the set PACES, of the instruction set
 * PACES_ISA, both of which the includer defines.
 *
 * An empty assembly statement takes each result, so that the compiler leaves none out, and hides
 * the operand, so that it computes none twice. Fused ones work on registers of their own, since
 * they overwrite one of their operands: 14 of them hide a latency of 7 cycles at 2 a cycle.
 *
 * Bounds: read_all() reads whole groups of PACE_READ_COUNT doubles, of which `count` is a multiple.
 */
#ifndef FORTYFOLD_KERNELS_PACE_LANES_H
#define FORTYFOLD_KERNELS_PACE_LANES_H

#include "kernels/lanes.h"
#include "kernels/pace.h"

/* Statements that macros write look odd to clang-format. */
/* clang-format off */
#define HIDE(a) __asm__ volatile("" : "+" LANES_CONSTRAINT(a))
#define TAKE(a) __asm__ volatile("" : : LANES_CONSTRAINT(a))

/* Written out: a loop over an array of registers may end up in memory. */
#define TWICE_SEVEN(m) m(0) m(1) m(2) m(3) m(4) m(5) m(6) m(0) m(1) m(2) m(3) m(4) m(5) m(6)
#define FOURTEEN(m) m(0) m(1) m(2) m(3) m(4) m(5) m(6) m(7) m(8) m(9) m(10) m(11) m(12) m(13)

#define ONCE(i)                                                                                    \
    HIDE(a);                                                                                       \
    {                                                                                              \
        const lanes result = operation(a);                                                         \
        TAKE(result);                                                                              \
    }

#define PACE(name)                                                                                 \
    static void name(uint64_t rounds)                                                              \
    {                                                                                              \
        lanes a = lanes_all(1.75);                                                                 \
        while (rounds-- > 0) {                                                                     \
            FOURTEEN(ONCE)                                                                         \
        }                                                                                          \
    }

#define operation(a) lanes_mul(a, a)
PACE(run_multiply)
#undef operation
#define operation(a) lanes_add(a, a)
PACE(run_add)
#undef operation
#define operation(a) lanes_sqrt(a)
PACE(run_sqrt)
#undef operation
#define operation(a) lanes_div(a, a)
PACE(run_divide)
#undef operation

#if defined(LANES_HAVE_RSQRT)
#define operation(a) lanes_rsqrt(a)
PACE(run_rsqrt)
#undef operation
#endif

#if defined(LANES_HAVE_FMA)

#define DECLARE(i) lanes a##i = lanes_all(1); /* 1·½ + ½ = 1 */
#define FUSED(i)                                                                                   \
    a##i = lanes_fma(a##i, half, half);                                                            \
    HIDE(a##i);
#define DECLARE_PAIR(i) lanes a##i = lanes_all(1), b##i = lanes_all(1);
#define PAIR(i)                                                                                    \
    FUSED(i) b##i = lanes_add(b##i, half);                                                         \
    HIDE(b##i);

#if defined(LANES_HAVE_RSQRT)
#define ESTIMATED(i)                                                                               \
    FUSED(i)                                                                                       \
    {                                                                                              \
        const lanes result = lanes_rsqrt(half);                                                    \
        TAKE(result);                                                                              \
    }                                                                                              \
    HIDE(half);

static void run_estimated(uint64_t rounds)
{
    lanes half = lanes_all(0.5);
    FOURTEEN(DECLARE)
    HIDE(half);
    while (rounds-- > 0) {
        FOURTEEN(ESTIMATED)
    }
}
#endif

static void run_fma(uint64_t rounds)
{
    lanes half = lanes_all(0.5);
    FOURTEEN(DECLARE)
    HIDE(half);
    while (rounds-- > 0) {
        FOURTEEN(FUSED)
    }
}

static void run_paired(uint64_t rounds)
{
    lanes half = lanes_all(0.5);
    HIDE(half);
#if LANES_MANY_REGISTERS
    FOURTEEN(DECLARE_PAIR)
    while (rounds-- > 0) {
        FOURTEEN(PAIR)
    }
#else
    DECLARE_PAIR(0)
    DECLARE_PAIR(1)
    DECLARE_PAIR(2) DECLARE_PAIR(3) DECLARE_PAIR(4) DECLARE_PAIR(5)
        DECLARE_PAIR(6) while (rounds-- > 0)
    {
        TWICE_SEVEN(PAIR)
    }
#endif
}

#endif

/* clang-format on */

static double read_all(const double *from, size_t count)
{
    enum { CHAINS = 8 };
    lanes sum[CHAINS];
    double total = 0, part[LANES];

    for (int c = 0; c < CHAINS; c++)
        sum[c] = lanes_all(0);
    for (size_t i = 0; i + PACE_READ_COUNT <= count; i += PACE_READ_COUNT)
#pragma GCC unroll 16
        for (size_t j = 0; j < PACE_READ_COUNT; j += LANES) {
            const size_t c = j / LANES % CHAINS;
            sum[c] = lanes_add(sum[c], lanes_load(from + i + j));
        }
    for (int c = 1; c < CHAINS; c++)
        sum[0] = lanes_add(sum[0], sum[c]);
    lanes_store(part, sum[0]);
    for (int j = 0; j < LANES; j++)
        total += part[j];
    return total;
}

const struct pace_set PACES = {
    .isa = PACES_ISA,
    .lanes = LANES,
    .run =
        {
            [PACE_MULTIPLY] = run_multiply,
            [PACE_ADD] = run_add,
            [PACE_SQRT] = run_sqrt,
            [PACE_DIVIDE] = run_divide,
#if defined(LANES_HAVE_FMA)
            [PACE_FMA] = run_fma,
            [PACE_PAIRED] = run_paired,
#endif
#if defined(LANES_HAVE_RSQRT)
            [PACE_RSQRT] = run_rsqrt,
#if defined(LANES_HAVE_FMA)
            [PACE_ESTIMATED] = run_estimated,
#endif
#endif
        },
    .read = read_all,
};

#endif
