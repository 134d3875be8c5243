#include "kernels/particles.h"

size_t particles_at_origin(const double *x, const double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (x[i] * x[i] + y[i] * y[i] == 0)
            return i;
    return n;
}
