/* Trials: are a program's answers right? Asked before any clock runs, on fresh problems.
 *
 * One worker answers all the problems, one after the other, so that an answer which is remembered
 * from one problem to the next shows.
 */
#ifndef FORTYFOLD_MEASURE_TRIAL_H
#define FORTYFOLD_MEASURE_TRIAL_H

#include "model/attempt.h"
#include "model/plan.h"

/* Problems of each size. */
enum { TRIAL_PROBLEMS = 2 };

/* Gives the variant (an index) TRIAL_PROBLEMS problems of each size, drawn by the plan's seed, and
 * stops at the first that it does not answer rightly. Its limits are the plan's. What the program
 * does wrong is no failure here: *trial says it. STATUS_BAD_INPUT: the lab's problem or oracle
 * fails; STATUS_INTERRUPTED; STATUS_TOOL, STATUS_NO_MEMORY. The caller frees with trial_free(),
 * also after a failure. */
enum status trial_run(const struct lab *lab, const struct plan *plan, size_t variant,
                      const size_t *sizes, size_t count, struct trial *trial);

#endif
