#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter_lanes.h"
#include "kernels/avx512/mds_lanes.h"

/* The row of the filter for small radii: one root a pair instead of four, for the candidates'
 * distances follow from it. In units of 2r; u and all letters as in kernels/avx512/mds_filter.c.
 *
 * Series. Let d be the distance before the move, s = d² + κ·r², y = 1/√s, and n = y²·(dy² − dx²).
 * The distances of ±x and ±y from the other point are, up to terms of r⁴/d³,
 *
 *     W ± A + C   and   W ± B − C     with
 *     A = r·y·dx·(h − m),  B = r·y·dy·(h + m),  C = r²·y·n/4,  W = s·y + (1/4 − κ/2)·r²·y,
 *     h = 1 − r²·y²·(1 − 2κ)/4,  m = r²·y²·n/4.
 *
 * κ = 0 is Taylor's series. Any other gives the same terms up to r³; a positive one keeps all of
 * them finite where points meet, and makes what is left smaller. That is a function of dx/r and
 * dy/r alone: of order (r/d)⁴·d where d is large, at most some r where it is not, so at most a
 * constant times r·(r·y)³ everywhere. For κ = 0.3 that constant is
 *     0.2039 for the difference of two candidates (at d = r, where one meets the other point; 0.1
 *            where d is large), and 0.2261 for a candidate alone (at d = 0.65·r),
 * computed on a grid, as kernels/tests/test_mds_filter.c does again; 0.21 and 0.235 are charged. No
 * pair is an exception; a row with a point nearer than some radii is apt to be left undecided.
 *
 * Rounding. vrsqrt14ps with one correction, as 2y (kernels/avx512/mds_filter_plain.c): 2.6u. s is
 * right to 3u, y to 4.1u, y² to 9.2u, goal·y = q to 6.1u; dy² − dx² to 2u·s, n to 11u·|n| + 2u.
 * Since r²·y² ≤ 1/κ and r²·y²·|n|/4 ≤ 1/(16κ), |h ± m| ≤ 1.21; m is off by 6u, h by 4.4u, h ± m by
 * 11.6u. So A and B by 20.2u·r times |dx|·y or |dy|·y; the difference of C and −C, half of
 * r²·y·|n|, which is at most 0.36·r, by 7.8u·r. For two candidates at most 2 · 20.2u·r, also for
 * neighbours (1.42 · 20.2 + 7.8).
 * Displacement. Coordinates and their differences round as in the plain row: a pair stands aside by
 * δ = 2.83u·C + u·d, for all candidates alike. The gradients of two distances differ by 2 and by
 * 2·‖candidates' distance‖/(sum of the two lengths) at most, which is below 3.04·r·y: so by
 * 8.6u·C·r·y + 3.04u·r.
 * Adding up. (chunk + chunks + 7)·u for terms of 1.21·r at most, for two candidates twice that.
 *
 *     |error of S(a) − S(b)| ≤ u·(r·Γ·(80 + 0.31·vectors) + 8.6·C·r·Σ goal·y) + 0.21·r⁴·Σ goal·y³
 *
 * Sums below: W by 10.1u, the displacement by u·d + 2.83u·C, adding up (15 + vectors/8)·u; A and C
 * by 24u·r and 1.4·(15 + vectors/8)·u·r; what is left of the series by 0.235·r⁴·Σ goal·y³. Γ
 * below is at most Γ. W is the mean of the four sums.
 *
 * Slots of the FMA ports for 16 points: squares 2, root 5, q 1, n, m, h 3, A and B 4, C 1, Σ
 * goal·y³ 1: 17, and W 1, which is not needed behind the point; 8 additions beside them. */

#define INLINE static inline __attribute__((always_inline))

static const double u = 0x1p-24;

/* Vectors that are summed in single precision before they join the others. */
enum { CHUNK = 8 };

/* See taylor_end(). */
struct narrow_acc {
    __m512 a, b, c, w;
    __m512 inverse, cube; /* Σ goal·2y, Σ goal·8y³ */
};

INLINE struct narrow_acc nothing(void)
{
    const __m512 zero = _mm512_setzero_ps();

    return (struct narrow_acc){zero, zero, zero, zero, zero, zero};
}

