/* MDS on several threads. */
#ifndef FORTYFOLD_KERNELS_OPENMP_MDS_KERNELS_H
#define FORTYFOLD_KERNELS_OPENMP_MDS_KERNELS_H

#include "kernels/mds_search.h"

mds_solve_fn mds_solve_openmp;
size_t mds_bytes_openmp(size_t n);

#endif
