#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter_lanes.h"

/* The row for two candidates, where a raw row has left no others: by how much one sum is more than
 * the other. It runs on the same squares of goals, which are in the nearest cache by now; letters
 * as in kernels/avx512/mds_filter_raw.c, whose squares cancel where a candidate is near a point.
 * These do not: the candidates are moved first, then squared.
 *
 * Slots of the FMA ports for 16 points: two squares 4, times h 2, one root from the root unit 2,
 * one estimated and corrected 3, the difference 1: 12, beside 6 additions; the plain row takes 20.
 *
 * Errors. Of both alike, as in the plain row: the coordinates, for a difference 5.7u·C; h rounds:
 * u·r. Apart for each: where the candidate is rounds by u·C, dx and dy by u each, their squares'
 * sum by 2u, h·s by u, of which the root halves 3u, the root itself by 1.6u: u·C and 4.1u·d. The
 * difference of two roots rounds by u·2r and is at most that; adding them up costs `path`·u of it.
 * With 10 % on top for u² terms
 *
 *     |error| ≤ u·(9.1·S + 8.5·C·Γ + r·Γ·(4 + 2.2·path)) + least,
 *
 * S the larger of the two sums, and `least` what was added to h: see the raw row. Where a candidate
 * meets a point, the difference may be no number. The point itself and padding have an h of next to
 * nothing. */

#define INLINE static inline __attribute__((always_inline))

/* A vector on its way: of one candidate the root, of the other t·y and y; all of squares times h.
 */
struct begun {
    __m512 root, t, y;
};

INLINE __m512 square(__m512 h, const struct place *candidate, __m512 x, __m512 y)
{
    const __m512 dx = _mm512_sub_ps(candidate->x, x), dy = _mm512_sub_ps(candidate->y, y);

    return _mm512_mul_ps(h, _mm512_fmadd_ps(dx, dx, _mm512_mul_ps(dy, dy)));
}

INLINE struct begun begin(const struct filter *filter, const float *row, size_t v,
                          const struct place rivals[2])
{
    const __m512 h = _mm512_load_ps(row + 16 * v);
    const __m512 x = _mm512_load_ps(filter->x + 16 * v), y = _mm512_load_ps(filter->y + 16 * v);
    const __m512 one = square(h, &rivals[0], x, y), other = square(h, &rivals[1], x, y);
    const __m512 estimate = _mm512_rsqrt14_ps(other);

    return (struct begun){_mm512_sqrt_ps(one), _mm512_mul_ps(other, estimate), estimate};
}

/* Twice the difference, other less one, into *sum. */
INLINE void end(const struct begun *begun, __m512 *sum)
{
    const __m512 e = _mm512_fnmadd_ps(begun->t, begun->y, _mm512_set1_ps(3));
    const __m512 twice = _mm512_add_ps(begun->root, begun->root);

    *sum = _mm512_add_ps(*sum, _mm512_fmsub_ps(begun->t, e, twice));
}

/* Where move m takes a point. */
static struct place moved(const struct place *point, size_t m)
{
    /* Half a unit, which is 2r. */
    static const float moves[4][2] = {{0.5f, 0}, {0, 0.5f}, {-0.5f, 0}, {0, -0.5f}};

    return (struct place){_mm512_add_ps(point->x, _mm512_set1_ps(moves[m][0])),
                          _mm512_add_ps(point->y, _mm512_set1_ps(moves[m][1]))};
}

double mds_filter_duel_avx512(const struct mds_search *search, size_t i, const size_t moves[2])
{
    const struct filter *filter = search->filter;
    const size_t vectors = filter->stride / 16;
    const float *row = filter->goal_square + i * filter->stride;
    const struct place point = place_of(filter, i);
    const struct place rivals[2] = {moved(&point, moves[0]), moved(&point, moves[1])};
    __m512 even = _mm512_setzero_ps(), odd = even;
    struct begun begun = begin(filter, row, 0, rivals);
    size_t v = 1;

    for (; v + 2 <= vectors; v += 2) {
        const struct begun next = begin(filter, row, v, rivals);
        end(&begun, &even);
        begun = begin(filter, row, v + 1, rivals);
        end(&next, &odd);
    }
    end(&begun, &even);
    if (v < vectors) {
        begun = begin(filter, row, v, rivals);
        end(&begun, &odd);
    }
    const double twice = (double)_mm512_reduce_add_ps(_mm512_add_ps(even, odd));
    return twice * search->radius / filter->goal_scale;
}

double mds_filter_duel_bound_avx512(const struct mds_search *search, size_t i, double largest)
{
    const struct filter *filter = search->filter;
    const double u = 0x1p-24, r = search->radius, gamma = search->goal_sum[i];
    /* Half of the vectors, the other half, the lanes. */
    const double path = (double)filter->stride / 32 + 6;

    return u * (9.1 * largest + gamma * (8.5 * search->span + r * (4 + 2.2 * path))) +
           mds_filter_least_avx512(search);
}

#endif
