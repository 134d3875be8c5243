#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter.h"
#include "kernels/avx512/mds_kernels.h"

#include <immintrin.h>
#include <math.h>

/* The total error in single precision, for the test on the radius where the rows' sums cannot
 * decide it: the pairs once, one root each, half as many bytes as in double.
 *
 * Error. u = 2⁻²⁴, C the largest coordinate from the centre, ‖·‖ the root of a sum of squares over
 * all pairs, T = ‖g − d‖². As in mds_filter_plain.c: coordinates round by 2√2·u·C a pair,
 * dx by u·d, squares and their sum by 2u (half of that for the root), the root by 2.6u at most; the
 * goal by u·g, the difference by u·|g − d|. So each difference is wrong by at most
 *     u·(g + 4.6·d + 2.9·C + |g − d|),
 * all of them together, as one vector (‖d‖ ≤ ‖g‖ + √T), by
 *     R = u·(5.6·‖g‖ + 5.6·√T + 2.9·C·n/√2),
 * and a vector wrong by R has a square wrong by at most 2·√T·R + R². The square of a lane and its
 * sum cost (n/32 + 4)·u·T: two sums a row, and what follows is in double. The bound below takes all
 * constants a tenth larger, for T is the computed one, and for terms of u². 2⁻¹⁰⁰ under the root
 * moves a distance by 2⁻⁵⁰, far less than what is charged for C ≥ r. */

#define INLINE static inline __attribute__((always_inline))

struct place {
    __m512 x, y;
};

/* A quarter of d². */
INLINE __m512 quarter_square(const struct filter *filter, size_t j, const struct place *place)
{
    const __m512 dx = _mm512_sub_ps(place->x, _mm512_load_ps(filter->x + j));
    const __m512 dy = _mm512_sub_ps(place->y, _mm512_load_ps(filter->y + j));

    return _mm512_fmadd_ps(dx, dx, _mm512_fmadd_ps(dy, dy, _mm512_set1_ps(0x1p-100f)));
}

/* g − 2√s, by the root unit. */
INLINE __m512 by_root(__m512 goal, __m512 s)
{
    return _mm512_fnmadd_ps(_mm512_set1_ps(2), _mm512_sqrt_ps(s), goal);
}

/* The same by an estimate with one correction, which is 2√s (kernels/avx512/mds_filter_plain.c). */
INLINE __m512 by_estimate(__m512 goal, __m512 s)
{
    const __m512 y = _mm512_rsqrt14_ps(s), t = _mm512_mul_ps(s, y);

    return _mm512_fnmadd_ps(t, _mm512_fnmadd_ps(t, y, _mm512_set1_ps(3)), goal);
}

INLINE __m512d widened(__m512 lanes)
{
    return _mm512_add_pd(_mm512_cvtps_pd(_mm512_castps512_ps256(lanes)),
                         _mm512_cvtps_pd(_mm512_extractf32x8_ps(lanes, 1)));
}

/* Σ (g − d)² over j < i. */
INLINE __m512d row(const struct filter *filter, size_t i)
{
    const float *goal = filter->goal + i * filter->stride;
    const struct place place = {_mm512_set1_ps(filter->x[i]), _mm512_set1_ps(filter->y[i])};
    __m512 sum0 = _mm512_setzero_ps(), sum1 = sum0;
    size_t j = 0;

    for (; j + 32 <= i; j += 32) {
        _mm_prefetch((const char *)(goal + filter->stride + j), _MM_HINT_T0);
        _mm_prefetch((const char *)(goal + filter->stride + j + 16), _MM_HINT_T0);
        const __m512 one = by_root(_mm512_load_ps(goal + j), quarter_square(filter, j, &place));
        const __m512 other =
            by_estimate(_mm512_load_ps(goal + j + 16), quarter_square(filter, j + 16, &place));
        sum0 = _mm512_fmadd_ps(one, one, sum0);
        sum1 = _mm512_fmadd_ps(other, other, sum1);
    }
    for (; j < i; j += 16) {
        const __mmask16 lanes = i - j >= 16 ? 0xffff : (__mmask16)((1u << (i - j)) - 1);
        const __m512 one = by_estimate(_mm512_load_ps(goal + j), quarter_square(filter, j, &place));
        sum0 = _mm512_mask3_fmadd_ps(one, one, sum0, lanes);
    }
    return _mm512_add_pd(widened(sum0), widened(sum1));
}

static double bound_of(const struct mds_search *search, double total)
{
    const double u = 0x1p-24, count = (double)search->n;
    const double differences = u * (4.4 * sqrt(search->goal_square_total) + 6.2 * sqrt(total) +
                                    2.3 * search->span * count);

    return (2.2 * sqrt(total) + differences) * differences + 1.1 * (count / 32 + 4) * u * total;
}

double mds_filter_error_avx512(struct mds_search *search, const double *xs, double *bound)
{
    const struct filter *filter = search->filter;
    __m512d sum = _mm512_setzero_pd();

    *bound = INFINITY;
    if (!mds_filter_fits_avx512(search))
        return 0;
    /* Halves, so that twice a root is a distance; the next epoch places the points anew. */
    for (size_t i = 0; i < search->n; i++) {
        filter->x[i] = (float)(0.5 * (xs[2 * i] - search->center[0]));
        filter->y[i] = (float)(0.5 * (xs[2 * i + 1] - search->center[1]));
    }
    for (size_t i = 1; i < search->n; i++)
        sum = _mm512_add_pd(sum, row(filter, i));
    const double total = _mm512_reduce_add_pd(sum);
    *bound = bound_of(search, total);
    return total;
}

#endif
