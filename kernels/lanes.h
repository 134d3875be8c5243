/* Lanes: a register of doubles, in the instruction set that the including file is compiled for.
 *
 * The tuned kernels of all instruction sets are the same few lines (kernels/particles_steps.h, …);
 * what differs between the sets is here. A file includes this one, then those, and gives the
 * functions their names. Loads and stores need no alignment. Nothing here is seen by other rooms.
 *
 * Each operation is one instruction, except where it says otherwise; multiplication and addition
 * are fused exactly where lanes_fma() and lanes_fnma() say so (the folders are compiled with
 * -ffp-contract=off).
 */
#ifndef FORTYFOLD_KERNELS_LANES_H
#define FORTYFOLD_KERNELS_LANES_H

#include <stdbool.h>
#include <stddef.h>

#define LANES_INLINE static inline __attribute__((always_inline))

#if defined(LANES_SCALAR)

#include <math.h>

enum { LANES = 1 };
typedef double lanes;
#if defined(__x86_64__)
#define LANES_CONSTRAINT "x"
#elif defined(__aarch64__)
#define LANES_CONSTRAINT "w"
#else
#define LANES_CONSTRAINT "m"
#endif

LANES_INLINE lanes lanes_load(const double *from)
{
    return *from;
}
LANES_INLINE void lanes_store(double *to, lanes a)
{
    *to = a;
}
LANES_INLINE lanes lanes_all(double a)
{
    return a;
}
LANES_INLINE lanes lanes_add(lanes a, lanes b)
{
    return a + b;
}
LANES_INLINE lanes lanes_mul(lanes a, lanes b)
{
    return a * b;
}
LANES_INLINE lanes lanes_div(lanes a, lanes b)
{
    return a / b;
}
/* No test for a negative number: nobody here has one. */
LANES_INLINE lanes lanes_sqrt(lanes a)
{
    return __builtin_sqrt(a);
}

#elif defined(__AVX512F__) || defined(__AVX2__)

#include <immintrin.h>

#if defined(__AVX512F__)
#define LANES_MANY_REGISTERS 1 /* 32 */
#define LANES_CONSTRAINT "v"
#define LANES_HAVE_RSQRT
#define LANES_X86(operation) _mm512_##operation##_pd
enum { LANES = 8 };
typedef __m512d lanes;
#else
#define LANES_MANY_REGISTERS 0 /* 16 */
#define LANES_CONSTRAINT "x"
#define LANES_X86(operation) _mm256_##operation##_pd
enum { LANES = 4 };
typedef __m256d lanes;
#endif
#define LANES_HAVE_FMA

LANES_INLINE lanes lanes_load(const double *from)
{
    return LANES_X86(loadu)(from);
}
LANES_INLINE void lanes_store(double *to, lanes a)
{
    LANES_X86(storeu)(to, a);
}
LANES_INLINE lanes lanes_all(double a)
{
    return LANES_X86(set1)(a);
}
LANES_INLINE lanes lanes_add(lanes a, lanes b)
{
    return LANES_X86(add)(a, b);
}
LANES_INLINE lanes lanes_sub(lanes a, lanes b)
{
    return LANES_X86(sub)(a, b);
}
LANES_INLINE lanes lanes_mul(lanes a, lanes b)
{
    return LANES_X86(mul)(a, b);
}
LANES_INLINE lanes lanes_div(lanes a, lanes b)
{
    return LANES_X86(div)(a, b);
}
LANES_INLINE lanes lanes_sqrt(lanes a)
{
    return LANES_X86(sqrt)(a);
}
/* a·b + c, and c − a·b, rounded once. */
LANES_INLINE lanes lanes_fma(lanes a, lanes b, lanes c)
{
    return LANES_X86(fmadd)(a, b, c);
}
LANES_INLINE lanes lanes_fnma(lanes a, lanes b, lanes c)
{
    return LANES_X86(fnmadd)(a, b, c);
}
LANES_INLINE lanes lanes_min(lanes a, lanes b)
{
    return LANES_X86(min)(a, b);
}

