#include "kernels/particles.h"

#if defined(__x86_64__)

/* 32 registers. Five groups of four hide carried's chain and leave 12 for what is passing; six do
 * not fit without moves. rsqrt's chain is longer, and needs three registers a particle. */
#define GROUP 6
#include "kernels/particles_closed.h"
#include "kernels/particles_fit.h"
#include "kernels/particles_steps.h"

bool particles_check_avx512(const double *x, const double *y, const double *w, size_t n)
{
    return all_fit(x, y, w, n);
}

void particles_evolve_avx512_sqrt(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                  double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_sqrt, 6, 0, x, y, w, n, steps, timestep);
}

void particles_evolve_avx512_rsqrt(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                   double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_rsqrt, 6, rsqrt_ratio, x, y, w, n, steps, timestep);
}

void particles_evolve_avx512_carried(double *x, double *y, const double *w, size_t n,
                                     uint64_t steps, double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_carried, 5, carried_ratio, x, y, w, n, steps, timestep);
}

void particles_evolve_avx512_identity(double *x, double *y, const double *w, size_t n,
                                      uint64_t steps, double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_identity, 5, identity_ratio, x, y, w, n, steps, timestep);
}

void particles_evolve_avx512_closed(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                    double timestep, unsigned threads)
{
    (void)threads;
    closed_form(x, y, w, n, steps, timestep);
}

#endif
