/* MDS left to the compiler. */
#ifndef FORTYFOLD_KERNELS_AUTOVEC_MDS_KERNELS_H
#define FORTYFOLD_KERNELS_AUTOVEC_MDS_KERNELS_H

#include "kernels/mds_search.h"

mds_solve_fn mds_solve_autovec;
size_t mds_bytes_autovec(size_t n);

#endif
