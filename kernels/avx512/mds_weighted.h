/* What the coarser rows in double are made of (kernels/avx512/mds_raw.c): the squares of the
 * distances of a point's four candidates, times the goals' squares, and the roots of these.
 *
 * No root is multiplied with its goal g: what the root is taken of is multiplied with h = g² +
 * tiny, for g·d = √(h·d²). In units of the radius r the candidate that lies ±1 beside the point
 * along x is at the square s = |w|² + 1 ± 2·wx from the other one, w the difference of the two
 * points. The coordinates are in units of 4r: with z = wx/4 and v = wy/4, and an eighth of all,
 *
 *     Q = h·z,   R = h·v,   P = 2z·Q + 2v·R + h/8,   and h·s/8 is P ± Q along x, P ± R along y:
 *
 * the products with h that the four need make P as well. h/8 is h with 3 less in its exponent, an
 * integer subtraction, for which any port will do. Slots of the FMA ports for 8 points: 1 for h, 2
 * for Q and R, 2 for P: 5, beside 8 additions, which have ports of their own.
 *
 * A raw root is t·y with t = h·s/8 and y = (1 + ε)/√t, |ε| ≤ 2⁻¹⁴ (Intel SDM, VRSQRT14PD; AMD keeps
 * the bound): vrsqrt14pd and one fused operation into the sum, 8 slots for the four, 13 in all. A
 * root after one step of Newton's is t·y·(3 − t·y²)/2, too small by 3ε²/2 + ε³/2 of itself, less
 * than 1.51·2⁻²⁸: 4 slots, the half is left to the end. vsqrtpd takes 2 slots (measured: 24 fused
 * operations with one of them take 26 cycles) and occupies a unit of its own for 16 cycles (of Zen
 * 4), during which the three other roots take 12 slots: 5 + 12 + 2 = 19 in all.
 *
 * Error of a square, u = 2⁻⁵³. Write m for h/8·(1 + |w|²), the true P, of the differences as they
 * were rounded. Q and R are off by u of themselves, so is 2v·R + h/8, then P: altogether by less
 * than 3u·m. P ± Q is off by u·|Q| ≤ u·m more, and rounds by u of itself. To h/8 are added 16 units
 * of its last place, between 16u and 32u of it. As |w| ≤ √s + 1, m ≤ h/8·(2s + 3), and what was
 * computed lies between
 *
 *     h/8·(s·(1 − 10u) + 3u)   and   h/8·(s·(1 + 10u) + 45u):
 *
 * above 0, also where a candidate falls on another point, so that vrsqrt14pd is finite. Its root is
 * off by 10u of itself and √(45u)·g/√8, in lengths g·(10u·d + 2⁻²³·⁷·r); √h is off by u·g, and by
 * 2⁻⁴⁵⁰, for which see kernels/avx512/mds_raw.c. What overflows becomes infinite or not a number,
 * and the row undecided.
 *
 * Order. An instruction that waits for its operands occupies a place in the schedulers (on Zen 4,
 * 64 for all of floating point). So a vector goes through three stages, and while one is at its
 * roots, the next is at its squares and the one after at P, Q and R. Where the stages are parted
 * was found by trial: of 300 random orders of the same instructions for each kind of row, parted
 * into two to four stages, the best for either kind is parted behind P and behind the squares, and
 * takes 13.3 cycles a vector for raw roots and 19.3 for the others, where 13 and 19 are the bound.
 * Of that, compilers keep what the pins at the end of a stage hold: whole rows of 1000 points take
 * 13.9 and 20.2 cycles a vector, 1 % more without pins, when gcc and clang mix the stages
 * again, and 2 % more with the first stage ended before Q and R. */
#ifndef FORTYFOLD_KERNELS_AVX512_MDS_WEIGHTED_H
#define FORTYFOLD_KERNELS_AVX512_MDS_WEIGHTED_H

#include "kernels/avx512/mds_lanes.h"
#include "kernels/mds_search.h"

#define INLINE static inline __attribute__((always_inline))

/* How roots are taken; known when compiled. */
enum roots { ROOTS_RAW, ROOTS_NEWTON };

/* Eight points, or one eight times, in units of 4r. */
struct place {
    __m512d x, y;
};

/* The first stage: P, Q and R. */
struct weighed {
    __m512d p, q, r;
};

/* The second: h·s/8 of the moves +x, +y, −x, −y. */
struct squares {
    __m512d of[4];
};

/* What makes *x comes before, what takes it after: the compiler moves neither across. */
INLINE void pin(__m512d *x)
{
    __asm__ volatile("" : "+v"(*x));
}

INLINE struct place place_at(const struct mds_search *search, size_t at)
{
    return (struct place){_mm512_load_pd(search->x + at), _mm512_load_pd(search->y + at)};
}

