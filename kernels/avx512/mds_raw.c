#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_kernels.h"
#include "kernels/avx512/mds_lanes.h"

/* Raw rows in double: for large radii, where the candidates differ by far more than 2⁻¹⁴ of a
 * distance, the estimate of a root needs no correction, and where they do not the other rows in
 * double (kernels/avx512/mds_rows.c) decide. u = 2⁻⁵³, Γ = Σ goal of the row, r the radius, C the
 * largest coordinate. In units of 4r twice the squares of the four distances are
 *
 *     2·((dx ± ¼)² + dy²) = S ± dx,   2·((dy ± ¼)² + dx²) = S ± dy,   S = 2·dx² + 2·dy² + ⅛,
 *
 * so that a distance is 2√2·r times the root of one. Slots of the FMA ports for 8 points: 2 for S,
 * 4 estimates, 4 products s·y, 4 with goal: 14; the additions have ports of their own.
 *
 * Error. Let s = S ± dx. S ≤ 2s + 1, for |dx| ≤ ¼ + √(s/2). S is rounded twice, s once, and ⅛ + 4u
 * stands for ⅛: |ŝ − s| ≤ 5u·s + 6u, and ŝ > 0. The root of ŝ is off by 8u·√s + √(8u) at most, in
 * lengths 8u·d + 2⁻²³·⁵·r. Both ends of the pair are displaced by 4u·C, the estimate is wrong by
 * 2⁻¹⁴·d, and adding up n products by (n + 10)·u of the sum: for n ≤ 2²⁰ far less than a thousandth
 * of 2⁻¹⁴; more points are not tried. So with S(a) for the sum of candidate a
 *
 *     |error of S(a)| ≤ 1.001·2⁻¹⁴·S(a) + (2⁻²²·r + 4u·C)·Γ,
 *
 * that of a difference is at most twice this for the largest S(a), and that of the sum over j < i
 * is this too. A sum added up from those of ranges has no more additions in a row.
 *
 * Order: as in kernels/avx512/mds_filter_raw.c, what the move before may have changed comes last.
 */

#define INLINE static inline __attribute__((always_inline))

struct place {
    __m512d x, y;
};

INLINE __m512d add_root(__m512d sum, __m512d goal, __m512d s)
{
    return _mm512_fmadd_pd(goal, _mm512_mul_pd(s, _mm512_rsqrt14_pd(s)), sum);
}

/* Adds the four sums of one vector, those of the moves +x, +y, −x, −y, to a, b, c and w. */
INLINE void step(__m512d goal, const double *x, const double *y, const struct place *point,
                 struct acc *acc)
{
    const __m512d eighth = _mm512_set1_pd(0.125 + 0x1p-51);
    const __m512d dx = _mm512_sub_pd(point->x, _mm512_load_pd(x));
    const __m512d dy = _mm512_sub_pd(point->y, _mm512_load_pd(y));
    const __m512d s = _mm512_fmadd_pd(_mm512_add_pd(dx, dx), dx,
                                      _mm512_fmadd_pd(_mm512_add_pd(dy, dy), dy, eighth));

    acc->a = add_root(acc->a, goal, _mm512_add_pd(s, dx));
    acc->b = add_root(acc->b, goal, _mm512_add_pd(s, dy));
    acc->c = add_root(acc->c, goal, _mm512_sub_pd(s, dx));
    acc->w = add_root(acc->w, goal, _mm512_sub_pd(s, dy));
}

/* Whole vectors first ≤ v < last. */
INLINE void run(const struct mds_search *search, const double *goal, size_t first, size_t last,
                const struct place *point, struct acc *acc)
{
    struct acc sums = *acc;

    for (size_t v = first; v < last; v++) {
        /* The same place of the next row: memory has a row's time to answer. */
        _mm_prefetch((const char *)(goal + search->n + 8 * v), _MM_HINT_T0);
        step(_mm512_loadu_pd(goal + 8 * v), search->x + 8 * v, search->y + 8 * v, point, &sums);
    }
    *acc = sums;
}

INLINE struct acc sum_of(const struct acc *one, const struct acc *other)
{
    return (struct acc){_mm512_add_pd(one->a, other->a), _mm512_add_pd(one->b, other->b),
                        _mm512_add_pd(one->c, other->c), _mm512_add_pd(one->w, other->w)};
}

