/* What the corrected rows of the filter share (kernels/avx512/mds_filter_plain.c,
 * mds_filter_taylor.c): sums in single precision and what becomes of them. A, B, C and W:
 * kernels/avx512/mds_rows.c. */
#ifndef FORTYFOLD_KERNELS_AVX512_MDS_FILTER_LANES_H
#define FORTYFOLD_KERNELS_AVX512_MDS_FILTER_LANES_H

#include "kernels/avx512/mds_filter.h"
#include "kernels/avx512/mds_lanes.h"

#define INLINE static inline __attribute__((always_inline))

static const double u = 0x1p-24;

/* Vectors that are summed in single precision before they join the others. */
enum { CHUNK = 8 };

struct point {
    __m512 x, y;
};

struct narrow_acc {
    __m512 a, b, c, w;
    __m512 inverse, cube; /* Σ goal/d, Σ goal/d³ (kernels/avx512/mds_filter_taylor.c) */
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
    return (struct point){_mm512_set1_ps(filter->x[i]), _mm512_set1_ps(filter->y[i])};
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

#endif
