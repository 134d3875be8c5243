#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx512/mds_kernels.h"

static const struct mds_rows rows_sqrt = {
    .begin = mds_begin_avx512, .row = mds_row_avx512_sqrt, .error = mds_error_avx512};
static const struct mds_rows rows_rsqrt = {
    .begin = mds_begin_avx512, .row = mds_row_avx512_rsqrt, .error = mds_error_avx512};

size_t mds_bytes_avx512(size_t n)
{
    return mds_search_bytes(&rows_sqrt, n);
}

void mds_solve_avx512_sqrt(const double *d_goal, double *xs, size_t n, uint64_t epochs,
                           unsigned threads, void *workspace, struct mds_outcome *outcome)
{
    (void)threads;
    mds_search_run(&rows_sqrt, d_goal, xs, n, epochs, workspace, outcome);
}

void mds_solve_avx512_rsqrt(const double *d_goal, double *xs, size_t n, uint64_t epochs,
                            unsigned threads, void *workspace, struct mds_outcome *outcome)
{
    (void)threads;
    mds_search_run(&rows_rsqrt, d_goal, xs, n, epochs, workspace, outcome);
}

#endif
