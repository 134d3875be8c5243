/* Particles turning about the origin: the operation "particles_evolve".
 *
 * Units: positions in any length, w in lengths per unit of time, timestep in units of time.
 */
#ifndef FORTYFOLD_KERNELS_PARTICLES_H
#define FORTYFOLD_KERNELS_PARTICLES_H

#include <stddef.h>
#include <stdint.h>

/* Moves n particles by `steps` steps. Each step adds (−y/r·s, x/r·s) to a particle's position,
 * where r = √(x² + y²) of the old position and s = timestep·w. x, y (changed in place) and w hold n
 * finite doubles each, may be NULL when n is 0, and no particle may be at the origin
 * (particles_at_origin()). One unit of work is one step of one particle. */
typedef void particles_evolve_fn(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                 double timestep);

particles_evolve_fn particles_evolve_scalar;

/* The first particle with x² + y² = 0, or n when there is none. x and y may be NULL when n is 0. */
size_t particles_at_origin(const double *x, const double *y, size_t n);

#endif
