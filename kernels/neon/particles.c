#include "kernels/particles.h"

#if defined(__aarch64__)

/* 32 registers, as AVX-512. */
#define GROUP 6
#include "kernels/particles_closed.h"
#include "kernels/particles_fit.h"
#include "kernels/particles_steps.h"

bool particles_check_neon(const double *x, const double *y, const double *w, size_t n)
{
    return all_fit(x, y, w, n);
}

void particles_evolve_neon_sqrt(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_sqrt, 6, 0, x, y, w, n, steps, timestep);
}

void particles_evolve_neon_carried(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                   double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_carried, 5, carried_ratio, x, y, w, n, steps, timestep);
}

void particles_evolve_neon_identity(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                    double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_identity, 5, identity_ratio, x, y, w, n, steps, timestep);
}

void particles_evolve_neon_closed(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                  double timestep, unsigned threads)
{
    (void)threads;
    closed_form(x, y, w, n, steps, timestep);
}

#endif
