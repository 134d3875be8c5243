/* Verdicts on published figures: from a claim and a run to a figure with its interval. */
#ifndef FORTYFOLD_ANALYZE_VERDICT_H
#define FORTYFOLD_ANALYZE_VERDICT_H

#include "model/claim.h"
#include "model/run.h"

/* What this machine gives for a claim: the ratio (or the seconds) with its 95 % interval. All NAN
 * when a cell is missing or failed. The run must have been analysed. STATUS_NO_MEMORY. */
enum status verdict_measure(const struct claim *claim, const struct run *run, struct ratio *figure);

/* Published figures are rounded to one or two digits: a range is widened by a tenth at each end.
 * Reproduced: the interval touches the widened range. Exceeded: it lies wholly on the faster side.
 * Not reproduced: wholly on the slower side. Not resolved: there is no interval, or its ends are
 * more than a factor of 2 apart and it touches the range. */
enum claim_verdict verdict_judge(const struct claim *claim, const struct ratio *figure);

#endif
