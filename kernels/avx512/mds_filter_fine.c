#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter_lanes.h"

/* The fine row of the filter, in units of 4r; letters as in kernels/avx512/mds_filter.c.
 *
 * For one axis, let w = √(near²·far²) and p = d(near) + d(far). Then
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
 * added up beside it to say what that means. Adding up as in the plain row, for terms of at
 * most 2r.
 *
 *     |error of S(a) − S(b)| ≤ u·r·Γ·(60 + vectors/2) + 2⁻¹⁴·⁶·Σ goal·|C| + 2⁻⁴⁴·C·Γ
 *
 * where S(a) − S(b) takes half of C, and whole numbers were rounded up. Slots: squares and nears 4,
 * products 2, vsqrtps 4, roots of p² and quotients 12, C 4, sums 5: 31. */

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

void mds_filter_fine_avx512(const struct mds_search *search, size_t i, struct mds_sums *sums)
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

#endif
