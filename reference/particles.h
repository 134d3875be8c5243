/* Particles on circles: each turns about the origin at its own speed, in small straight steps.
 *
 * One step moves a particle by timestep·w along the unit tangent of its old position,
 * (−y, x)/√(x² + y²); w > 0 turns counter-clockwise. Because the step is perpendicular to the
 * radius, after n steps the radius is exactly √(r₀² + n·(timestep·w)²).
 *
 * Units: positions in any length; w in lengths per unit of time; duration in units of time.
 * Number of steps: duration/timestep computed in double and rounded to the nearest integer, half to
 * even, in every variant. 0.01/1e-5 is a little below 1000 in double: truncation would lose a step.
 *
 * A particle at the origin (x² + y² is 0 in double) has no tangent: unless there is no step to
 * make, it is refused, as Python's own division by zero would be. No other particle can come there,
 * since the radius never shrinks.
 *
 * Source of the problem: the particle simulator of the elephantscale course "High-Performance
 * Python" and its test; the definition above is ours where that is silent.
 */
#ifndef FORTYFOLD_REFERENCE_PARTICLES_H
#define FORTYFOLD_REFERENCE_PARTICLES_H

#include <stddef.h>

#include "base/status.h"
#include "model/value.h"

/* Moves n particles for `duration` (finite, ≥ 0); x, y and w hold n finite doubles each and may be
 * NULL when n is 0. The steps are carried out in long double, the result is rounded once. Fails
 * with STATUS_BAD_INPUT, x and y untouched, when there is a step to make and a particle is at the
 * origin, or when the duration is negative, not finite or above 2^53 steps. */
enum status oracle_particles_evolve(double *x, double *y, const double *w, size_t n,
                                    double duration);

/* The oracle "particles": (x (N), y (N), w (N), duration) → the final (x, y), an array (2, N). */
enum status oracle_particles(const struct value *arguments, size_t count, struct value *result);

#endif