INLINE struct weighed weigh(__m512d goal, const struct place *point, struct place others)
{
    const __m512i eighth = _mm512_set1_epi64((3ll << 52) - 16);
    const __m512d h = _mm512_fmadd_pd(goal, goal, _mm512_set1_pd(0x1p-900));
    const __m512d h8 = _mm512_castsi512_pd(_mm512_sub_epi64(_mm512_castpd_si512(h), eighth));
    const __m512d z = _mm512_sub_pd(point->x, others.x), v = _mm512_sub_pd(point->y, others.y);
    struct weighed w = {.q = _mm512_mul_pd(h, z), .r = _mm512_mul_pd(h, v)};

    w.p = _mm512_fmadd_pd(w.q, _mm512_add_pd(z, z), _mm512_fmadd_pd(w.r, _mm512_add_pd(v, v), h8));
    pin(&w.p);
    pin(&w.q);
    pin(&w.r);
    return w;
}

INLINE struct squares squares_of(const struct weighed *w)
{
    struct squares squares = {{_mm512_add_pd(w->p, w->q), _mm512_add_pd(w->p, w->r),
                               _mm512_sub_pd(w->p, w->q), _mm512_sub_pd(w->p, w->r)}};

    for (size_t m = 0; m < 4; m++)
        pin(&squares.of[m]);
    return squares;
}

/* sum + 2·√t, t from its estimate y. */
INLINE __m512d add_newton(__m512d sum, __m512d t, __m512d y)
{
    const __m512d root = _mm512_mul_pd(t, y);

    return _mm512_fmadd_pd(root, _mm512_fnmadd_pd(root, y, _mm512_set1_pd(3)), sum);
}

/* The third: adds the roots of the moves +x, +y, −x, −y to a, b, c, w; all but the first twice if
 * they are Newton's. */
INLINE void add_roots(const struct squares *squares, struct acc *acc, enum roots roots)
{
    const __m512d *t = squares->of;
    const __m512d yb = _mm512_rsqrt14_pd(t[1]), yc = _mm512_rsqrt14_pd(t[2]),
                  yw = _mm512_rsqrt14_pd(t[3]);

    if (roots == ROOTS_NEWTON) {
        acc->a = _mm512_add_pd(acc->a, _mm512_sqrt_pd(t[0]));
        acc->b = add_newton(acc->b, t[1], yb);
        acc->c = add_newton(acc->c, t[2], yc);
        acc->w = add_newton(acc->w, t[3], yw);
    } else {
        acc->a = _mm512_fmadd_pd(t[0], _mm512_rsqrt14_pd(t[0]), acc->a);
        acc->b = _mm512_fmadd_pd(t[1], yb, acc->b);
        acc->c = _mm512_fmadd_pd(t[2], yc, acc->c);
        acc->w = _mm512_fmadd_pd(t[3], yw, acc->w);
    }
}

/* All three stages of one vector. */
INLINE void add_vector(__m512d goal, const struct place *point, struct place others,
                       struct acc *acc, enum roots roots)
{
    const struct weighed weighed = weigh(goal, point, others);
    const struct squares squares = squares_of(&weighed);

    add_roots(&squares, acc, roots);
}

INLINE struct weighed weigh_at(const struct mds_search *search, const double *goal, size_t v,
                               const struct place *point)
{
    /* The same place of the next row: memory has a row's time to answer. Into the second-level
     * cache, which waits for more answers at a time than the first: with 2000 points a quarter less
     * time an epoch than into the first, with 1000, whose matrix is in the third, as much. */
    _mm_prefetch((const char *)(goal + search->n + 8 * v), _MM_HINT_T1);
    return weigh(_mm512_loadu_pd(goal + 8 * v), point, place_at(search, 8 * v));
}

/* The pairs of whole vectors first ≤ v < last. */
INLINE void add_vectors(const struct mds_search *search, const double *goal, size_t first,
                        size_t last, const struct place *point, struct acc *acc, enum roots roots)
{
    struct acc sums = *acc;
    size_t v = first;

    if (first < last && (last - first) % 2 != 0) {
        const struct weighed alone = weigh_at(search, goal, v++, point);
        const struct squares squares = squares_of(&alone);
        add_roots(&squares, &sums, roots);
    }
    if (v < last) {
        struct weighed even = weigh_at(search, goal, v, point);
        struct weighed odd = weigh_at(search, goal, v + 1, point);
        struct squares square = squares_of(&even), next;
        for (v += 2; v < last; v += 2) {
            even = weigh_at(search, goal, v, point);
            next = squares_of(&odd);
            add_roots(&square, &sums, roots);
            odd = weigh_at(search, goal, v + 1, point);
            square = squares_of(&even);
            add_roots(&next, &sums, roots);
        }
        next = squares_of(&odd);
        add_roots(&square, &sums, roots);
        add_roots(&next, &sums, roots);
    }
    *acc = sums;
}

#endif
