/* Scores: how far a program has come from the baseline towards the worked answer, on this machine.
 *
 * Both speedups are taken over the same baseline in the same blocks, so a block has a pair of
 * numbers: y = log(baseline / yours) and r = log(baseline / solution). The fraction is mean y /
 * mean r. A fraction f is inside its 95 % interval when the mean of y − f·r over the blocks cannot
 * be told from 0 by Student's t (Fieller's theorem; the quantile is speedup_coverage's): what
 * disturbed a block's baseline disturbed both, and cancels. The target is reached when the whole
 * interval is at or above it.
 */
#ifndef FORTYFOLD_ANALYZE_SCORE_H
#define FORTYFOLD_ANALYZE_SCORE_H

#include "model/attempt.h"

/* The fraction and its interval from `count` pairs, and the verdict against the target (above 0).
 * Leaves the ratios alone. Fewer than two pairs: no interval, and not resolved, but
 * where the only block shows less than half of the baseline's speed: not reached. */
void score_judge(const double *yours_logs, const double *solution_logs, size_t count, double target,
                 struct score *score);

/* Would more blocks hardly change the verdict? The target is outside the interval by a margin (as
 * speedup_is_settled()), or the two speedups, one against the other, are known to `precision`. */
bool score_is_settled(const double *yours_logs, const double *solution_logs, size_t count,
                      double target, double precision);

/* Scores two cells (variants) of a run at its only size. All NAN, and SCORE_NOT_RESOLVED, where one
 * of the three has no samples. Marks noise anew. STATUS_NO_MEMORY. `settled` may be NULL. */
enum status score_run(struct run *run, size_t yours, size_t solution, double target,
                      struct score *score, bool *settled);

#endif
