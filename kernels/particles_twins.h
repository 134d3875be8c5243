/* The functions of one instruction set for kernels/particles.h, over kernels/lanes.h.
 *
 * The includer defines NAMED(before, after), which puts the set's name between the two, and how
 * many registers of particles a function steps at a time: GROUP_SQRT, GROUP_CARRIED and
 * GROUP_IDENTITY, at most GROUP; and GROUP_RSQRT where the estimate of 1/√ is worth a function.
 */
#ifndef FORTYFOLD_KERNELS_PARTICLES_TWINS_H
#define FORTYFOLD_KERNELS_PARTICLES_TWINS_H

#define GROUP 6
#include "kernels/particles_closed.h"
#include "kernels/particles_fit.h"
#include "kernels/particles_steps.h"

bool NAMED(particles_check, )(const double *x, const double *y, const double *w, size_t n)
{
    return all_fit(x, y, w, n);
}

void NAMED(particles_evolve, _sqrt)(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                    double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_sqrt, GROUP_SQRT, 0, x, y, w, n, steps, timestep);
}

#if defined(GROUP_RSQRT)
void NAMED(particles_evolve, _rsqrt)(double *x, double *y, const double *w, size_t n,
                                     uint64_t steps, double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_rsqrt, GROUP_RSQRT, rsqrt_ratio, x, y, w, n, steps, timestep);
}
#endif

void NAMED(particles_evolve, _carried)(double *x, double *y, const double *w, size_t n,
                                       uint64_t steps, double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_carried, GROUP_CARRIED, carried_ratio, x, y, w, n, steps, timestep);
}

void NAMED(particles_evolve, _identity)(double *x, double *y, const double *w, size_t n,
                                        uint64_t steps, double timestep, unsigned threads)
{
    (void)threads;
    for_groups(step_identity, GROUP_IDENTITY, identity_ratio, x, y, w, n, steps, timestep);
}

void NAMED(particles_evolve, _closed)(double *x, double *y, const double *w, size_t n,
                                      uint64_t steps, double timestep, unsigned threads)
{
    (void)threads;
    closed_form(x, y, w, n, steps, timestep);
}

#endif
