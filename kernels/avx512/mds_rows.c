#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_kernels.h"
#include "kernels/avx512/mds_lanes.h"

/* The rows in double, eight points a register.
 *
 * Both moves along x share (yᵢ − yⱼ)². With a = |xᵢ − xⱼ| they end at the distances a − r and a + r
 * along x: the near one and the far one. In units of 4r,
 *
 *     near² = (a − ¼)² + dy²,   far² = near² + a,
 *
 * where nothing is subtracted that could cancel. Which of them is +x says the sign of xᵢ − xⱼ.
 * Summed are goal times A: d(+x) − d(−x)    B: d(+y) − d(−y)    C: dx sum − dy sum    W: dx sum +
 * dy sum where "dx sum" is d(+x) + d(−x); the four sums of mds_sums are (W ± C)/4 ± A/2 or B/2.
 *
 * Ports. An AVX-512 addition goes to other ports than a multiplication, a fused one or vrsqrt14pd
 * (measured: as many of each a cycle), logic goes anywhere, and vsqrtpd occupies a unit of its own
 * for 16 cycles of Zen 4 (7.5 of Zen 5) and an FMA port for two. A vector of 8 points takes
 *
 *     2  dx², dy² + tiny          4  the four products with goal
 *     2  near², for x and y       6  a root by vrsqrt14pd, or 2 a root by vsqrtpd
 *
 * slots of the FMA ports, and 13 additions, which hide behind them. With all four roots by vsqrtpd:
 * 16 slots, but 64 cycles of the root unit. With none: 32 slots. With one in even and two in odd
 * vectors: 26 slots and 24 cycles, so both are busy.
 *
 * A root by vrsqrt14pd. Let y = (1 + ε)/√s, |ε| ≤ 2⁻¹⁴ (Intel SDM, VRSQRT14PD; AMD keeps the
 * bound). With t = s·y and e = 1 − t·y we have √s = t·(1 − e)^(−1/2) = t·(1 + e/2 + 3e²/8 + 5e³/16
 * + …), |e| ≤ 2⁻¹³ + 2⁻²⁸: after the square the rest is below 2⁻⁴⁰·⁶.
 *
 * Error of Σ goal·d, u = 2⁻⁵³, d in the true geometry: dx is off by u·|dx| and a − ¼ by u·|a − ¼|
 * more, |dx| ≤ d + r: so the candidate stands u·(2d + r) aside; squares, sum and root cost 4u·d;
 * far² inherits near²'s error, near ≤ far, and |dx| ≤ far. Altogether below 10u·(d + r) and the
 * 2⁻⁴⁰·⁶·d of the root. A lane adds n/8 + 1 products, five additions follow: mds_search_bound()
 * allows for more. The 2⁻¹⁰⁰⁰ keeps vrsqrt14pd from 1/0. */

#define INLINE static inline __attribute__((always_inline))

struct point {
    __m512d x, y;
};

/* A root on its way: the machine's root, or t and y of its estimate. */
struct root {
    __m512d t, y;
};

/* A vector on its way: roots near x, near y, far x, far y. */
struct begun {
    __m512d goal, dx, dy;
    struct root roots[4];
};

/* The first `estimated` of the four roots are estimates, the others vsqrtpd. */
INLINE struct root root_begin(__m512d s, bool is_estimate)
{
    if (!is_estimate)
        return (struct root){_mm512_sqrt_pd(s), _mm512_undefined_pd()};
    const __m512d y = _mm512_rsqrt14_pd(s);
    return (struct root){_mm512_mul_pd(s, y), y};
}

INLINE __m512d root_end(const struct root *root, bool is_estimate)
{
    if (!is_estimate)
        return root->t;
    const __m512d half = _mm512_set1_pd(0.5), three_eighths = _mm512_set1_pd(0.375);
    const __m512d e = _mm512_fnmadd_pd(root->t, root->y, _mm512_set1_pd(1));
    const __m512d p = _mm512_fmadd_pd(e, three_eighths, half);

    return _mm512_fmadd_pd(_mm512_mul_pd(root->t, e), p, root->t);
}

