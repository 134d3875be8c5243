#include "kernels/particles.h"

#include "kernels/particles_plain.h"

bool particles_check_scalar(const double *x, const double *y, const double *w, size_t n)
{
    double sum = 0;
    bool fit = true;

    for (size_t i = 0; i < n; i++) {
        const double square = x[i] * x[i] + y[i] * y[i];
        fit &= square > PARTICLES_NEAR * PARTICLES_NEAR;
        sum += square + w[i] * w[i];
    }
    return fit && sum < PARTICLES_SUM_MOST; /* not when the sum is NaN */
}

void particles_evolve_scalar(double *x, double *y, const double *w, size_t n, uint64_t steps,
                             double timestep, unsigned threads)
{
    (void)threads;
    particles_evolve_plain(x, y, w, n, steps, timestep);
}
