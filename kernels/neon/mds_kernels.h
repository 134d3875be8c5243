/* MDS in NEON. */
#ifndef FORTYFOLD_KERNELS_NEON_MDS_KERNELS_H
#define FORTYFOLD_KERNELS_NEON_MDS_KERNELS_H

#include "kernels/mds_search.h"

extern const struct mds_rows mds_rows_neon;

mds_solve_fn mds_solve_neon;
size_t mds_bytes_neon(size_t n);

#endif
