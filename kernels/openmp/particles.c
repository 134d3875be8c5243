#include "kernels/dispatch.h"

/* Particles do not need each other: each thread steps a share of them with the machine's best
 * kernel. Shares are whole lines of the cache, so that no line has two writers where the arrays
 * begin on one, and whole registers of every instruction set. */
enum { SHARE = KERNEL_ALIGNMENT / sizeof(double) };

void particles_evolve_openmp(double *x, double *y, const double *w, size_t n, uint64_t steps,
                             double timestep, unsigned threads)
{
    const struct kernel *best = dispatch_best(KERNEL_PARTICLES_EVOLVE);
    const size_t lines = (n + SHARE - 1) / SHARE;
    const size_t shares = threads < lines ? threads : lines;

#pragma omp parallel for schedule(static, 1) num_threads((int)(shares > 0 ? shares : 1))
    for (size_t share = 0; share < shares; share++) {
        const size_t first = lines * share / shares * SHARE;
        const size_t last = lines * (share + 1) / shares * SHARE;
        best->function.particles_evolve(x + first, y + first, w + first,
                                        (last < n ? last : n) - first, steps, timestep, 1);
    }
}
