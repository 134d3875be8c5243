#include "kernels/particles.h"

#include <math.h>

/* Particles of one block: 3 arrays of 4 KiB stay in the first-level cache for all steps, however
 * many particles there are. Steps run outside particles: the steps of one particle form a chain of
 * a square root, a division and an addition, and only other particles' chains hide its latency. */
enum { BLOCK = 512 };

#ifndef PARTICLES_EVOLVE_ONLY
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
#endif

static void evolve_block(double *restrict x, double *restrict y, const double *restrict w, size_t n,
                         uint64_t steps, double timestep)
{
    for (uint64_t step = 0; step < steps; step++)
        for (size_t i = 0; i < n; i++) {
            const double radius = sqrt(x[i] * x[i] + y[i] * y[i]);
            const double length = timestep * w[i];
            const double dx = -y[i] / radius * length;
            const double dy = x[i] / radius * length;
            x[i] += dx;
            y[i] += dy;
        }
}

void particles_evolve_scalar(double *x, double *y, const double *w, size_t n, uint64_t steps,
                             double timestep, unsigned threads)
{
    (void)threads;
    for (size_t first = 0; first < n; first += BLOCK) {
        const size_t count = n - first < BLOCK ? n - first : BLOCK;
        evolve_block(x + first, y + first, w + first, count, steps, timestep);
    }
}
