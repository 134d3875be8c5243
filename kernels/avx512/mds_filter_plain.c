#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter_lanes.h"

/* The plain row of the filter, in units of 2r; letters as in kernels/avx512/mds_filter.c.
 *
 * Roots. vrsqrt14ps gives y = (1 + ε)/√s, |ε| ≤ 2⁻¹⁴. With t = s·y and e = 3 − t·y, t·e =
 * 2√s·(1 − 3ε²/2 − ε³/2): short by 0.1u. Rounding t moves t·e by u/2 (e answers with −u), rounding
 * e by u and t·e by u: a root is right to 2.6u, a vsqrtps to u.
 *
 * Errors. Coordinates are rounded from double: both ends of a pair together stand aside by
 * 2√2·u·C, and dx = fl(xᵢ − xⱼ) adds u·d. This is one displacement of the pair, the same for all
 * candidates; it moves each distance by at most as much, a difference of two by twice that:
 * 5.7u·C + 2u·d. Apart for each candidate: near² from fl(a − ½), dy² + tiny and a fused product 3u,
 * far² 4u; the roots halve these and add 2.6u: 4.6u·d, 9.2u·d for two. Sums of two distances round
 * by 2u·d more. Rounding goal costs u·2r. Terms are differences, at most 2r (A, B) and 4r (C, which
 * counts half): adding up costs (chunk + chunks + 2)·u·4r. With 10 % on top for u² terms:
 *
 *     |error of S(a) − S(b)| ≤ u·(16·S + 6.4·C·Γ + r·Γ·(8 + 5·(12 + vectors/8))).
 *
 * A sum over j < i itself: 4.6u·d and the displacement, 2√2u·C + u·d; goal u; two additions of
 * distances 2u; adding up (chunk + chunks + 2)·u.
 *
 *     |error of S below|     ≤ u·((20 + vectors/8)·S below + 3.2·C·Γ below)
 *
 * Only the sum of these bounds over all points is used, and Γ below then adds up to half of all Γ:
 * so half of Γ is charged for each point.
 *
 * Slots of the FMA ports for 16 points (see mds_rows.c; vsqrtps: 10 cycles of its unit, 2 slots):
 * squares and nears 4, two estimated roots 8, two vsqrtps 4, products 4 (behind the point 3: W
 * is not needed there): 20 slots beside 20 cycles of the root unit and 15 additions. */

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

/* Vectors first ≤ v < last of the plain row, of which the first has begun already; so has the one
 * behind the last at the end. The end of one is written behind the beginning of the next: see run()
 * in kernels/avx512/mds_rows.c. */
INLINE void plain_run(const struct filter *filter, const float *row, size_t first, size_t last,
                      const struct point *point, struct begun *begun, struct narrow_acc *all,
                      bool with_total)
{
    for (size_t v = first; v < last;) {
        const size_t end = last - v > CHUNK ? v + CHUNK : last;
        struct narrow_acc part = nothing();
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

void mds_filter_plain_avx512(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    const struct filter *filter = search->filter;
    const size_t vectors = filter->stride / 16, at = i / 16;
    const float *row = filter->goal + i * filter->stride;
    const struct point point = point_of(filter, i);
    struct narrow_acc all = nothing(), here = all, below;
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

#endif
