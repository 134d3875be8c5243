/* Notes: what a run says in sentences. Plain text, one line each; whoever prints them escapes them.
 *
 * Ownership: strings that are returned are allocated; the caller frees them (notes_free for the
 * list). Functions never fail otherwise than with STATUS_NO_MEMORY or NULL for no memory.
 */
#ifndef FORTYFOLD_SHOW_NOTES_H
#define FORTYFOLD_SHOW_NOTES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "model/run.h"

struct notes {
    char **lines;
    size_t count;
};

/* Whether a cell has a time to show: it is ok and something was measured. */
bool notes_has_time(const struct cell *cell);

/* The interval of the speedup that the table uses; NULL when the cell has none. */
const struct ratio *notes_ratio(const struct cell *cell);

/* The most samples that any cell has: the r of "best of r". */
size_t notes_samples_count(const struct run *run);

/* "1,200× [1,150–1,260]"; "1,200× (no interval)" when there is none. */
char *notes_interval(const struct ratio *ratio);

/* The run in one sentence: which variant is fastest at the largest size where one can say so, by
 * how much, on which machine; or why nothing can be said. */
char *notes_summary(const struct run *run);

/* "AMD Ryzen 7 · Python 3.11.2 · 2025-03-14 · seed 42": what was known. */
char *notes_origin(const struct run *run);

/* The footnotes of a table: what its columns mean, how the run ended, what
 * a control showed, and which conditions of the machine made figures less exact. */
enum status notes_make(const struct run *run, struct notes *notes);

/* `notes` may be NULL, or all zero. */
void notes_free(struct notes *notes);

/* Do some speedups of the table use CPU time and others real time? Then each says which. */
bool notes_clocks_differ(const struct run *run);

#endif
