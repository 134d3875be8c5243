/* The steps as one would write them, for the folders whose flags make the difference (scalar,
 * autovec). x, y, w: n doubles each; x and y are changed; `timestep` in seconds. */
#ifndef FORTYFOLD_KERNELS_PARTICLES_PLAIN_H
#define FORTYFOLD_KERNELS_PARTICLES_PLAIN_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

/* Particles of one block: 3 arrays of 4 KiB stay in the first-level cache for all steps, however
 * many particles there are. Steps run outside particles: the steps of one particle form a chain of
 * a square root, a division and an addition, and only other particles' chains hide its latency. */
enum { BLOCK = 512 };

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

static void particles_evolve_plain(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                   double timestep)
{
    for (size_t first = 0; first < n; first += BLOCK) {
        const size_t count = n - first < BLOCK ? n - first : BLOCK;
        evolve_block(x + first, y + first, w + first, count, steps, timestep);
    }
}

#endif
