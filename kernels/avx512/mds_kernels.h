/* The AVX-512 kernels of MDS among themselves: rows in double, the filter in single precision, and
 * the kernels made of them. */
#ifndef FORTYFOLD_KERNELS_AVX512_MDS_KERNELS_H
#define FORTYFOLD_KERNELS_AVX512_MDS_KERNELS_H

#include "kernels/mds_search.h"

/* Rows in double: roots by vsqrtpd only, and the mixture (kernels/avx512/mds_rows.c). */
mds_row_fn mds_row_avx512_sqrt, mds_row_avx512_rsqrt;
/* Coarser ones, which set their own bounds, and an epoch that tries these first, as far as the
 * radius allows (kernels/avx512/mds_raw.c). */
mds_row_fn mds_row_avx512_raw, mds_row_avx512_newton;
void mds_raw_epoch_avx512(struct mds_search *search, struct mds_progress *progress);
bool mds_raw_fits_avx512(const struct mds_search *search);
mds_range_fn mds_raw_range_avx512;
void mds_raw_bound_avx512(const struct mds_search *search, size_t i, struct mds_sums *sums);
/* The mixture, over some points only. */
mds_range_fn mds_range_avx512;
/* The total error; sums of goals (kernels/avx512/mds_totals.c). */
mds_error_fn mds_error_avx512;
void mds_begin_avx512(struct mds_search *search);
/* The same, and the goals of the filter: its arrays are aligned to 64 bytes. */
struct filter;
void mds_begin_filter_avx512(struct mds_search *search, const struct filter *filter);

/* The filter (kernels/avx512/mds_filter.c), as struct mds_rows asks for it. */
void mds_filter_begin_avx512(struct mds_search *search);
void mds_filter_epoch_avx512(struct mds_search *search, struct mds_progress *progress);
size_t mds_filter_bytes_avx512(size_t n);
/* kernels/avx512/mds_filter_error.c */
double mds_filter_error_avx512(struct mds_search *search, const double *xs, double *bound);

extern const struct mds_rows mds_rows_avx512;

mds_solve_fn mds_solve_avx512_sqrt, mds_solve_avx512_rsqrt, mds_solve_avx512_filter;
size_t mds_bytes_avx512(size_t n);
size_t mds_bytes_avx512_filter(size_t n);

#endif
