/* MDS in AVX2. */
#ifndef FORTYFOLD_KERNELS_AVX2_MDS_KERNELS_H
#define FORTYFOLD_KERNELS_AVX2_MDS_KERNELS_H

#include "kernels/mds_search.h"

extern const struct mds_rows mds_rows_avx2;

mds_solve_fn mds_solve_avx2;
size_t mds_bytes_avx2(size_t n);

#endif
