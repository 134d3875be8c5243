/* CSV: a run's summaries for a spreadsheet, one line a cell.
 *
 * Units: in the names of the columns; times are raw seconds. A figure that there is not is empty.
 *
 * Ownership: nothing is kept; `out` stays open.
 */
#ifndef FORTYFOLD_SHOW_CSV_H
#define FORTYFOLD_SHOW_CSV_H

#include <stdio.h>

#include "base/status.h"
#include "model/run.h"

/* Prints a header and one line a cell, in the order of rows_make(). STATUS_NO_MEMORY. */
enum status csv_print(const struct run *run, FILE *out);

#endif
