/* Drift: the samples in the order in which they were taken, one panel a variant.
 *
 * Units: per cent of the cell's median, over the sequence number of the sample in the run.
 *
 * Ownership: nothing is kept.
 */
#ifndef FORTYFOLD_SHOW_DRIFT_H
#define FORTYFOLD_SHOW_DRIFT_H

#include "base/status.h"
#include "model/run.h"

/* Writes drift.png and drift.svg, or removes old ones where there is nothing to draw. Failures as
 * gnuplot_write(). */
enum status drift_write(const struct run *run, const char *assets, const char *folder);

#endif
