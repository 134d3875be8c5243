/* Bouts: the variants of a plan against each other, at one size, in one block. Used by rounds.c. */
#ifndef FORTYFOLD_MEASURE_BOUT_H
#define FORTYFOLD_MEASURE_BOUT_H

#include "measure/setting.h"
#include "measure/verify.h"

/* Starts a fresh worker for each variant that has not failed at this size, warms it up, and plays
 * the rounds from `first_round` on. A variant that fails is told and left out; what comes back is
 * a failure of the harness or of the lab, or STATUS_INTERRUPTED. */
enum status bout_play(const struct setting *setting, struct verifier *verifier, uint32_t block,
                      size_t size, uint32_t first_round);

#endif
