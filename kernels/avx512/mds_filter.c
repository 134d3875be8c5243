#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter.h"
#include "kernels/avx512/mds_kernels.h"
#include "kernels/avx512/mds_lanes.h"

#include <math.h>

/* The filter: rows in single precision, sixteen points a register, with proved bounds.
 *
 * u = 2⁻²⁴ throughout; d is a distance, S a Σ goal·d, Γ = Σ goal of the row, r the radius, C the
 * largest coordinate from the centre. Lengths in registers are in units of 4r, in which
 *     near² = (a − ¼)² + dy²,   far² = near² + a,   a = |dx|   (kernels/avx512/mds_rows.c),
 * or of 2r: near² = (a − ½)² + dy², far² = near² + 2a.
 * Three row functions: the plain one, in units of 2r; the fine one for small radii, where
 * differences of candidates are far below the rounding of a distance, in units of 4r; and the raw
 * one for large radii (kernels/avx512/mds_filter_raw.c).
 *
 * Roots. vrsqrt14ps gives y = (1 + ε)/√s, |ε| ≤ 2⁻¹⁴. With t = s·y and e = 3 − t·y, t·e =
 * 2√s·(1 − 3ε²/2 − ε³/2): short by 0.1u. Rounding t moves t·e by u/2 (e answers with −u), rounding
 * e by u and t·e by u: a root is right to 2.6u, a vsqrtps to u.
 *
 * The plain row. Coordinates are rounded from double: both ends of a pair together stand aside by
 * 2√2·u·C, and dx = fl(xᵢ − xⱼ) adds u·d. This is one displacement of the pair, the same for all
 * candidates; it moves each distance by at most as much, a difference of two by twice that:
 * 5.7u·C + 2u·d. Apart for each candidate: near² from fl(a − ¼), dy² + tiny and a fused product 3u,
 * far² 4u; the roots halve these and add 2.6u: 4.6u·d, 9.2u·d for two. Sums of two distances round
 * by 2u·d more. Rounding goal costs u·2r. Terms are differences, at most 2r (A, B) and 4r (C, which
 * counts half): adding up costs (chunk + chunks + 2)·u·4r. With 10 % on top for u² terms:
 *
 *     |error of S(a) − S(b)| ≤ u·(16·S + 6.4·C·Γ + r·Γ·(8 + 5·(12 + vectors/8))).
 *
 * A sum over j < i itself: 4.6u·d and the displacement, 2√2u·C + u·d; goal u; two additions of
 * distances 2u; adding up (chunk + chunks + 2)·u. The fine row's distances are right to 9u.
 *
 *     |error of S below|     ≤ u·((20 + vectors/8)·S below + 3.2·C·Γ below)      (fine: 30)
 *
 * Only the sum of these bounds over all points is used, and Γ below then adds up to half of all Γ:
 * so half of Γ is charged for each point.
 *
 * Slots of the FMA ports for 16 points (see mds_rows.c; vsqrtps: 10 cycles of its unit, 2 slots):
 * squares and nears 4, two estimated roots 8, two vsqrtps 4, products 4 (behind the point 3: W
 * is not needed there): 20 slots beside 20 cycles of the root unit and 15 additions.
 *
 * The fine row. For one axis, let w = √(near²·far²) and p = d(near) + d(far). Then
 *     p² = near² + far² + 2w,     d(far) − d(near) = (far² − near²)/p = a/p,
 * and since near² + far² is the same for x and y,
 *     p(x) − p(y) = 2·(w(x) − w(y))/(p(x) + p(y)),   w(x) − w(y) = ¼·(ay² − ax²)/(w(x) + w(y)).
 * Nothing cancels, so the differences have relative errors, and they shrink with the radius.
 * Coordinates come as two floats, high and low, right to 2⁻⁴⁸·C; dx to 2u·|dx| + 2⁻⁴⁶·C.
 *   Displacement: δ ≤ 2u·d, the same for all candidates. Gradients of two of them differ by at most
 * min(2, 4r/d): beyond d = 2r the two lie 2r apart and no point between them is nearer than d/2. So
 * it costs at most 8u·r, and 2·2⁻⁴⁶·√2·C. near² 4u, far² 5u, their product 10u, its root 6u; p² 9u;
 * 1/p half that, and 4.2u for the estimate: 9u. So A and B, at most 2r each, are wrong by 18u·r. C:
 * numerator 3u, w 6u, p 9u, vrcp14ps 2⁻¹⁴, products 4u: relatively below 2⁻¹³·⁹; Σ goal·|C| is
 * added up beside it to say what that means. Adding up as above, for terms of at most 2r.
 *
 *     |error of S(a) − S(b)| ≤ u·r·Γ·(60 + vectors/2) + 2⁻¹⁴·⁶·Σ goal·|C| + 2⁻⁴⁴·C·Γ
 *
 * where S(a) − S(b) takes half of C, and whole numbers were rounded up. Slots: squares and nears 4,
 * products 2, vsqrtps 4, roots of p² and quotients 12, C 4, sums 5: 31. */

