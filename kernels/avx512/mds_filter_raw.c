#include "kernels/mds_decide.h"
#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter.h"

#include <immintrin.h>

/* Raw rows: for large radii, where the candidates differ by far more than 2⁻¹⁴ of a distance, the
 * estimate of a root needs no correction. u = 2⁻²⁴ and all letters as in kernels/avx512/
 * mds_filter.c. With z and w for dx and dy in units of 2r the squares of the four distances are
 *
 *     (z ± ½)² + w² = S ± z,   (w ± ½)² + z² = S ± w,   S = z² + w² + ¼.
 *
 * No root is multiplied with its goal g: what the root is taken of is multiplied with h = g², made
 * once a search, for g·d = √(h·d²). With Q = h·z and R = h·w
 *
 *     h·S = Q·z + R·w + h/4,   and the four are h·S ± Q, h·S ± R:
 *
 * the products with h that the four need make S as well. h/4 is h with 2 less in its exponent, an
 * integer subtraction, for which any port will do. A root is t·y with y = (1 + ε)/√t, |ε| ≤ 2⁻¹⁴,
 * and goes into its sum by one fused operation. Slots of the FMA ports for 16 points and four
 * candidates: 2 for Q and R, 2 for h·S, 4 estimates, 4 for t·y: 12, beside 6 additions on ports of
 * their own. (With goals as factors it were 14: 2 for S, 4 estimates, 4 for t·y, 4 with g.)
 *
 * Error. As in the plain row the two ends of a pair are displaced, for all candidates alike:
 * 5.7·u·C + 2u·d for a difference of two. h rounds by u, its root by half of that, and what is
 * added to it (MDS_FILTER_TINY) costs 2⁻⁵⁰ of a distance. Apart for each candidate, with s for its
 * true square, t for h·s, and a hat for what was computed: Q and R round by u, so do R·w + h/4 and
 * h·S: altogether h·S is off by 3u·h·S. Then t̂ = h·S ± Q by u·|Q| more, and u·t. Since |z| ≤ √s +
 * ½, S ≤ s + √s + ½ and |Q| ≤ h·(√s + ½): |t̂ − t| ≤ u·h·(4s + 4√s + 2). Where √s ≥ 2⁻⁶: √t̂ is off
 * by less than |t̂ − t|/(1.9·√t) ≤ u·√h·(2.2·√s + 70), in lengths 2.2u·d + 140u·r. Where it is
 * smaller: |t̂ − t| ≤ 2.1u·h, so √t̂ is off by √(2.1u·h) at most, in lengths 2⁻¹⁰·⁴⁶·r. (A t̂ of 0 or
 * below makes the sum no number, and the row undecided.) Of one pair only one candidate can be that
 * near, for they lie √2·r apart. This and 140u twice stay below 2⁻¹⁰·⁴²·r. Its estimate is wrong by
 * 2⁻¹⁴·d. A lane adds one product a vector, its end a few more: (vectors + 10)·u. The four sums
 * differ by 2·r·Γ at most; the largest of them is taken:
 *
 *     |error of S(a) − S(b)| ≤ (2⁻¹³ + u·(2·vectors + 28))·largest + (2⁻¹⁰·⁴²·r + 5.7u·C)·Γ
 *     |error of S below|     ≤ (2⁻¹⁴ + u·(vectors + 28))·S below + (2⁻¹⁰·⁴²·r + 2.9u·C)·Γ below
 *
 * of which the code takes a little more, for terms of u² and the rounding of the bounds, and n
 * times 2⁻⁴⁹ of the largest distance for what was added to h. Sums below are added up for all
 * points: half of all Γ, and 16 more additions in single precision. No number leaves the range of
 * floats: goals are below 2³⁰, distances below 2³⁰·r, so h·S is below 2¹²¹; and where h·S is as
 * small as 2⁻¹⁰⁰, what underflows is below 2⁻⁴⁰ of it.
 *
 * Order. Row i + 1 needs nothing of row i but where point i has gone, and that only for the vector
 * in which it lies. So this vector comes last, and stays in registers while its points move: the
 * processor begins the next row while it still decides this one. */

