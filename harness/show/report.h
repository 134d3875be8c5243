/* Report: a run as one HTML file that needs no network: the answer in one sentence, the figures,
 * the curves, where and how they were measured, and how to measure them again.
 *
 * Written as Markdown in which everything that comes from elsewhere (names, reasons, what a variant
 * printed) is escaped, and made into HTML by pandoc with raw HTML turned off.
 *
 * Ownership: nothing is kept. `assets` is the folder harness/show, which holds report.css.
 */
#ifndef FORTYFOLD_SHOW_REPORT_H
#define FORTYFOLD_SHOW_REPORT_H

#include <stdio.h>

#include "base/status.h"
#include "model/run.h"

/* Writes report.html into `folder`, whole or not at all. The pictures are those that are there
 * (plot_write() goes before); without them the report says so.
 * STATUS_TOOL: pandoc is missing or failed; the caller can go on without a report. STATUS_IO: the
 * folder cannot be written. STATUS_NO_MEMORY. */
enum status report_write(const struct run *run, const char *assets, const char *folder);

/* Prints the Markdown that the report is made from. STATUS_NO_MEMORY. */
enum status report_print(const struct run *run, const char *folder, FILE *out);

#endif