#define INLINE static inline __attribute__((always_inline))

static const double u = 0x1p-24;

enum { HEAD_BYTES = 64 }; /* struct filter, in front of its arrays */
enum { CHUNK = 8 }; /* vectors that are summed in single precision before they join the others */

struct point {
    __m512 x, y, x_low, y_low;
};

struct narrow_acc {
    __m512 a, b, c, w, size; /* size: Σ goal·|C| */
};

/* --- Once a solve, once an epoch ------------------------------------------------------------- */

static size_t stride_of(size_t n)
{
    return (n + 15) / 16 * 16;
}

size_t mds_filter_bytes_avx512(size_t n)
{
    const size_t stride = stride_of(n);

    if (n > UINT32_MAX / 4)
        return SIZE_MAX;
    /* Behind the last row the plain row begins a vector that it never ends. */
    return HEAD_BYTES + ((n + 4) * stride + 16) * sizeof(float);
}

void mds_filter_begin_avx512(struct mds_search *search)
{
    struct filter *filter = search->filter;
    const size_t stride = stride_of(search->n);
    float *numbers = (float *)((char *)search->filter + HEAD_BYTES);

    _Static_assert(sizeof(struct filter) <= HEAD_BYTES, "the arrays begin behind it");
    *filter = (struct filter){.goal = numbers + 4 * stride,
                              .stride = stride,
                              .x = numbers,
                              .y = numbers + stride,
                              .x_low = numbers + 2 * stride,
                              .y_low = numbers + 3 * stride};
    for (size_t i = 0; i < 4 * stride; i++)
        numbers[i] = 0;
    for (size_t i = 0; i < 16; i++)
        filter->goal[search->n * stride + i] = 0;
    mds_begin_filter_avx512(search, filter->goal, stride);
}

void mds_filter_place_avx512(const struct mds_search *search, size_t i)
{
    const struct filter *filter = search->filter;
    const double scale = filter->scale;
    const double x = (search->xs[2 * i] - search->center[0]) * scale;
    const double y = (search->xs[2 * i + 1] - search->center[1]) * scale;

    filter->x[i] = (float)x;
    filter->y[i] = (float)y;
    filter->x_low[i] = (float)(x - (double)filter->x[i]);
    filter->y_low[i] = (float)(y - (double)filter->y[i]);
}

/* Squares of coordinates, and their products with goals, must neither overflow nor vanish. */
bool mds_filter_fits_avx512(const struct mds_search *search)
{
    const double widest = 0x1p28, narrowest = 0x1p-60;

    return search->span < widest * search->radius && search->goal_sum_largest < 0x1p60 &&
           search->goal_sum_largest / (double)search->n > narrowest;
}

/* --- Rows ------------------------------------------------------------------------------------ */

INLINE __m512 with_sign_of(__m512 magnitude, __m512 sign)
{
    const __m512i minus = _mm512_set1_epi32((int)0x80000000u);

    /* magnitude ^ (sign & minus) */
    return _mm512_castsi512_ps(_mm512_ternarylogic_epi32(_mm512_castps_si512(magnitude),
                                                         _mm512_castps_si512(sign), minus, 0x78));
}

/* A vector of the plain row on its way: both roots along x by vsqrtps, as √s; those along y
 * estimated, from t and y, as 2√s. */
struct begun {
    __m512 goal, dx, dy;
    __m512 near_x, far_x;
    __m512 near_t, near_y, far_t, far_y;
};

