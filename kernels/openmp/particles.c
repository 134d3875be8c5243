#include "kernels/dispatch.h"
#include "kernels/openmp/threads.h"

/* Particles do not need each other: each thread steps a share of them with the machine's best
 * kernel, which is also what one thread calls, without any region. Shares are whole lines of the
 * cache, so that no line has two writers where the arrays begin on one, and whole registers of
 * every instruction set. They are not rounded to the groups of registers that a kernel keeps in
 * flight: it makes its groups nearly equal by itself, so that a share costs what its registers do,
 * and a share is at most one register longer than another. */
enum { SHARE = KERNEL_ALIGNMENT / sizeof(double) };

void particles_evolve_openmp(double *x, double *y, const double *w, size_t n, uint64_t steps,
                             double timestep, unsigned threads)
{
    const struct kernel *best = dispatch_best(KERNEL_PARTICLES_EVOLVE);
    const size_t lines = (n + SHARE - 1) / SHARE;
    const size_t shares = threads_allowed(threads < lines ? threads : (unsigned)lines);

    if (shares == 1) {
        best->function.particles_evolve(x, y, w, n, steps, timestep, 1);
        return;
    }
#pragma omp parallel for schedule(static, 1) num_threads((int)shares)
    for (size_t share = 0; share < shares; share++) {
        const size_t first = lines * share / shares * SHARE;
        const size_t last = lines * (share + 1) / shares * SHARE;
        best->function.particles_evolve(x + first, y + first, w + first,
                                        (last < n ? last : n) - first, steps, timestep, 1);
    }
}
