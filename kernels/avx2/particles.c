#include "kernels/particles.h"

#if defined(__x86_64__)

/* 16 registers. carried's chain of 16 cycles needs six groups at two FMA a cycle; what of them does
 * not fit is read from the stack, which costs less than waiting (measured: 0.35 ns a step with 3
 * groups, 0.28 with 4, 0.23 with 5, 0.215 with 6). Five groups of x, y and q are 15. */
#define GROUP 6
#include "kernels/particles_closed.h"
#include "kernels/particles_fit.h"
#include "kernels/particles_steps.h"

bool particles_check_avx2(const double *x, const double *y, const double *w, size_t n)
{
    return all_fit(x, y, w, n);
}

void particles_evolve_avx2_sqrt(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_sqrt, 4, 0, x, y, w, n, steps, timestep);
}

void particles_evolve_avx2_carried(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                   double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_carried, 6, carried_ratio, x, y, w, n, steps, timestep);
}

void particles_evolve_avx2_identity(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                    double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_identity, 5, identity_ratio, x, y, w, n, steps, timestep);
}

void particles_evolve_avx2_closed(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                  double timestep, unsigned threads)
{
    (void)threads;
    closed_form(x, y, w, n, steps, timestep);
}

#endif