INLINE void plain_begin(const struct filter *filter, const float *row, size_t v,
                        const struct point *point, struct begun *begun)
{
    const __m512 half = _mm512_set1_ps(0.5f), tiny = _mm512_set1_ps(0x1p-100f);
    const __m512 dx = _mm512_sub_ps(point->x, _mm512_load_ps(filter->x + 16 * v));
    const __m512 dy = _mm512_sub_ps(point->y, _mm512_load_ps(filter->y + 16 * v));
    const __m512 ax = _mm512_abs_ps(dx), ay = _mm512_abs_ps(dy);
    const __m512 square_x = _mm512_fmadd_ps(dx, dx, tiny);
    const __m512 square_y = _mm512_fmadd_ps(dy, dy, tiny);
    const __m512 tx = _mm512_sub_ps(ax, half), ty = _mm512_sub_ps(ay, half);
    const __m512 near_x = _mm512_fmadd_ps(tx, tx, square_y);
    const __m512 near_y = _mm512_fmadd_ps(ty, ty, square_x);
    const __m512 far_y = _mm512_add_ps(near_y, _mm512_add_ps(ay, ay));

    begun->goal = _mm512_load_ps(row + 16 * v);
    begun->dx = dx;
    begun->dy = dy;
    begun->near_x = _mm512_sqrt_ps(near_x);
    begun->near_y = _mm512_rsqrt14_ps(near_y);
    begun->near_t = _mm512_mul_ps(near_y, begun->near_y);
    begun->far_x = _mm512_sqrt_ps(_mm512_add_ps(near_x, _mm512_add_ps(ax, ax)));
    begun->far_y = _mm512_rsqrt14_ps(far_y);
    begun->far_t = _mm512_mul_ps(far_y, begun->far_y);
}

/* 2√s */
INLINE __m512 estimated(__m512 t, __m512 y)
{
    return _mm512_mul_ps(t, _mm512_fnmadd_ps(t, y, _mm512_set1_ps(3)));
}

/* Adds A once, B, C and W twice; W only `with_total`. */
INLINE void plain_end(const struct begun *begun, struct narrow_acc *acc, bool with_total)
{
    const __m512 goal = begun->goal;
    const __m512 nx = begun->near_x, fx = begun->far_x;
    const __m512 ny = estimated(begun->near_t, begun->near_y);
    const __m512 fy = estimated(begun->far_t, begun->far_y);
    const __m512 once_x = _mm512_add_ps(fx, nx), sum_y = _mm512_add_ps(fy, ny);
    const __m512 sum_x = _mm512_add_ps(once_x, once_x);

    acc->a = _mm512_fmadd_ps(goal, with_sign_of(_mm512_sub_ps(fx, nx), begun->dx), acc->a);
    acc->b = _mm512_fmadd_ps(goal, with_sign_of(_mm512_sub_ps(fy, ny), begun->dy), acc->b);
    acc->c = _mm512_fmadd_ps(goal, _mm512_sub_ps(sum_x, sum_y), acc->c);
    if (with_total)
        acc->w = _mm512_fmadd_ps(goal, _mm512_add_ps(sum_x, sum_y), acc->w);
}

/* 2·(d(far) − d(near)) with the sign of the difference, and 2·(d(far) + d(near)). */
INLINE __m512 quotient(__m512 difference, __m512 square, __m512 *sum)
{
    const __m512 y = _mm512_rsqrt14_ps(square);
    const __m512 t = _mm512_mul_ps(square, y);
    const __m512 e = _mm512_fnmadd_ps(t, y, _mm512_set1_ps(3));

    *sum = _mm512_mul_ps(t, e);
    return _mm512_mul_ps(_mm512_mul_ps(difference, y), e);
}

