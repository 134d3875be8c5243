#include "kernels/scalar/mds_kernels.h"

#include <math.h>

/* Registers of one double: what the certified search takes where there is nothing better. */
#define VECTOR double
enum { LANES = 1 };

static inline double v_load(const double *p)
{
    return *p;
}

static inline double v_all(double number)
{
    return number;
}

static inline double v_root(double v)
{
    return sqrt(v);
}

static inline double v_size(double v)
{
    return fabs(v);
}

static inline double v_sign_of(double magnitude, double sign)
{
    return signbit(sign) ? -magnitude : magnitude;
}

static inline double v_total(double v)
{
    return v;
}

#include "kernels/mds_vectors.h"

const struct mds_rows mds_rows_scalar = {
    .begin = v_begin, .row = v_row, .range = v_range, .error = v_error, .lanes = LANES};
