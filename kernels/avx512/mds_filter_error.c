#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter_lanes.h"
#include "kernels/avx512/mds_kernels.h"

#include <immintrin.h>
#include <math.h>

/* The total error in single precision, for the test on the radius where the rows' sums cannot
 * decide it: the pairs once, one root each, half as many bytes as in double.
 *
 * Error. u = 2⁻²⁴, p a point from the centre, ‖·‖ the root of a sum of squares over all pairs, T =
 * ‖g − d‖². Rounding p moves it by u·|p|, so a pair by u·(|pᵢ| + |pⱼ|), and since
 *     Σ (|pᵢ| + |pⱼ|)² ≤ 2n·Σ |p|² = 2D²,   ‖d‖² ≤ n·Σ |p|² = D²,
 * all of them by √2·u·D. dx rounds by u·d, squares and their sum by 2u (half of that for the root),
 * the root by 1.6u at most (kernels/avx512/mds_filter_plain.c; its last product is not rounded
 * here), the goal by u·g, the difference by u·|g − d|; 2⁻¹⁰⁰ under the root is 2⁻⁴⁹ of a distance,
 * and what underflows is far below. So the differences, as one vector, are wrong by
 *     R = u·(‖g‖ + 5.1·D + √T) + 2⁻⁴⁹·n,
 * and its square by at most 2·√T·R + R², where T may as well be the one of the wrong vector. The
 * square of a lane and its sum cost u·T for every addition on its way: CHUNK + n/(32·CHUNK) + 4 in
 * single precision. The bound below takes all a twentieth larger, for terms of u². */

/* Slots of the FMA ports for 16 pairs: squares 2, a vsqrtps 2 or an estimated root 3, the
 * difference and its square 2: 6 and 7 in turn. */

/* Pairs of vectors that are summed before they join the others. */
enum { CHUNK = 8 };

#define INLINE static inline __attribute__((always_inline))

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

/* Pairs of vectors, first ≤ j < last, a multiple of 32 apart; the same place of the next row is
 * fetched meanwhile. */
INLINE void chunk(const struct filter *filter, const float *goal, size_t first, size_t last,
                  const struct place *place, __m512 sums[2])
{
    __m512 sum0 = _mm512_setzero_ps(), sum1 = sum0;

    for (size_t j = first; j < last; j += 32) {
        _mm_prefetch((const char *)(goal + filter->stride + j), _MM_HINT_T1);
        _mm_prefetch((const char *)(goal + filter->stride + j + 16), _MM_HINT_T1);
        const __m512 one = by_root(_mm512_load_ps(goal + j), quarter_square(filter, j, place));
        const __m512 other =
            by_estimate(_mm512_load_ps(goal + j + 16), quarter_square(filter, j + 16, place));
        sum0 = _mm512_fmadd_ps(one, one, sum0);
        sum1 = _mm512_fmadd_ps(other, other, sum1);
    }
    sums[0] = _mm512_add_ps(sums[0], sum0);
    sums[1] = _mm512_add_ps(sums[1], sum1);
}

/* Σ (g − d)² over j < i. */
INLINE __m512d row(const struct filter *filter, size_t i)
{
    const float *goal = filter->goal + i * filter->stride;
    const struct place place = place_of(filter, i);
    __m512 sums[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
    size_t j = 0;

    for (; j + 32 * CHUNK <= i; j += 32 * CHUNK)
        chunk(filter, goal, j, j + 32 * CHUNK, &place, sums);
    chunk(filter, goal, j, i / 32 * 32, &place, sums);
    for (j = i / 32 * 32; j < i; j += 16) {
        const __mmask16 lanes = i - j >= 16 ? 0xffff : (__mmask16)((1u << (i - j)) - 1);
        const __m512 one = by_estimate(_mm512_load_ps(goal + j), quarter_square(filter, j, &place));
        sums[0] = _mm512_mask3_fmadd_ps(one, one, sums[0], lanes);
    }
    return _mm512_add_pd(widened(sums[0]), widened(sums[1]));
}

/* Of a total; `square` is Σ |p|². */
static double bound_of(const struct mds_search *search, double total, double square)
{
    const double u = 0x1p-24, count = (double)search->n;
    const double goals = sqrt(0.5 * search->goal_square_total), distances = sqrt(count * square);
    const double wrong = 1.05 * (u * (goals + 5.1 * distances + sqrt(total)) + 0x1p-49 * count);
    const double additions = CHUNK + count / (32 * CHUNK) + 4;

    return 1.05 * ((2 * sqrt(total) + wrong) * wrong + additions * u * total);
}

double mds_filter_error_avx512(struct mds_search *search, const double *xs, double *bound)
{
    const struct filter *filter = search->filter;
    __m512d sum = _mm512_setzero_pd();
    double square = 0;

    *bound = INFINITY;
    if (!mds_filter_fits_avx512(search))
        return 0;
    /* Halves, so that twice a root is a distance; the next epoch places the points anew. */
    for (size_t i = 0; i < search->n; i++) {
        const double x = xs[2 * i] - search->center[0], y = xs[2 * i + 1] - search->center[1];
        filter->x[i] = (float)(0.5 * x);
        filter->y[i] = (float)(0.5 * y);
        square += x * x + y * y;
    }
    for (size_t i = 1; i < search->n; i++)
        sum = _mm512_add_pd(sum, row(filter, i));
    const double total = _mm512_reduce_add_pd(sum);
    *bound = bound_of(search, total, square);
    search->slots += 0.5 * (double)search->n * (double)search->n / 16 * MDS_FILTER_ERROR_SLOTS;
    return total;
}

#endif