INLINE __m512d with_sign_of(__m512d magnitude, __m512d sign)
{
    const __m512i minus = _mm512_set1_epi64((long long)0x8000000000000000u);

    /* magnitude ^ (sign & minus) */
    return _mm512_castsi512_pd(_mm512_ternarylogic_epi64(_mm512_castpd_si512(magnitude),
                                                         _mm512_castpd_si512(sign), minus, 0x78));
}

/* Up to the roots' beginning. */
INLINE void begin(__m512d goal, const double *x, const double *y, const struct point *point,
                  int estimated, struct begun *begun)
{
    const __m512d quarter = _mm512_set1_pd(0.25), tiny = _mm512_set1_pd(0x1p-1000);
    const __m512d dx = _mm512_sub_pd(point->x, _mm512_loadu_pd(x));
    const __m512d dy = _mm512_sub_pd(point->y, _mm512_loadu_pd(y));
    const __m512d ax = _mm512_abs_pd(dx), ay = _mm512_abs_pd(dy);
    const __m512d square_x = _mm512_fmadd_pd(dx, dx, tiny);
    const __m512d square_y = _mm512_fmadd_pd(dy, dy, tiny);
    const __m512d tx = _mm512_sub_pd(ax, quarter), ty = _mm512_sub_pd(ay, quarter);
    const __m512d near_x = _mm512_fmadd_pd(tx, tx, square_y);
    const __m512d near_y = _mm512_fmadd_pd(ty, ty, square_x);

    begun->goal = goal;
    begun->dx = dx;
    begun->dy = dy;
    begun->roots[0] = root_begin(near_x, estimated > 0);
    begun->roots[1] = root_begin(near_y, estimated > 1);
    begun->roots[2] = root_begin(_mm512_add_pd(near_x, ax), estimated > 2);
    begun->roots[3] = root_begin(_mm512_add_pd(near_y, ay), estimated > 3);
}

/* From there to the sums. */
INLINE void end(const struct begun *begun, struct acc *acc, int estimated)
{
    const __m512d nx = root_end(&begun->roots[0], estimated > 0);
    const __m512d ny = root_end(&begun->roots[1], estimated > 1);
    const __m512d fx = root_end(&begun->roots[2], estimated > 2);
    const __m512d fy = root_end(&begun->roots[3], estimated > 3);
    const __m512d sum_x = _mm512_add_pd(fx, nx), sum_y = _mm512_add_pd(fy, ny);
    const __m512d goal = begun->goal;

    acc->a = _mm512_fmadd_pd(goal, with_sign_of(_mm512_sub_pd(fx, nx), begun->dx), acc->a);
    acc->b = _mm512_fmadd_pd(goal, with_sign_of(_mm512_sub_pd(fy, ny), begun->dy), acc->b);
    acc->c = _mm512_fmadd_pd(goal, _mm512_sub_pd(sum_x, sum_y), acc->c);
    acc->w = _mm512_fmadd_pd(goal, _mm512_add_pd(sum_x, sum_y), acc->w);
}

INLINE void step(__m512d goal, const double *x, const double *y, const struct point *point,
                 struct acc *acc, int estimated)
{
    struct begun begun;

    begin(goal, x, y, point, estimated, &begun);
    end(&begun, acc, estimated);
}

/* Whole vectors first ≤ v < last. The end of one is written behind the beginning of the next: an
 * instruction that waits for its operands occupies a place in the schedulers (on Zen 4, 64 for all
 * of floating point), so those that can go at once had better come first. */
