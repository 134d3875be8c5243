#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter.h"
#include "kernels/avx512/mds_kernels.h"

#include <immintrin.h>

/* What is read once a search, and what between epochs: sums over rows of goals, and the total error
 * in double. */

#define INLINE static inline __attribute__((always_inline))

/* Sums of a row's goals, and if `filter` is not NULL the row and its squares for it, filled up with
 * goals of 0 to a multiple of 16. */
INLINE void begin_row(struct mds_search *search, size_t i, const struct filter *filter)
{
    const size_t n = search->n;
    const double *goal = search->d_goal + i * n;
    __m512d sum0 = _mm512_setzero_pd(), sum1 = sum0, square0 = sum0, square1 = sum0;

    for (size_t j = 0; j < n; j += 16) {
        const __mmask16 lanes = n - j >= 16 ? 0xffff : (__mmask16)((1u << (n - j)) - 1);
        const __m512d g0 = _mm512_maskz_loadu_pd((__mmask8)lanes, goal + j);
        const __m512d g1 = _mm512_maskz_loadu_pd((__mmask8)(lanes >> 8), goal + j + 8);
        sum0 = _mm512_add_pd(sum0, g0);
        sum1 = _mm512_add_pd(sum1, g1);
        square0 = _mm512_fmadd_pd(g0, g0, square0);
        square1 = _mm512_fmadd_pd(g1, g1, square1);
        if (filter != NULL) {
            float *narrow = filter->goal + i * filter->stride + j;
            float *squares = filter->goal_square + i * filter->stride + j;
            const __m512d tiny = _mm512_set1_pd(MDS_FILTER_TINY);
            const __m512d scale = _mm512_set1_pd(filter->goal_scale);
            const __m512d s0 = _mm512_mul_pd(g0, scale), s1 = _mm512_mul_pd(g1, scale);
            _mm256_store_ps(squares, _mm512_cvtpd_ps(_mm512_fmadd_pd(s0, s0, tiny)));
            _mm256_store_ps(squares + 8, _mm512_cvtpd_ps(_mm512_fmadd_pd(s1, s1, tiny)));
            _mm256_store_ps(narrow, _mm512_cvtpd_ps(g0));
            _mm256_store_ps(narrow + 8, _mm512_cvtpd_ps(g1));
        }
    }
    search->goal_sum[i] = _mm512_reduce_add_pd(_mm512_add_pd(sum0, sum1));
    search->goal_square[i] = _mm512_reduce_add_pd(_mm512_add_pd(square0, square1));
}

void mds_begin_avx512(struct mds_search *search)
{
    for (size_t i = 0; i < search->n; i++)
        begin_row(search, i, NULL);
}

void mds_begin_filter_avx512(struct mds_search *search, const struct filter *filter)
{
    for (size_t i = 0; i < search->n; i++)
        begin_row(search, i, filter);
}

struct point {
    __m512d x, y;
};

/* As root_end() in kernels/avx512/mds_rows.c, with one more term: the rest, 35e⁴/128, is below
 * 2⁻⁵³. */
INLINE __m512d root_in_full(__m512d s)
{
    const __m512d y = _mm512_rsqrt14_pd(s);
    const __m512d t = _mm512_mul_pd(s, y);
    const __m512d e = _mm512_fnmadd_pd(t, y, _mm512_set1_pd(1));
    const __m512d p = _mm512_fmadd_pd(
        _mm512_fmadd_pd(e, _mm512_set1_pd(0.3125), _mm512_set1_pd(0.375)), e, _mm512_set1_pd(0.5));

    return _mm512_fmadd_pd(_mm512_mul_pd(t, e), p, t);
}

/* The first `count` of the points, 1 to 8; zeros behind them. */
INLINE struct point points_of(const double *xs, unsigned count)
{
    const __m512i even = _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i odd = _mm512_set_epi64(15, 13, 11, 9, 7, 5, 3, 1);
    /* Two numbers a point. */
    const unsigned twice = (1u << 2 * count) - 1;
    const __m512d low = _mm512_maskz_loadu_pd((__mmask8)twice, xs);
    const __m512d high = _mm512_maskz_loadu_pd((__mmask8)(twice >> 8), xs + 8);

    return (struct point){_mm512_permutex2var_pd(low, even, high),
                          _mm512_permutex2var_pd(low, odd, high)};
}

INLINE __m512d error_of(__m512d goal, const struct point *points, const struct point *point,
                        bool is_estimate)
{
    const __m512d dx = _mm512_sub_pd(point->x, points->x), dy = _mm512_sub_pd(point->y, points->y);
    const __m512d s = _mm512_fmadd_pd(dx, dx, _mm512_fmadd_pd(dy, dy, _mm512_set1_pd(0x1p-1000)));

    return _mm512_sub_pd(goal, is_estimate ? root_in_full(s) : _mm512_sqrt_pd(s));
}

/* The points of a row behind the last whole vector, first ≤ j < i. */
INLINE __m512d error_tail(const double *goal, const double *xs, size_t first, size_t i,
                          const struct point *point, __m512d sum)
{
    for (size_t j = first; j < i; j += 8) {
        const unsigned count = i - j >= 8 ? 8 : (unsigned)(i - j);
        const __mmask8 lanes = (__mmask8)((1u << count) - 1);
        const struct point points = points_of(xs + 2 * j, count);
        const __m512d error =
            error_of(_mm512_maskz_loadu_pd(lanes, goal + j), &points, point, true);
        sum = _mm512_mask3_fmadd_pd(error, error, sum, lanes);
    }
    return sum;
}

enum { ERROR_ROWS = 4 };

/* Rows first ≤ i < first + count: putting points into registers, which takes slots of the FMA
 * ports, is done once for all. Every other root is the machine's own. Memory answers to many more
 * requests at a time of the second-level cache than of the first: at 2000 points, with goals from
 * memory, that took a third off the time. */
INLINE double error_rows(const struct mds_search *search, const double *xs, size_t first,
                         size_t count)
{
    const size_t n = search->n, whole = first / 8 * 8;
    const double *goal = search->d_goal + first * n;
    __m512d sums[ERROR_ROWS], total = _mm512_setzero_pd();
    struct point rows[ERROR_ROWS];

    for (size_t r = 0; r < count; r++) {
        const double *at = xs + 2 * (first + r);
        rows[r] = (struct point){_mm512_set1_pd(at[0]), _mm512_set1_pd(at[1])};
        sums[r] = _mm512_setzero_pd();
    }
    for (size_t j = 0; j < whole; j += 8) {
        const struct point points = points_of(xs + 2 * j, 8);
        for (size_t r = 0; r < count; r++) {
            _mm_prefetch((const char *)(goal + (count + r) * n + j), _MM_HINT_T1);
            const __m512d error =
                error_of(_mm512_loadu_pd(goal + r * n + j), &points, &rows[r], r % 2 == 0);
            sums[r] = _mm512_fmadd_pd(error, error, sums[r]);
        }
    }
    for (size_t r = 0; r < count; r++)
        total =
            _mm512_add_pd(total, error_tail(goal + r * n, xs, whole, first + r, &rows[r], sums[r]));
    return _mm512_reduce_add_pd(total);
}

double mds_error_avx512(const struct mds_search *search, const double *xs, size_t first,
                        size_t last)
{
    double total = 0;
    size_t i = first;

    for (; i + ERROR_ROWS <= last; i += ERROR_ROWS)
        total += error_rows(search, xs, i, ERROR_ROWS);
    for (; i < last; i++)
        total += error_rows(search, xs, i, 1);
    return total;
}

#endif
