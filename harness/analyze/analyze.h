/* Everything that is derived from the samples of a run, in the order in which one thing needs
 * another: noise, summaries, speedups, curves, warnings. */
#ifndef FORTYFOLD_ANALYZE_ANALYZE_H
#define FORTYFOLD_ANALYZE_ANALYZE_H

#include <stdbool.h>

#include "model/run.h"

/* Fills every cell's summary, speedup and residual from its samples, the run's fits and crossovers,
 * and the warnings that follow from them. May be called again after more samples came.
 * STATUS_NO_MEMORY. */
enum status analyze_run(struct run *run);

/* Are all speedups of a run that goes on settled, to the plan's precision? Marks noise anew. */
bool analyze_precise(struct run *run);

#endif
