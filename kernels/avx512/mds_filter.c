#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_filter.h"
#include "kernels/avx512/mds_kernels.h"

#include <math.h>

/* The filter: rows in single precision, sixteen points a register, with proved bounds.
 *
 * u = 2⁻²⁴ throughout; d is a distance, S a Σ goal·d, Γ = Σ goal of the row, r the radius, C the
 * largest coordinate from the centre, at most 2²⁴·r. Coordinates are kept in units of 2r, by
 * Taylor's rows and by totals in others. Three kinds of rows, of a file each: raw ones for large
 * radii; plain ones; Taylor's for small radii, where differences of candidates are far below the
 * rounding of a distance. Where a raw row leaves two candidates, a duel decides. */

enum { HEAD_BYTES = 128 }; /* struct filter, in front of its arrays */

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
    return HEAD_BYTES + (2 * n + 2) * stride * sizeof(float) + stride * sizeof(double);
}

/* A power of two by which the goals of the first point are 128 to 256 in the mean. */
static double goal_scale_of(const struct mds_search *search)
{
    double sum = 0;
    int exponent;

    for (size_t j = 0; j < search->n; j++)
        sum += search->d_goal[j];
    const double mean = sum / (double)search->n;
    frexp(mean, &exponent);
    return mean > 0x1p-200 && mean < 0x1p200 ? ldexp(1, 8 - exponent) : 1;
}

void mds_filter_begin_avx512(struct mds_search *search)
{
    struct filter *filter = search->filter;
    const size_t stride = stride_of(search->n);
    float *numbers = (float *)((char *)search->filter + HEAD_BYTES);

    _Static_assert(sizeof(struct filter) <= HEAD_BYTES, "the arrays begin behind it");
    *filter = (struct filter){.goal_square = numbers + 2 * stride,
                              .goal = numbers + (2 + search->n) * stride,
                              .goal_scale = goal_scale_of(search),
                              .stride = stride,
                              .x = numbers,
                              .y = numbers + stride,
                              .wrong = (double *)(numbers + (2 + 2 * search->n) * stride)};
    for (size_t i = 0; i < 2 * stride; i++)
        numbers[i] = 0;
    mds_begin_filter_avx512(search, filter);
}

double mds_filter_least_avx512(const struct mds_search *search)
{
    const struct filter *filter = search->filter;
    const double farthest = 3 * search->span + search->radius;

    /* The root of what was added is 2⁻⁵⁰, of a goal times the scale. */
    return 0x1p-49 * (double)filter->stride * farthest / filter->goal_scale;
}

void mds_filter_place_avx512(const struct mds_search *search, size_t i)
{
    const struct filter *filter = search->filter;
    const double scale = filter->scale;
    const double x = (search->xs[2 * i] - search->center[0]) * scale;
    const double y = (search->xs[2 * i + 1] - search->center[1]) * scale;

    filter->x[i] = (float)x;
    filter->y[i] = (float)y;
}

/* Squares of coordinates, and their products with goals, must neither overflow nor vanish. Beyond
 * u·C = r coordinates say too little of a move; and what its own rounding in double costs, 2⁻⁵³ of
 * the farthest from 0, is below u·r, for which all bounds have room. */
bool mds_filter_fits_avx512(const struct mds_search *search)
{
    const double widest = 0x1p24, farthest = 0x1p28, narrowest = 0x1p-60;

    return search->span < widest * search->radius && search->size < farthest * search->radius &&
           search->goal_sum_largest < 0x1p60 &&
           search->goal_sum_largest / (double)search->n > narrowest;
}

bool mds_filter_fits_raw_avx512(const struct mds_search *search)
{
    /* See the proofs in mds_filter_raw.c and mds_filter_plain.c. */
    const double scale = ((const struct filter *)search->filter)->goal_scale;
    const double sum = search->goal_sum_largest, mean = sum / (double)search->n;

    return mds_filter_fits_avx512(search) && sum < 0x1p30 && mean > 0x1p-30 &&
           sum * scale < 0x1p30 && mean * scale > 0x1p-30;
}

/* --- Epochs ---------------------------------------------------------------------------------- */

void mds_filter_epoch_avx512(struct mds_search *search, struct mds_progress *progress)
{
    struct filter *filter = search->filter;
    /* In a typical distance. Up to 18 of them raw rows leave less than a third of the points
     * undecided, up to 70 plain ones few. Taylor's are the fastest, but every point that has
     * another within some radii costs a row in double: from where that is one in ten. */
    const double count = (double)search->n;
    const double radii = search->goal_sum_largest / (count * search->radius);
    const bool squares_fit = mds_filter_fits_raw_avx512(search);
    const bool small = (radii > 70 && radii * radii > 2 * count) || !squares_fit;

    if (!mds_filter_fits_avx512(search)) {
        mds_search_epoch(search, progress);
        return;
    }
    filter->quarter = 0.25 / search->radius;
    filter->scale = small ? 2 / search->radius : 0.5 / search->radius;
    for (size_t i = 0; i < search->n; i++)
        mds_filter_place_avx512(search, i);
    if (radii < 18 && squares_fit) {
        search->slots += count * count / 16 * MDS_RAW_SLOTS;
        mds_filter_raw_epoch_avx512(search, progress);
    } else if (!small) {
        search->slots += count * count / 16 * MDS_PLAIN_SLOTS;
        mds_filter_plain_epoch_avx512(search, progress);
    } else {
        search->slots += count * count / 16 * MDS_TAYLOR_SLOTS;
        mds_filter_taylor_epoch_avx512(search, progress);
    }
}

#endif
