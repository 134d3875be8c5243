#include "kernels/particles.h"

#if defined(__x86_64__)

#include "kernels/particles_plain.h"

void particles_evolve_autovec(double *x, double *y, const double *w, size_t n, uint64_t steps,
                              double timestep, unsigned threads)
{
    (void)threads;
    particles_evolve_plain(x, y, w, n, steps, timestep);
}

#endif
