/* What the rows of the filter share: single precision, sixteen points a register. */
#ifndef FORTYFOLD_KERNELS_AVX512_MDS_FILTER_LANES_H
#define FORTYFOLD_KERNELS_AVX512_MDS_FILTER_LANES_H

#include "kernels/avx512/mds_filter.h"
#include "kernels/avx512/mds_move.h"

#include <immintrin.h>

/* Sixteen points, or one sixteen times. */
struct place {
    __m512 x, y;
};

static inline struct place place_of(const struct filter *filter, size_t i)
{
    return (struct place){_mm512_set1_ps(filter->x[i]), _mm512_set1_ps(filter->y[i])};
}

/* The sixteen points of vector v. */
static inline struct place vector_of(const struct filter *filter, size_t v)
{
    return (struct place){_mm512_load_ps(filter->x + 16 * v), _mm512_load_ps(filter->y + 16 * v)};
}

/* Both halves of sixteen sums, side by side. */
static inline __m512d widened(__m512 lanes)
{
    return _mm512_add_pd(_mm512_cvtps_pd(_mm512_castps512_ps256(lanes)),
                         _mm512_cvtps_pd(_mm512_extractf32x8_ps(lanes, 1)));
}

/* The sums of a, b, c and d over their lanes, four additions for a term, five for all: transposed
 * step by step, so that one addition serves several sums. */
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

/* Places point i, which is at `centered` from the centre, in the filter and in *here, the vector
 * that holds it. */
static inline void place_at(const struct filter *filter, size_t i, __m128d centered,
                            struct place *here)
{
    const __mmask16 lane = (__mmask16)(1u << i % 16);
    const __m128 both = _mm_cvtpd_ps(_mm_mul_pd(centered, _mm_set1_pd(filter->scale)));
    const __m128 y = _mm_movehdup_ps(both);

    _mm_store_ss(filter->x + i, both);
    _mm_store_ss(filter->y + i, y);
    here->x = _mm512_mask_broadcastss_ps(here->x, lane, both);
    here->y = _mm512_mask_broadcastss_ps(here->y, lane, y);
}

/* The same for a point that was moved by other means. */
static inline void place_again(const struct mds_search *search, size_t i, struct place *here)
{
    const __m128d at = _mm_loadu_pd(search->xs + 2 * i), center = _mm_loadu_pd(search->center);

    place_at(search->filter, i, _mm_sub_pd(at, center), here);
}

/* Makes move m of point i, and places it. */
static inline void move_and_place(struct mds_search *search, size_t i, size_t m, struct place *here)
{
    const struct filter *filter = search->filter;
    const struct moved moved = move_lanes(search, i, m, filter->quarter);

    place_at(filter, i, moved.centered, here);
}

#endif
