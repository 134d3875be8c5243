/* The AVX-512 kernels of MDS among themselves: rows in double, the filter in single precision, and
 * the kernels made of them. */
#ifndef FORTYFOLD_KERNELS_AVX512_MDS_KERNELS_H
#define FORTYFOLD_KERNELS_AVX512_MDS_KERNELS_H

#include "kernels/mds_search.h"

mds_row_fn mds_row_avx512_sqrt, mds_row_avx512_rsqrt;
void mds_begin_avx512(struct mds_search *search);
double mds_error_avx512(const struct mds_search *search, const double *xs);

mds_solve_fn mds_solve_avx512_sqrt, mds_solve_avx512_rsqrt;
size_t mds_bytes_avx512(size_t n);

#endif
