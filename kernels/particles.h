/* Particles turning about the origin: the operation "particles_evolve".
 *
 * Units: positions in any length, w in lengths per unit of time, timestep in units of time.
 */
#ifndef FORTYFOLD_KERNELS_PARTICLES_H
#define FORTYFOLD_KERNELS_PARTICLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Moves n particles by `steps` steps. Each step adds (−y/r·s, x/r·s) to a particle's position,
 * where r = √(x² + y²) of the old position and s = timestep·w. x, y (changed in place) and w hold n
 * finite doubles each, may be NULL when n is 0, and no particle may be at the origin
 * (particles_at_origin()). `threads`: at least 1; a kernel that is not threaded ignores it. One
 * unit of work is one step of one particle.
 *
 * Every stepping kernel's result is within (n + 8 + 4θ)·2⁻⁵² of the particle's last radius of the
 * exact one after n steps through an angle of θ, a closed form's within (8 + 4θ)·2⁻⁵²
 * (kernels/tests/test_particles.c), as long as the squares of the coordinates and of their steps
 * can be held in doubles. Steps move in these ways: scalar            as the definition says,
 * particle by particle autovec           the same source, left to the compiler's vectoriser …_sqrt
 * the same in registers: a square root and a division a step avx512_rsqrt      the reciprocal root
 * from a table, corrected …_carried         s/r carried along, corrected by one Newton step a step
 *   …_identity        s/r known in advance: r² grows by s² a step
 *   …_closed          no steps: stretched and turned at once (kernels/particles_closed.h). It does
 *                     not do what the others do, and is to be called another algorithm. */
typedef void particles_evolve_fn(double *x, double *y, const double *w, size_t n, uint64_t steps,
                                 double timestep, unsigned threads);

particles_evolve_fn particles_evolve_scalar, particles_evolve_scalar_closed,
    particles_evolve_autovec, particles_evolve_openmp;
particles_evolve_fn particles_evolve_avx2_sqrt, particles_evolve_avx2_carried,
    particles_evolve_avx2_identity, particles_evolve_avx2_closed;
particles_evolve_fn particles_evolve_avx512_sqrt, particles_evolve_avx512_rsqrt,
    particles_evolve_avx512_carried, particles_evolve_avx512_identity,
    particles_evolve_avx512_closed;
particles_evolve_fn particles_evolve_neon_sqrt, particles_evolve_neon_carried,
    particles_evolve_neon_identity, particles_evolve_neon_closed;

/* Are these n particles fit to be moved? true: all numbers are finite, and no particle is at the
 * origin. false: it may be otherwise, and whoever wants to know must look at each; that is rare: a
 * particle within PARTICLES_NEAR of the origin, or squares whose sum exceeds PARTICLES_SUM_MOST. x,
 * y and w may be NULL when n is 0. One unit of work is one particle. */
#define PARTICLES_NEAR 1e-140
#define PARTICLES_SUM_MOST 1e300
typedef bool particles_check_fn(const double *x, const double *y, const double *w, size_t n);

particles_check_fn particles_check_scalar, particles_check_avx2, particles_check_avx512,
    particles_check_neon;

/* The first particle with x² + y² = 0, or n when there is none. x and y may be NULL when n is 0. */
size_t particles_at_origin(const double *x, const double *y, size_t n);

#endif
