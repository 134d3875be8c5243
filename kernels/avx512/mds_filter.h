/* What the filter's rows and its total share: single precision, sixteen points a register. Owner of
 * the arrays: the search (kernels/mds_search.h). */
#ifndef FORTYFOLD_KERNELS_AVX512_MDS_FILTER_H
#define FORTYFOLD_KERNELS_AVX512_MDS_FILTER_H

#include "kernels/mds_search.h"

struct filter {
    float *goal; /* n rows of `stride` floats */
    size_t stride;
    float *x, *y;         /* from the centre, in units of 4r */
    float *x_low, *y_low; /* what is lost by rounding them */
    bool fine;
};

/* Are goals and coordinates such that single precision can hold their squares? */
bool mds_filter_fits_avx512(const struct mds_search *search);

#endif
