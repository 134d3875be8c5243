/* Gnuplot: runs the scripts in show/plots, which hold the looks of all pictures.
 *
 * A script reads its numbers from its standard input, as assignments and tables.
 *
 * Ownership: nothing is kept; `*printed` belongs to the caller. `assets` is the folder
 * harness/show, which holds plots/.
 */
#ifndef FORTYFOLD_SHOW_GNUPLOT_H
#define FORTYFOLD_SHOW_GNUPLOT_H

#include <stdio.h>

#include "base/status.h"
#include "model/run.h"

/* Prints the assignment of a text, cleaned and quoted. */
void gnuplot_string(const char *name, const char *text, FILE *out);

/* Prints what every picture has: its title, its heading (the words below the title), where it
 * comes from, and a note at its foot ("" for none). STATUS_NO_MEMORY. */
enum status gnuplot_head(const struct run *run, const char *heading, const char *note, FILE *out);

/* Runs a script for a terminal ("png", "svg", "dumb"). `target` is a file, or for "dumb" the size;
 * `printed` (NULL: not wanted) receives what the script prints.
 * STATUS_TOOL: gnuplot is missing or failed. STATUS_NO_MEMORY. */
enum status gnuplot_run(const char *assets, const char *script, const char *input,
                        const char *terminal, const char *target, char **printed);

/* Writes NAME.png and NAME.svg into a folder, each whole or not at all. `input` NULL: there is
 * nothing to draw, and old pictures are removed. As gnuplot_run(), and STATUS_IO. */
enum status gnuplot_write(const char *assets, const char *script, const char *input,
                          const char *folder, const char *name);

#endif
