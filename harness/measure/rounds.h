/* Rounds: carries out a plan.
 *
 * For each block and size: a fresh worker for each variant, warm and calibrated; then rounds. In a
 * round every variant gets the same problem, its arguments are made, and then the variants take
 * one sample each, back to back, in the plan's order. Each sample's results are compared with the
 * oracle's answer, which was computed before. What happens is told to observers as it happens.
 *
 * A variant that fails is told once (EVENT_FAILED), loses its worker, and is left out from there
 * on at that size; if it hung, at larger sizes too.
 */
#ifndef FORTYFOLD_MEASURE_ROUNDS_H
#define FORTYFOLD_MEASURE_ROUNDS_H

#include "measure/setting.h"

/* Why the rounds ended: *ended_by is "plan", "precision", "budget" or "interrupt". A failure of a
 * variant is no failure here. STATUS_BAD_INPUT: the lab's problem or oracle fails; STATUS_TOOL,
 * STATUS_IO, STATUS_NO_MEMORY: the harness cannot go on. */
enum status rounds_run(const struct setting *setting, const char **ended_by);

#endif