INLINE void join(struct narrow_acc *all, const struct narrow_acc *part, __mmask16 lanes)
{
    all->a = _mm512_mask_add_ps(all->a, lanes, all->a, part->a);
    all->b = _mm512_mask_add_ps(all->b, lanes, all->b, part->b);
    all->c = _mm512_mask_add_ps(all->c, lanes, all->c, part->c);
    all->w = _mm512_mask_add_ps(all->w, lanes, all->w, part->w);
    all->inverse = _mm512_mask_add_ps(all->inverse, lanes, all->inverse, part->inverse);
    all->cube = _mm512_mask_add_ps(all->cube, lanes, all->cube, part->cube);
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

/* A vector of the row on its way: its estimated root has begun. */
struct begun {
    __m512 goal, dx, dy;
    __m512 s, d; /* d = dy² − dx² */
    __m512 y, t; /* 1/√s and √s, estimated */
};

INLINE void taylor_begin(const struct filter *filter, const float *row, size_t v,
                         const struct place *point, struct begun *begun)
{
    const __m512 dx = _mm512_sub_ps(point->x, _mm512_load_ps(filter->x + 16 * v));
    const __m512 dy = _mm512_sub_ps(point->y, _mm512_load_ps(filter->y + 16 * v));
    const __m512 square_x = _mm512_mul_ps(dx, dx), square_y = _mm512_mul_ps(dy, dy);
    /* κ·r² */
    const __m512 apart = _mm512_set1_ps(0.075f);
    const __m512 s = _mm512_add_ps(_mm512_add_ps(square_x, apart), square_y);

    begun->goal = _mm512_load_ps(row + 16 * v);
    begun->dx = dx;
    begun->dy = dy;
    begun->s = s;
    begun->d = _mm512_sub_ps(square_y, square_x);
    begun->y = _mm512_rsqrt14_ps(s);
    begun->t = _mm512_mul_ps(s, begun->y);
}

/* Adds A and B times 1024, C times 128, W twice; W only `with_total`. In units of 2r, r⁴·y³ is
 * `cube`/128. */
INLINE void taylor_end(const struct begun *begun, struct narrow_acc *acc, bool with_total)
{
    const __m512 e = _mm512_fnmadd_ps(begun->t, begun->y, _mm512_set1_ps(3));
    const __m512 y = _mm512_mul_ps(begun->y, e), square = _mm512_mul_ps(y, y);
    const __m512 q = _mm512_mul_ps(begun->goal, y);
    const __m512 n = _mm512_mul_ps(square, begun->d);
    const __m512 m = _mm512_mul_ps(square, n);
    const __m512 h = _mm512_fnmadd_ps(square, _mm512_set1_ps(1.6f), _mm512_set1_ps(256));
    const __m512 a = _mm512_mul_ps(q, begun->dx), b = _mm512_mul_ps(q, begun->dy);

    acc->a = _mm512_fmadd_ps(a, _mm512_sub_ps(h, m), acc->a);
    acc->b = _mm512_fmadd_ps(b, _mm512_add_ps(h, m), acc->b);
    acc->c = _mm512_fmadd_ps(q, n, acc->c);
    acc->cube = _mm512_fmadd_ps(q, square, acc->cube);
    acc->inverse = _mm512_add_ps(acc->inverse, q);
    if (with_total)
        acc->w = _mm512_fmadd_ps(q, _mm512_add_ps(begun->s, _mm512_set1_ps(0.025f)), acc->w);
}

/* Vectors first ≤ v < last, of which the first has begun already; so has the one behind the last at
 * the end. The end of one is written behind the beginning of the next: see run() in
 * kernels/avx512/mds_rows.c. */
INLINE void taylor_run(const struct filter *filter, const float *row, size_t first, size_t last,
                       const struct place *point, struct begun *begun, struct narrow_acc *all,
                       bool with_total)
{
    for (size_t v = first; v < last;) {
        const size_t end = last - v > CHUNK ? v + CHUNK : last;
        struct narrow_acc part = nothing();
        for (; v < end; v++) {
            struct begun next;
            _mm_prefetch((const char *)(row + 16 * v + 512), _MM_HINT_T0);
            taylor_begin(filter, row, v + 1, point, &next);
            taylor_end(begun, &part, with_total);
            *begun = next;
        }
        join(all, &part, 0xffff);
    }
}

/* The sums as moves_of() takes them; by how much they are too large: taylor_end(). */
INLINE void quarters_of(struct narrow_acc *acc, double radius, double quarters[4])
{
    acc->a = _mm512_mul_ps(acc->a, _mm512_set1_ps(0x1p-10f));
    acc->b = _mm512_mul_ps(acc->b, _mm512_set1_ps(0x1p-10f));
    acc->c = _mm512_mul_ps(acc->c, _mm512_set1_ps(0x1p-6f));
    _mm256_storeu_pd(
        quarters, _mm256_mul_pd(lane_sums(acc->a, acc->b, acc->c, acc->w), _mm256_set1_pd(radius)));
}

void mds_filter_taylor_avx512(const struct mds_search *search, size_t i, struct mds_sums *sums)
{
    const struct filter *filter = search->filter;
    const size_t vectors = filter->stride / 16, at = i / 16;
    const float *row = filter->goal + i * filter->stride;
    const struct place point = place_of(filter, i);
    struct narrow_acc all = nothing(), here = nothing(), below;
    struct begun begun;
    double quarters[4];

    taylor_begin(filter, row, 0, &point, &begun);
    taylor_run(filter, row, 0, at, &point, &begun, &all, true);
    taylor_end(&begun, &here, true);
    split(i, &here, &all, &below);
    taylor_begin(filter, row, at + 1, &point, &begun);
    taylor_run(filter, row, at + 1, vectors, &point, &begun, &all, false);

    const double r = search->radius, gamma = search->goal_sum[i], many = (double)vectors;
    /* Behind the point W was not added up: what the four sums lack is the same for each. Its place
     * takes what belongs into the bound. */
    all.w = _mm512_fmadd_ps(
        all.cube, _mm512_set1_ps((float)(0.21 / 64)),
        _mm512_mul_ps(all.inverse, _mm512_set1_ps((float)(u * 8.7 / 4 * search->span / r))));
    quarters_of(&all, r, quarters);
    sums->difference_bound = u * r * gamma * (84 + many / 3) + quarters[3];
    quarters[3] = 0;
    moves_of(quarters, sums->all);
    quarters_of(&below, r, quarters);
    moves_of(quarters, sums->below);
    sums->below_bound = u * ((14 + many / 15) * of_below(sums) + 3.2 * search->span * gamma +
                             r * gamma * (48 + many / 5)) +
                        0.235 / 64 * r * (double)_mm512_reduce_add_ps(below.cube);
}

#endif