#define INLINE static inline __attribute__((always_inline))

/* Sixteen points, or one sixteen times. */
struct place {
    __m512 x, y;
};

/* Σ goal·d of the moves +x, +y, −x, −y. */
struct four {
    __m512 sum[4];
};

/* The four squares, times h. */
INLINE void squares(__m512 h, const struct place *point, __m512 x, __m512 y, __m512 t[4])
{
    const __m512i exponent_two = _mm512_set1_epi32(2 << 23);
    const __m512 quarter =
        _mm512_castsi512_ps(_mm512_sub_epi32(_mm512_castps_si512(h), exponent_two));
    const __m512 z = _mm512_sub_ps(point->x, x), w = _mm512_sub_ps(point->y, y);
    const __m512 q = _mm512_mul_ps(h, z), r = _mm512_mul_ps(h, w);
    const __m512 both = _mm512_fmadd_ps(q, z, _mm512_fmadd_ps(r, w, quarter));

    t[0] = _mm512_add_ps(both, q);
    t[1] = _mm512_add_ps(both, r);
    t[2] = _mm512_sub_ps(both, q);
    t[3] = _mm512_sub_ps(both, r);
}

/* The pairs of whole vectors first ≤ v < last. */
INLINE struct four run(const struct filter *filter, const float *row, size_t first, size_t last,
                       const struct place *point)
{
    const __m512 zero = _mm512_setzero_ps();
    struct four four = {{zero, zero, zero, zero}};

    for (size_t v = first; v < last; v++) {
        __m512 t[4];
        /* The same place of the next row, and of the one behind it from memory, which answers to
         * more requests at a time of the second-level cache than of the first. */
        _mm_prefetch((const char *)(row + filter->stride + 16 * v), _MM_HINT_T0);
        _mm_prefetch((const char *)(row + 2 * filter->stride + 16 * v), _MM_HINT_T1);
        squares(_mm512_load_ps(row + 16 * v), point, _mm512_load_ps(filter->x + 16 * v),
                _mm512_load_ps(filter->y + 16 * v), t);
        for (int m = 0; m < 4; m++)
            four.sum[m] = _mm512_fmadd_ps(t[m], _mm512_rsqrt14_ps(t[m]), four.sum[m]);
    }
    return four;
}

/* The sums over the lanes: transposed step by step, so that one addition serves several sums. */
INLINE __m256d add_lanes(const struct four *four)
{
    const __m512 a = four->sum[0], b = four->sum[1], c = four->sum[2], d = four->sum[3];
    const __m512 ab = _mm512_add_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
    const __m512 cd = _mm512_add_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
    const __m512 abcd =
        _mm512_add_ps(_mm512_shuffle_ps(ab, cd, 0x44), _mm512_shuffle_ps(ab, cd, 0xee));
    const __m256 half =
        _mm256_add_ps(_mm512_castps512_ps256(abcd), _mm512_extractf32x8_ps(abcd, 1));

    return _mm256_cvtps_pd(
        _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps(half, 1)));
}

/* Places point i again, where it is at *here, in `lane`: the raw and the plain rows do without what
 * rounding loses. */
INLINE void place_again(const struct mds_search *search, size_t i, __mmask16 lane,
                        struct place *here)
{
    const struct filter *filter = search->filter;
    const float x = (float)((search->xs[2 * i] - search->center[0]) * filter->scale);
    const float y = (float)((search->xs[2 * i + 1] - search->center[1]) * filter->scale);

    filter->x[i] = x;
    filter->y[i] = y;
    here->x = _mm512_mask_mov_ps(here->x, lane, _mm512_set1_ps(x));
    here->y = _mm512_mask_mov_ps(here->y, lane, _mm512_set1_ps(y));
}

