/* Spread: the distribution of the samples, one row a variant, one panel a size.
 *
 * Units: per cent of the cell's median.
 *
 * Ownership: nothing is kept.
 */
#ifndef FORTYFOLD_SHOW_SPREAD_H
#define FORTYFOLD_SHOW_SPREAD_H

#include "base/status.h"
#include "model/run.h"

/* Writes spread.png and spread.svg, or removes old ones where there is nothing to draw. Failures as
 * gnuplot_write(). */
enum status spread_write(const struct run *run, const char *assets, const char *folder);

#endif
