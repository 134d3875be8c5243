/* What the rows in double share: four sums over the lanes of a register, and what they mean
 * (kernels/avx512/mds_rows.c); how ranges of points lie in registers. */
#ifndef FORTYFOLD_KERNELS_AVX512_MDS_LANES_H
#define FORTYFOLD_KERNELS_AVX512_MDS_LANES_H

#include <immintrin.h>
#include <stddef.h>

/* Σ goal times d(+x) − d(−x); d(+y) − d(−y); dx sum − dy sum; dx sum + dy sum. */
struct acc {
    __m512d a, b, c, w;
};

/* {Σ a, Σ b, Σ c, Σ w}: pairs of lanes, then quarters. */
static inline __m256d add_lanes(const struct acc *acc)
{
    const __m512d ab =
        _mm512_add_pd(_mm512_unpacklo_pd(acc->a, acc->b), _mm512_unpackhi_pd(acc->a, acc->b));
    const __m512d cw =
        _mm512_add_pd(_mm512_unpacklo_pd(acc->c, acc->w), _mm512_unpackhi_pd(acc->c, acc->w));
    const __m256d ab4 = _mm256_add_pd(_mm512_castpd512_pd256(ab), _mm512_extractf64x4_pd(ab, 1));
    const __m256d cw4 = _mm256_add_pd(_mm512_castpd512_pd256(cw), _mm512_extractf64x4_pd(cw, 1));

    return _mm256_add_pd(_mm256_permute2f128_pd(ab4, cw4, 0x20),
                         _mm256_permute2f128_pd(ab4, cw4, 0x31));
}

/* The sums of the moves +x, +y, −x, −y from a quarter of Σ a, Σ b, Σ c, Σ w. */
static inline void moves_of(const double quarters[4], double sums[4])
{
    const double along_x = quarters[3] + quarters[2], along_y = quarters[3] - quarters[2];

    sums[0] = along_x + 2 * quarters[0];
    sums[1] = along_y + 2 * quarters[1];
    sums[2] = along_x - 2 * quarters[0];
    sums[3] = along_y - 2 * quarters[1];
}

/* The same from the lanes, times `scale`. */
static inline void unfold(const struct acc *acc, double scale, double sums[4])
{
    double quarters[4];

    _mm256_storeu_pd(quarters, _mm256_mul_pd(add_lanes(acc), _mm256_set1_pd(0.25 * scale)));
    moves_of(quarters, sums);
}

/* How the points first ≤ j < last lie in vectors of 8: some lanes of one vector, the whole vectors
 * whole ≤ v < whole_end, and some lanes of vector whole_end. */
struct pieces {
    size_t head; /* a vector, of which head_lanes belong to the range */
    size_t whole, whole_end;
    __mmask8 head_lanes, tail_lanes;
};

static inline struct pieces pieces_of(size_t first, size_t last)
{
    struct pieces pieces = {.head = first / 8};

    if (first % 8 != 0 && first < last) {
        const size_t at = first / 8 * 8, end = last < at + 8 ? last - at : 8;
        pieces.head_lanes = (__mmask8)((1u << end) - (1u << first % 8));
        first = at + 8;
    }
    if (first < last) {
        pieces.whole = first / 8;
        pieces.whole_end = last / 8;
        pieces.tail_lanes = (__mmask8)((1u << last % 8) - 1);
    }
    return pieces;
}

#endif