/* What is the same for all rows of an epoch. */
struct bounds {
    double relative, absolute; /* of the largest sum, of Γ */
    double relative_below;     /* of all sums below together */
    double least;              /* for what was added to h */
    double unit;               /* 2r */
};

static double difference_bound(const struct bounds *bounds, const double all[4], double gamma)
{
    const double x = all[0] > all[2] ? all[0] : all[2], y = all[1] > all[3] ? all[1] : all[3];

    return bounds->relative * (x > y ? x : y) + bounds->absolute * gamma + bounds->least;
}

/* Moves the points of vector v; returns Σ goal·d below of those that the filter decided, in units
 * of 2r, and adds all their Γ to *gamma: only all points together have half of it below. */
static double move_vector(struct mds_search *search, size_t v, const struct bounds *bounds,
                          struct mds_progress *progress, double *gamma)
{
    const struct filter *filter = search->filter;
    const size_t vectors = filter->stride / 16;
    const size_t end = search->n - 16 * v < 16 ? search->n : 16 * v + 16;
    struct place here = {_mm512_load_ps(filter->x + 16 * v), _mm512_load_ps(filter->y + 16 * v)};
    __m512 products = _mm512_setzero_ps();

    for (size_t i = 16 * v; i < end; i++) {
        const float *row = filter->goal_square + i * filter->stride;
        const struct place point = {_mm512_set1_ps(filter->x[i]), _mm512_set1_ps(filter->y[i])};
        const __mmask16 lane = (__mmask16)(1u << i % 16), lower = (__mmask16)(lane - 1u);
        struct four all = run(filter, row, v + 1, vectors, &point);
        struct four below = run(filter, row, 0, v, &point);
        __m512 t[4];
        double sums[4];

        squares(_mm512_load_ps(row + 16 * v), &point, here.x, here.y, t);
        for (int m = 0; m < 4; m++) {
            const __m512 y = _mm512_rsqrt14_ps(t[m]);
            all.sum[m] = _mm512_fmadd_ps(t[m], y, _mm512_add_ps(all.sum[m], below.sum[m]));
            below.sum[m] = _mm512_mask3_fmadd_ps(t[m], y, below.sum[m], lower);
        }
        _mm256_storeu_pd(sums, _mm256_mul_pd(add_lanes(&all), _mm256_set1_pd(bounds->unit)));
        const size_t m =
            mds_decide(search, i, sums, difference_bound(bounds, sums, search->goal_sum[i]));
        *gamma += search->goal_sum[i];
        if (m != MDS_UNDECIDED) {
            mds_move(search, i, m);
            products = _mm512_add_ps(products, below.sum[m]);
        } else {
            mds_search_point_by(mds_filter_plain_avx512, search, i, progress);
        }
        place_again(search, i, lane, &here);
    }
    return (double)_mm512_reduce_add_ps(products);
}

void mds_filter_raw_epoch_avx512(struct mds_search *search, struct mds_progress *progress)
{
    const double u = 0x1p-24, r = search->radius, count = (double)search->n;
    const size_t vectors = ((const struct filter *)search->filter)->stride / 16;
    const double near = 0x1.8p-11 * r; /* 2⁻¹⁰·⁴¹⁵ */
    const struct bounds bounds = {.relative = 1.001 * (0x1p-13 + u * (2 * (double)vectors + 40)),
                                  .relative_below = 1.001 * (0x1p-14 + u * ((double)vectors + 48)),
                                  .absolute = near + 6 * u * search->span,
                                  .least = 0x1p-49 * count * (3 * search->span + r),
                                  .unit = 2 * r};
    double products = 0, gamma = 0;

    for (size_t v = 0; v < vectors; v++)
        products += move_vector(search, v, &bounds, progress, &gamma);
    progress->products += products * bounds.unit;
    progress->bound += bounds.relative_below * products * bounds.unit +
                       0.5 * bounds.absolute * gamma + count * bounds.least;
}

#endif
