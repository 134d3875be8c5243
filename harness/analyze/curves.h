/* Curves: what the sizes of a run say together: how a variant's time grows, what a call costs
 * before it handles anything, and from which size on one variant is faster than another.
 *
 * Each figure is computed for each block by itself, from the block's medians; the figure is the
 * mean over the blocks and its interval is Student's t over them, as for speedups. The interval
 * says what other runs would give here, not that the law is the right one: for that there is the
 * misfit.
 */
#ifndef FORTYFOLD_ANALYZE_CURVES_H
#define FORTYFOLD_ANALYZE_CURVES_H

#include "model/run.h"

/* Fills run->fits (one for each variant of the plan) and run->crossovers, and releases those that
 * were there. The cells' statuses and the samples' quarantine must be settled. STATUS_NO_MEMORY. */
enum status curves_find(struct run *run);

#endif