INLINE void fine_step(const struct filter *filter, const float *row, size_t v,
                      const struct point *point, struct narrow_acc *acc)
{
    const __m512 quarter = _mm512_set1_ps(0.25f), tiny = _mm512_set1_ps(0x1p-40f);
    const __m512 goal = _mm512_load_ps(row + 16 * v);
    const __m512 dx =
        _mm512_add_ps(_mm512_sub_ps(point->x, _mm512_load_ps(filter->x + 16 * v)),
                      _mm512_sub_ps(point->x_low, _mm512_load_ps(filter->x_low + 16 * v)));
    const __m512 dy =
        _mm512_add_ps(_mm512_sub_ps(point->y, _mm512_load_ps(filter->y + 16 * v)),
                      _mm512_sub_ps(point->y_low, _mm512_load_ps(filter->y_low + 16 * v)));
    const __m512 ax = _mm512_abs_ps(dx), ay = _mm512_abs_ps(dy);
    const __m512 square_x = _mm512_fmadd_ps(dx, dx, tiny);
    const __m512 square_y = _mm512_fmadd_ps(dy, dy, tiny);
    const __m512 tx = _mm512_sub_ps(ax, quarter), ty = _mm512_sub_ps(ay, quarter);
    const __m512 near_x = _mm512_fmadd_ps(tx, tx, square_y);
    const __m512 near_y = _mm512_fmadd_ps(ty, ty, square_x);
    const __m512 far_x = _mm512_add_ps(near_x, ax), far_y = _mm512_add_ps(near_y, ay);
    const __m512 wx = _mm512_sqrt_ps(_mm512_mul_ps(near_x, far_x));
    const __m512 wy = _mm512_sqrt_ps(_mm512_mul_ps(near_y, far_y));
    __m512 sum_x, sum_y;
    const __m512 a =
        quotient(dx, _mm512_add_ps(_mm512_add_ps(near_x, far_x), _mm512_add_ps(wx, wx)), &sum_x);
    const __m512 b =
        quotient(dy, _mm512_add_ps(_mm512_add_ps(near_y, far_y), _mm512_add_ps(wy, wy)), &sum_y);
    const __m512 sums = _mm512_add_ps(sum_x, sum_y);
    /* 2·C is twice the numerator, for sum_x and sum_y are doubled: (ay² − ax²)·2/(…). */
    const __m512 twice = _mm512_add_ps(_mm512_sub_ps(ay, ax), _mm512_sub_ps(ay, ax));
    const __m512 numerator = _mm512_mul_ps(twice, _mm512_add_ps(ay, ax));
    const __m512 c =
        _mm512_mul_ps(numerator, _mm512_rcp14_ps(_mm512_mul_ps(_mm512_add_ps(wx, wy), sums)));

    acc->a = _mm512_fmadd_ps(goal, a, acc->a);
    acc->b = _mm512_fmadd_ps(goal, b, acc->b);
    acc->c = _mm512_fmadd_ps(goal, c, acc->c);
    acc->size = _mm512_fmadd_ps(goal, _mm512_abs_ps(c), acc->size);
    acc->w = _mm512_fmadd_ps(goal, sums, acc->w);
}

INLINE void join(struct narrow_acc *all, const struct narrow_acc *part, __mmask16 lanes)
{
    all->a = _mm512_mask_add_ps(all->a, lanes, all->a, part->a);
    all->b = _mm512_mask_add_ps(all->b, lanes, all->b, part->b);
    all->c = _mm512_mask_add_ps(all->c, lanes, all->c, part->c);
    all->w = _mm512_mask_add_ps(all->w, lanes, all->w, part->w);
    all->size = _mm512_mask_add_ps(all->size, lanes, all->size, part->size);
}

/* Vectors first ≤ v < last of the plain row, of which the first has begun already; so has the one
 * behind the last at the end. The end of one is written behind the beginning of the next: see run()
 * in kernels/avx512/mds_rows.c. */
INLINE void plain_run(const struct filter *filter, const float *row, size_t first, size_t last,
                      const struct point *point, struct begun *begun, struct narrow_acc *all,
                      bool with_total)
{
    const __m512 zero = _mm512_setzero_ps();

    for (size_t v = first; v < last;) {
        const size_t end = last - v > CHUNK ? v + CHUNK : last;
        struct narrow_acc part = {zero, zero, zero, zero, zero};
        for (; v < end; v++) {
            struct begun next;
            /* Rows lie one behind the other; memory answers within 2 KiB of reading. */
            _mm_prefetch((const char *)(row + 16 * v + 512), _MM_HINT_T0);
            plain_begin(filter, row, v + 1, point, &next);
            plain_end(begun, &part, with_total);
            *begun = next;
        }
        join(all, &part, 0xffff);
    }
}

INLINE void fine_run(const struct filter *filter, const float *row, size_t first, size_t last,
                     const struct point *point, struct narrow_acc *all)
{
    const __m512 zero = _mm512_setzero_ps();

    for (size_t v = first; v < last;) {
        const size_t end = last - v > CHUNK ? v + CHUNK : last;
        struct narrow_acc part = {zero, zero, zero, zero, zero};
        for (; v < end; v++) {
            _mm_prefetch((const char *)(row + 16 * v + 512), _MM_HINT_T0);
            fine_step(filter, row, v, point, &part);
        }
        join(all, &part, 0xffff);
    }
}

INLINE __m512d widened(__m512 lanes)
{
    return _mm512_add_pd(_mm512_cvtps_pd(_mm512_castps512_ps256(lanes)),
                         _mm512_cvtps_pd(_mm512_extractf32x8_ps(lanes, 1)));
}

INLINE void widen(const struct narrow_acc *narrow, double scale, double sums[4])
{
    const struct acc wide = {widened(narrow->a), widened(narrow->b), widened(narrow->c),
                             widened(narrow->w)};

    unfold(&wide, scale, sums);
}

