/* The step between two rows of the certified search, as kernels/mds_decide.h has it, in registers
 * that hold four moves, or both axes: half as many instructions. They wait for each other, and the
 * next row's wait behind them, so that a row ends some 40 cycles sooner; make bench-kernels shows
 * it in the epochs of 200 points. */
#ifndef FORTYFOLD_KERNELS_AVX512_MDS_MOVE_H
#define FORTYFOLD_KERNELS_AVX512_MDS_MOVE_H

#include "kernels/mds_decide.h"

#include <immintrin.h>

/* Vectors of a row that come before the point of the last one moves. */
enum { AHEAD = 8 };

/* How many vectors those are, behind the vector `at` and below it, of a row of `full`. */
struct early {
    size_t behind, below;
};

static inline struct early early_of(size_t at, size_t full)
{
    const bool is_behind = at + AHEAD < full;

    return (struct early){is_behind ? AHEAD : 0, is_behind ? 0 : at < AHEAD ? at : AHEAD};
}

/* The lanes are the moves +x, +y, −x, −y. */
static inline __m256d other_axis(__m256d moves)
{
    return _mm256_permute_pd(moves, 5);
}

static inline __m256d other_way(__m256d moves)
{
    return _mm256_permute4x64_pd(moves, 0x4e);
}

/* mds_largest(). */
static inline double largest_of(__m256d sums)
{
    const __m256d two = _mm256_max_pd(sums, other_way(sums));

    return _mm256_cvtsd_f64(_mm256_max_pd(two, other_axis(two)));
}

/* mds_decide(). */
static inline size_t decide_lanes(const struct mds_search *search, size_t i, __m256d sums,
                                  double difference_bound)
{
    const __m128d at = _mm_sub_pd(_mm_loadu_pd(search->xs + 2 * i), _mm_loadu_pd(search->center));
    const __m128d count = _mm_set1_pd((double)search->n), twice = _mm_set1_pd(2 * search->radius);
    const __m128d ahead =
        _mm_mul_pd(twice, _mm_sub_pd(_mm_mul_pd(count, at), _mm_loadu_pd(search->sum)));
    const __m256d along =
        _mm256_insertf128_pd(_mm256_castpd128_pd256(ahead), _mm_sub_pd(_mm_setzero_pd(), ahead), 1);
    const __m256d f = _mm256_sub_pd(along, _mm256_add_pd(sums, sums));
    /* Of two moves along an axis; then of all. */
    const __m256d low = _mm256_min_pd(f, other_way(f)), high = _mm256_max_pd(f, other_way(f));
    const __m256d least = _mm256_min_pd(low, other_axis(low));
    const __m256d other = _mm256_max_pd(low, other_axis(low));
    const __m256d second = _mm256_min_pd(other, _mm256_min_pd(high, other_axis(high)));
    const double lead = _mm256_cvtsd_f64(_mm256_sub_pd(second, least));
    const unsigned is_least = _mm256_cmp_pd_mask(f, least, _CMP_EQ_OQ);
    /* Infinite, or not a number. */
    const unsigned is_unfit = _mm256_fpclass_pd_mask(f, 0x99);

    if (lead > 2.01 * difference_bound + mds_slack(search, i) && is_unfit == 0)
        return (size_t)__builtin_ctz(is_least | 1u << MDS_UNDECIDED);
    return MDS_UNDECIDED;
}

/* Where a point has gone: from the centre, and in units of 4·radius; x and y. */
struct moved {
    __m128d centered, apart;
};

/* mds_move(); `quarter` is 0.25/radius. */
static inline struct moved move_lanes(struct mds_search *search, size_t i, size_t m, double quarter)
{
    static const double moves[4][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
    const __m128d center = _mm_loadu_pd(search->center), old = _mm_loadu_pd(search->xs + 2 * i);
    const __m128d way = _mm_mul_pd(_mm_loadu_pd(moves[m]), _mm_set1_pd(search->radius));
    const __m128d new = _mm_add_pd(old, way);
    const __m128d from = _mm_sub_pd(old, center), to = _mm_sub_pd(new, center);
    const __m128d step = _mm_sub_pd(to, from);
    const __m128d squares = _mm_mul_pd(step, _mm_add_pd(to, from));
    const struct moved moved = {to, _mm_mul_pd(new, _mm_set1_pd(quarter))};

    _mm_storeu_pd(search->xs + 2 * i, new);
    _mm_storel_pd(search->x + i, moved.apart);
    _mm_storeh_pd(search->y + i, moved.apart);
    _mm_storeu_pd(search->sum, _mm_add_pd(_mm_loadu_pd(search->sum), step));
    search->square += _mm_cvtsd_f64(_mm_add_sd(squares, _mm_unpackhi_pd(squares, squares)));
    return moved;
}

#endif
