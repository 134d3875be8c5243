/* Plot: a run as pictures, drawn by gnuplot with the scripts in show/plots.
 *
 * The scripts hold the looks; this module gives them the numbers: a table with named columns, the
 * ranges and ticks of the axes, and where labels stand without touching each other.
 *
 * Units: columns of text; pictures are 1280 wide.
 *
 * Ownership: nothing is kept. `assets` is the folder harness/show, which holds plots/.
 */
#ifndef FORTYFOLD_SHOW_PLOT_H
#define FORTYFOLD_SHOW_PLOT_H

#include <stdio.h>

#include "base/status.h"
#include "model/run.h"

/* Writes the pictures into `folder`, each as NAME.png and NAME.svg, whole or not at all: speedup
 * and time (here), total (show/total.h), spread (show/spread.h) and drift (show/drift.h). A picture
 * for which the run has no figures is not drawn, and an old one is removed. With one size speedup
 * and time show one bar a variant, with more a curve. STATUS_TOOL: gnuplot is missing or failed;
 * the caller can go on without pictures. STATUS_IO: the folder cannot be written. STATUS_NO_MEMORY.
 */
enum status plot_write(const struct run *run, const char *assets, const char *folder);

/* Prints the speedups (the times, where there is no speedup) as a picture of letters, at most 80
 * × 20, less when `columns` is less. Prints nothing when there are no figures, or when `columns`
 * is under 40. Failures as for plot_write(). */
enum status plot_text(const struct run *run, const char *assets, size_t columns, FILE *out);

#endif