#if defined(__AVX512F__)
/* To the nearest integer, half to even. */
LANES_INLINE lanes lanes_round(lanes a)
{
    return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
/* Is every a < b? false where one is NaN. */
LANES_INLINE bool lanes_all_below(lanes a, lanes b)
{
    return _mm512_cmp_pd_mask(a, b, _CMP_LT_OQ) == 0xff;
}
/* About 1/√a: within 2⁻¹⁴ of it here, 2⁻⁷ on NEON. */
LANES_INLINE lanes lanes_rsqrt(lanes a)
{
    return _mm512_rsqrt14_pd(a);
}
#else
LANES_INLINE lanes lanes_round(lanes a)
{
    return _mm256_round_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
/* Two instructions. */
LANES_INLINE bool lanes_all_below(lanes a, lanes b)
{
    return _mm256_movemask_pd(_mm256_cmp_pd(a, b, _CMP_LT_OQ)) == 0xf;
}
#endif

#elif defined(__aarch64__)

#include <arm_neon.h>

#define LANES_MANY_REGISTERS 1 /* 32 */
enum { LANES = 2 };
typedef float64x2_t lanes;
#define LANES_CONSTRAINT "w"
#define LANES_HAVE_FMA
#define LANES_HAVE_RSQRT

LANES_INLINE lanes lanes_load(const double *from)
{
    return vld1q_f64(from);
}
LANES_INLINE void lanes_store(double *to, lanes a)
{
    vst1q_f64(to, a);
}
LANES_INLINE lanes lanes_all(double a)
{
    return vdupq_n_f64(a);
}
LANES_INLINE lanes lanes_add(lanes a, lanes b)
{
    return vaddq_f64(a, b);
}
LANES_INLINE lanes lanes_sub(lanes a, lanes b)
{
    return vsubq_f64(a, b);
}
LANES_INLINE lanes lanes_mul(lanes a, lanes b)
{
    return vmulq_f64(a, b);
}
LANES_INLINE lanes lanes_div(lanes a, lanes b)
{
    return vdivq_f64(a, b);
}
LANES_INLINE lanes lanes_sqrt(lanes a)
{
    return vsqrtq_f64(a);
}
LANES_INLINE lanes lanes_fma(lanes a, lanes b, lanes c)
{
    return vfmaq_f64(c, a, b);
}
LANES_INLINE lanes lanes_fnma(lanes a, lanes b, lanes c)
{
    return vfmsq_f64(c, a, b);
}
LANES_INLINE lanes lanes_round(lanes a)
{
    return vrndnq_f64(a);
}
LANES_INLINE lanes lanes_min(lanes a, lanes b)
{
    return vminq_f64(a, b);
}
LANES_INLINE lanes lanes_rsqrt(lanes a)
{
    return vrsqrteq_f64(a);
}
/* Four instructions. */
LANES_INLINE bool lanes_all_below(lanes a, lanes b)
{
    const uint64x2_t below = vcltq_f64(a, b);
    return (vgetq_lane_u64(below, 0) & vgetq_lane_u64(below, 1)) != 0;
}

#else
#error "kernels/lanes.h knows AVX-512, AVX2 with FMA, and NEON"
#endif

#if !defined(LANES_SCALAR)
/* a/√square to the last bits, for a square that is neither tiny nor huge. */
LANES_INLINE lanes lanes_over_root(lanes a, lanes square)
{
#if defined(__AVX512F__)
    /* p = 1/√square within 2⁻¹⁴, e = 1 − square·p², |e| < 1.01·2⁻¹³, 1/√square = p·(1 − e)^−½
     * = p·(1 + e/2 + 3e²/8 + 5e³/16 + …); what is left out, 35e⁴/128, is below 2⁻⁵³.
     * 8 operations of the FMA pipes instead of 25 cycles of the divider (Zen 4). */
    const lanes p = lanes_rsqrt(square);
    const lanes e = lanes_fnma(lanes_mul(square, p), p, lanes_all(1));
    const lanes first = lanes_mul(a, p);
    const lanes more =
        lanes_fma(lanes_fma(e, lanes_all(0.3125), lanes_all(0.375)), e, lanes_all(0.5));
    return lanes_fma(lanes_mul(first, e), more, first);
#else
    return lanes_div(a, lanes_sqrt(square));
#endif
}
#endif

#endif
