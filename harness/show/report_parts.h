/* The parts of the report, as Markdown. Texts that come from elsewhere are escaped here.
 *
 * Ownership: nothing is kept; `out` stays open. `folder` is where the pictures are.
 */
#ifndef FORTYFOLD_SHOW_REPORT_PARTS_H
#define FORTYFOLD_SHOW_REPORT_PARTS_H

#include <stdio.h>

#include "base/status.h"
#include "model/run.h"

/* Prints a text, escaped, between two that are printed as they are. NULL prints "–". */
void report_line(const char *before, const char *text, const char *after, FILE *out);

/* Shows a picture, with words for those who cannot see it; returns how many: 1, or 0 where the
 * folder has none of that name. */
size_t report_picture(const char *folder, const char *name, const char *words, FILE *out);

/* Where a total goes: picture, sentence, table. Nothing without times. STATUS_NO_MEMORY. */
enum status report_total(const struct run *run, const char *folder, FILE *out);

/* The samples: their spread, their order, and what was left out and why. STATUS_NO_MEMORY. */
enum status report_samples(const struct run *run, const char *folder, FILE *out);

/* Tables of facts, and the order of all rounds, folded away. */
void report_variants(const struct run *run, FILE *out);
void report_plan(const struct run *run, FILE *out);
void report_order_list(const struct run *run, FILE *out);
void report_machine(const struct run *run, FILE *out);

/* The command that repeats the run. */
void report_again(const struct run *run, FILE *out);

#endif
