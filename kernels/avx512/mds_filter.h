/* What the filter's rows and its total share: single precision, sixteen points a register. Owner of
 * the arrays: the search (kernels/mds_search.h). */
#ifndef FORTYFOLD_KERNELS_AVX512_MDS_FILTER_H
#define FORTYFOLD_KERNELS_AVX512_MDS_FILTER_H

#include "kernels/mds_search.h"

struct filter {
    float *goal; /* n rows of `stride` floats */
    /* Of the same shape, for the raw rows and duels: (goal_scale·goal)² + MDS_FILTER_TINY. The
     * scale is a power of two by which goals are some hundred; any will do. */
    float *goal_square;
    double goal_scale;
    size_t stride;
    float *x, *y;   /* from the centre, in units of 2r, or as the epoch says */
    double scale;   /* one over that unit */
    double quarter; /* one over four radii */
    double *wrong;  /* of each point: what the plain epoch knows of its sums' bounds */
};

/* Added to the squares of goals, so that the root of none is taken of 0. */
#define MDS_FILTER_TINY 0x1p-100

/* Slots of the FMA ports that the rows take for 16 pairs: they count them. */
#define MDS_RAW_SLOTS 12
#define MDS_PLAIN_SLOTS 20
#define MDS_TAYLOR_SLOTS 14
#define MDS_DUEL_SLOTS 12
#define MDS_FILTER_ERROR_SLOTS 6.5

/* Are goals and coordinates such that single precision can hold their squares? */
bool mds_filter_fits_avx512(const struct mds_search *search);

/* Are the squares of goals such, too, that the raw and the plain rows can use them? */
bool mds_filter_fits_raw_avx512(const struct mds_search *search);

/* What MDS_FILTER_TINY costs a row's sum at most, padding included. */
double mds_filter_least_avx512(const struct mds_search *search);

/* Places point i in the filter's arrays. */
void mds_filter_place_avx512(const struct mds_search *search, size_t i);

/* The plain row (kernels/avx512/mds_filter_plain.c). */
mds_row_fn mds_filter_plain_avx512;

/* Moves all points once, by raw rows (kernels/avx512/mds_filter_raw.c), by plain ones, or by those
 * for small radii (kernels/avx512/mds_filter_taylor.c); all are placed. */
typedef void mds_filter_epoch_fn(struct mds_search *search, struct mds_progress *progress);
mds_filter_epoch_fn mds_filter_raw_epoch_avx512, mds_filter_plain_epoch_avx512,
    mds_filter_taylor_epoch_avx512;

/* Of two moves of point i, by how much Σ goal·d of the second is more than that of the first, which
 * may be no number (kernels/avx512/mds_filter_duel.c); and how wrong that is at most, if neither
 * sum is more than `largest`. */
double mds_filter_duel_avx512(const struct mds_search *search, size_t i, const size_t moves[2]);
double mds_filter_duel_bound_avx512(const struct mds_search *search, size_t i, double largest);

/* A row for small radii by itself, with coordinates in units of r/2: by how much each move makes
 * Σ goal·d grow, but for the same number; returns the bound of a difference. */
double mds_filter_taylor_avx512(const struct mds_search *search, size_t i, double sums[4]);

#endif