INLINE void run(const struct mds_search *search, const double *goal, size_t first, size_t last,
                const struct point *point, struct acc *acc, int even, int odd)
{
    const double *x = search->x, *y = search->y;
    struct acc sums = *acc;
    struct begun one, other;
    size_t v = first;

    if (first >= last)
        return;
    begin(_mm512_loadu_pd(goal + 8 * v), x + 8 * v, y + 8 * v, point, even, &one);
    for (; v + 2 < last; v += 2) {
        /* Rows lie one behind the other; memory answers within 2 KiB of reading. */
        _mm_prefetch((const char *)(goal + 8 * v + 256), _MM_HINT_T0);
        _mm_prefetch((const char *)(goal + 8 * v + 264), _MM_HINT_T0);
        begin(_mm512_loadu_pd(goal + 8 * v + 8), x + 8 * v + 8, y + 8 * v + 8, point, odd, &other);
        end(&one, &sums, even);
        begin(_mm512_loadu_pd(goal + 8 * v + 16), x + 8 * v + 16, y + 8 * v + 16, point, even,
              &one);
        end(&other, &sums, odd);
    }
    end(&one, &sums, even);
    if (v + 1 < last)
        step(_mm512_loadu_pd(goal + 8 * v + 8), x + 8 * v + 8, y + 8 * v + 8, point, &sums, odd);
    *acc = sums;
}

INLINE void row(const struct mds_search *search, size_t i, struct mds_sums *sums, int even, int odd)
{
    const size_t n = search->n, full = n / 8, at = i / 8;
    const double *goal = search->d_goal + i * n;
    const double *x = search->x, *y = search->y;
    const __mmask8 tail = (__mmask8)((1u << n % 8) - 1);
    const struct point point = {_mm512_set1_pd(x[i]), _mm512_set1_pd(y[i])};
    const __m512d zero = _mm512_setzero_pd();
    struct acc all = {zero, zero, zero, zero}, here = all, below;

    run(search, goal, 0, at, &point, &all, even, odd);
    /* The vector that holds the point: its lanes below i belong to both sums. x and y are padded,
     * goal is not. */
    step(_mm512_maskz_loadu_pd(at < full ? 0xff : tail, goal + 8 * at), x + 8 * at, y + 8 * at,
         &point, &here, even);
    const __mmask8 lanes = (__mmask8)((1u << i % 8) - 1);
    below.a = _mm512_mask_add_pd(all.a, lanes, all.a, here.a);
    below.b = _mm512_mask_add_pd(all.b, lanes, all.b, here.b);
    below.c = _mm512_mask_add_pd(all.c, lanes, all.c, here.c);
    below.w = _mm512_mask_add_pd(all.w, lanes, all.w, here.w);
    all.a = _mm512_add_pd(all.a, here.a);
    all.b = _mm512_add_pd(all.b, here.b);
    all.c = _mm512_add_pd(all.c, here.c);
    all.w = _mm512_add_pd(all.w, here.w);
    if (at < full) {
        run(search, goal, at + 1, full, &point, &all, even, odd);
        if (tail != 0)
            step(_mm512_maskz_loadu_pd(tail, goal + 8 * full), x + 8 * full, y + 8 * full, &point,
                 &all, even);
    }
    unfold(&all, 4 * search->radius, sums->all);
    unfold(&below, 4 * search->radius, sums->below);
    mds_search_bound(search, i, sums);
}

void mds_row_avx512_sqrt(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    row(search, i, sums, 0, 0);
}

void mds_row_avx512_rsqrt(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    row(search, i, sums, 3, 2);
}

INLINE void part(const struct mds_search *search, const double *goal, size_t at, __mmask8 lanes,
                 const struct point *point, struct acc *acc)
{
    step(_mm512_maskz_loadu_pd(lanes, goal + at), search->x + at, search->y + at, point, acc, 3);
}

void mds_range_avx512(const struct mds_search *search, size_t i, size_t first, size_t last,
                      double sums[4])
{
    const double *goal = search->d_goal + i * search->n;
    const struct point point = {_mm512_set1_pd(search->x[i]), _mm512_set1_pd(search->y[i])};
    const __m512d zero = _mm512_setzero_pd();
    const struct pieces pieces = pieces_of(first, last);
    struct acc acc = {zero, zero, zero, zero};

    if (pieces.head_lanes != 0)
        part(search, goal, 8 * pieces.head, pieces.head_lanes, &point, &acc);
    run(search, goal, pieces.whole, pieces.whole_end, &point, &acc, 3, 2);
    if (pieces.tail_lanes != 0)
        part(search, goal, 8 * pieces.whole_end, pieces.tail_lanes, &point, &acc);
    unfold(&acc, 4 * search->radius, sums);
}

#endif
