#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_kernels.h"

static const struct mds_rows rows_sqrt = {
    .begin = mds_begin_avx512, .row = mds_row_avx512_sqrt, .error = mds_error_avx512, .lanes = 8};

/* For large radii raw rows first. The root's error: kernels/avx512/mds_rows.c. */
const struct mds_rows mds_rows_avx512 = {.begin = mds_begin_avx512,
                                         .row = mds_row_avx512_rsqrt,
                                         .range = mds_range_avx512,
                                         .epoch = mds_raw_epoch_avx512,
                                         .coarse_fits = mds_raw_fits_avx512,
                                         .coarse_range = mds_raw_range_avx512,
                                         .coarse_bound = mds_raw_bound_avx512,
                                         .error = mds_error_avx512,
                                         .lanes = 8,
                                         .root_error = 0x1p-40};

static const struct mds_rows rows_filter = {.begin = mds_filter_begin_avx512,
                                            .row = mds_row_avx512_rsqrt,
                                            .error = mds_error_avx512,
                                            .lanes = 8,
                                            .root_error = 0x1p-40,
                                            .epoch = mds_filter_epoch_avx512,
                                            .filter_error = mds_filter_error_avx512,
                                            .filter_bytes = mds_filter_bytes_avx512};

size_t mds_bytes_avx512(size_t n)
{
    return mds_search_bytes(&rows_sqrt, n);
}

size_t mds_bytes_avx512_filter(size_t n)
{
    return mds_search_bytes(&rows_filter, n);
}

void mds_solve_avx512_sqrt(const double *d_goal, double *xs, size_t n, uint64_t epochs,
                           unsigned threads, void *workspace, struct mds_outcome *outcome)
{
    mds_search_run(&rows_sqrt, d_goal, xs, n, epochs, threads, workspace, outcome);
}

void mds_solve_avx512_rsqrt(const double *d_goal, double *xs, size_t n, uint64_t epochs,
                            unsigned threads, void *workspace, struct mds_outcome *outcome)
{
    mds_search_run(&mds_rows_avx512, d_goal, xs, n, epochs, threads, workspace, outcome);
}

void mds_solve_avx512_filter(const double *d_goal, double *xs, size_t n, uint64_t epochs,
                             unsigned threads, void *workspace, struct mds_outcome *outcome)
{
    mds_search_run(&rows_filter, d_goal, xs, n, epochs, threads, workspace, outcome);
}

#endif