INLINE struct point point_of(const struct filter *filter, size_t i)
{
    return (struct point){_mm512_set1_ps(filter->x[i]), _mm512_set1_ps(filter->y[i]),
                          _mm512_set1_ps(filter->x_low[i]), _mm512_set1_ps(filter->y_low[i])};
}

/* The vector that holds point i: its lanes below i belong to both sums. */
INLINE void split(size_t i, const struct narrow_acc *here, struct narrow_acc *all,
                  struct narrow_acc *below)
{
    *below = *all;
    join(below, here, (__mmask16)((1u << i % 16) - 1));
    join(all, here, 0xffff);
}

/* The mean of the sums below, doubled: at least any of them. */
static inline double of_below(const struct mds_sums *sums)
{
    return 0.5 * ((sums->below[0] + sums->below[2]) + (sums->below[1] + sums->below[3]));
}

void mds_filter_plain_avx512(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    const struct filter *filter = search->filter;
    const size_t vectors = filter->stride / 16, at = i / 16;
    const float *row = filter->goal + i * filter->stride;
    const struct point point = point_of(filter, i);
    const __m512 zero = _mm512_setzero_ps();
    struct narrow_acc all = {zero, zero, zero, zero, zero}, here = all, below;
    struct begun begun;

    plain_begin(filter, row, 0, &point, &begun);
    plain_run(filter, row, 0, at, &point, &begun, &all, true);
    plain_end(&begun, &here, true);
    split(i, &here, &all, &below);
    plain_begin(filter, row, at + 1, &point, &begun);
    plain_run(filter, row, at + 1, vectors, &point, &begun, &all, false);
    /* Now all are doubled. Behind the point W was not added up: what the four sums lack is the same
     * for each. */
    all.a = _mm512_add_ps(all.a, all.a);
    below.a = _mm512_add_ps(below.a, below.a);
    widen(&all, search->radius, sums->all);
    widen(&below, search->radius, sums->below);

    const double r = search->radius, gamma = search->goal_sum[i], many = (double)vectors;
    const double reach = search->span * gamma;
    sums->below_bound = u * ((20 + many / 8) * of_below(sums) + 1.6 * reach);
    sums->difference_bound = u * (16 * mds_search_products(search, i) + 6.4 * reach +
                                  r * gamma * (8 + 5 * (12 + many / 8)));
}

static void fine_row(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    const struct filter *filter = search->filter;
    const size_t vectors = filter->stride / 16, at = i / 16;
    const float *row = filter->goal + i * filter->stride;
    const struct point point = point_of(filter, i);
    const __m512 zero = _mm512_setzero_ps();
    struct narrow_acc all = {zero, zero, zero, zero, zero}, here = all, below;

    fine_run(filter, row, 0, at, &point, &all);
    fine_step(filter, row, at, &point, &here);
    split(i, &here, &all, &below);
    fine_run(filter, row, at + 1, vectors, &point, &all);
    widen(&all, 2 * search->radius, sums->all);
    widen(&below, 2 * search->radius, sums->below);

    const double r = search->radius, gamma = search->goal_sum[i], many = (double)vectors;
    const double size = 2 * r * _mm512_reduce_add_pd(widened(all.size));
    const double reach = search->span * gamma;
    sums->below_bound = u * ((30 + many / 8) * of_below(sums) + 1.6 * reach);
    sums->difference_bound =
        u * r * gamma * (60 + many / 2) + 0x1p-14 * 0.66 * size + 0x1p-44 * reach;
}

/* --- Epochs ---------------------------------------------------------------------------------- */

static void epoch_by(mds_row_fn *row, struct mds_search *search, struct mds_progress *progress)
{
    for (size_t i = 0; i < search->n; i++) {
        mds_search_point_by(row, search, i, progress);
        mds_filter_place_avx512(search, i);
    }
}

void mds_filter_epoch_avx512(struct mds_search *search, struct mds_progress *progress)
{
    struct filter *filter = search->filter;
    /* In a typical distance. Up to a dozen of them raw rows leave few points undecided; where the
     * plain row leaves every fifth, the fine one is cheaper than double. */
    const double radii = search->goal_sum_largest / ((double)search->n * search->radius);
    const bool fine = radii > 100;

    if (!mds_filter_fits_avx512(search)) {
        mds_search_epoch(search, progress);
        return;
    }
    filter->scale = (fine ? 0.25 : 0.5) / search->radius;
    for (size_t i = 0; i < search->n; i++)
        mds_filter_place_avx512(search, i);
    if (radii < 12)
        mds_filter_raw_epoch_avx512(search, progress);
    else
        epoch_by(fine ? fine_row : mds_filter_plain_avx512, search, progress);
}

#endif
