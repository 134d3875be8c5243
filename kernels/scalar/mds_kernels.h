/* Plain rows for the certified search. */
#ifndef FORTYFOLD_KERNELS_SCALAR_MDS_KERNELS_H
#define FORTYFOLD_KERNELS_SCALAR_MDS_KERNELS_H

#include "kernels/mds_search.h"

extern const struct mds_rows mds_rows_scalar;

#endif
