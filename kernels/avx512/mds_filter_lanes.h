/* What the rows of the filter share: single precision, sixteen points a register. */
#ifndef FORTYFOLD_KERNELS_AVX512_MDS_FILTER_LANES_H
#define FORTYFOLD_KERNELS_AVX512_MDS_FILTER_LANES_H

#include "kernels/avx512/mds_filter.h"

#include <immintrin.h>

/* Sixteen points, or one sixteen times. */
struct place {
    __m512 x, y;
};

static inline struct place place_of(const struct filter *filter, size_t i)
{
    return (struct place){_mm512_set1_ps(filter->x[i]), _mm512_set1_ps(filter->y[i])};
}

/* The sums of a, b, c and d over their lanes, five additions each: transposed step by step, so that
 * one addition serves several sums. */
static inline __m256d lane_sums(__m512 a, __m512 b, __m512 c, __m512 d)
{
    const __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
    const __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
    const __m512 abcd =
        _mm512_add_ps(_mm512_shuffle_ps(ab, cd, 0x44), _mm512_shuffle_ps(ab, cd, 0xee));
    const __m256 half =
        _mm256_add_ps(_mm512_castps512_ps256(abcd), _mm512_extractf32x8_ps(abcd, 1));

    return _mm256_cvtps_pd(
        _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1)));
}

/* Places point i again, in the filter and in *here, the vector that holds it. */
static inline void place_again(const struct mds_search *search, size_t i, struct place *here)
{
    const struct filter *filter = search->filter;
    const __mmask16 lane = (__mmask16)(1u << i % 16);
    const float x = (float)((search->xs[2 * i] - search->center[0]) * filter->scale);
    const float y = (float)((search->xs[2 * i + 1] - search->center[1]) * filter->scale);

    filter->x[i] = x;
    filter->y[i] = y;
    here->x = _mm512_mask_mov_ps(here->x, lane, _mm512_set1_ps(x));
    here->y = _mm512_mask_mov_ps(here->y, lane, _mm512_set1_ps(y));
}

#endif