static double largest(const double sums[4])
{
    const double x = sums[0] > sums[2] ? sums[0] : sums[2];
    const double y = sums[1] > sums[3] ? sums[1] : sums[3];

    return x > y ? x : y;
}

INLINE __m256d unit_of(const struct mds_search *search)
{
    return _mm256_set1_pd(0x1.6a09e667f3bcdp+1 * search->radius); /* 2√2·r */
}

void mds_raw_bound_avx512(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    const double relative = 1.001 * 0x1p-14;
    const double absolute =
        (0x1p-22 * search->radius + 0x1p-51 * search->size) * search->goal_sum[i];

    sums->difference_bound = 2 * (relative * largest(sums->all) + absolute);
    sums->below_bound = relative * largest(sums->below) + absolute;
}

static void raw_row(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    const size_t n = search->n, full = n / 8, at = i / 8;
    const double *goal = search->d_goal + i * n, *x = search->x, *y = search->y;
    const __mmask8 tail = (__mmask8)((1u << n % 8) - 1), lower = (__mmask8)((1u << i % 8) - 1);
    const struct place point = {_mm512_set1_pd(x[i]), _mm512_set1_pd(y[i])};
    const __m512d zero = _mm512_setzero_pd();
    const __m256d unit = unit_of(search);
    struct acc behind = {zero, zero, zero, zero}, below = behind, all;

    if (at < full) {
        run(search, goal, at + 1, full, &point, &behind);
        if (tail != 0)
            step(_mm512_maskz_loadu_pd(tail, goal + 8 * full), x + 8 * full, y + 8 * full, &point,
                 &behind);
    }
    run(search, goal, 0, at, &point, &below);
    all = sum_of(&behind, &below);
    const __m512d here = _mm512_maskz_loadu_pd(at < full ? 0xff : tail, goal + 8 * at);
    step(here, x + 8 * at, y + 8 * at, &point, &all);
    step(_mm512_maskz_mov_pd(lower, here), x + 8 * at, y + 8 * at, &point, &below);
    _mm256_storeu_pd(sums->all, _mm256_mul_pd(unit, add_lanes(&all)));
    _mm256_storeu_pd(sums->below, _mm256_mul_pd(unit, add_lanes(&below)));
    mds_raw_bound_avx512(search, i, sums);
}

/* Some lanes of the vector at `at`. */
INLINE void part(const struct mds_search *search, const double *goal, size_t at, __mmask8 lanes,
                 const struct place *point, struct acc *acc)
{
    step(_mm512_maskz_loadu_pd(lanes, goal + at), search->x + at, search->y + at, point, acc);
}

void mds_raw_range_avx512(const struct mds_search *search, size_t i, size_t first, size_t last,
                          double sums[4])
{
    const double *goal = search->d_goal + i * search->n;
    const struct place point = {_mm512_set1_pd(search->x[i]), _mm512_set1_pd(search->y[i])};
    const __m512d zero = _mm512_setzero_pd();
    const struct pieces pieces = pieces_of(first, last);
    struct acc acc = {zero, zero, zero, zero};

    if (pieces.head_lanes != 0)
        part(search, goal, 8 * pieces.head, pieces.head_lanes, &point, &acc);
    run(search, goal, pieces.whole, pieces.whole_end, &point, &acc);
    if (pieces.tail_lanes != 0)
        part(search, goal, 8 * pieces.whole_end, pieces.tail_lanes, &point, &acc);
    _mm256_storeu_pd(sums, _mm256_mul_pd(unit_of(search), add_lanes(&acc)));
}

bool mds_raw_fits_avx512(const struct mds_search *search)
{
    /* A typical distance, in radii. */
    const double distance = search->goal_sum_largest / ((double)search->n * search->radius);

    return distance < 14 && search->n <= 1u << 20;
}

void mds_raw_epoch_avx512(struct mds_search *search, struct mds_progress *progress)
{
    if (!mds_raw_fits_avx512(search)) {
        mds_search_epoch(search, progress);
        return;
    }
    for (size_t i = 0; i < search->n; i++)
        mds_search_point_by(raw_row, search, i, progress);
}

#endif
