/* Steps: what each single change bought, as lab.toml's `after` says which variant changes which.
 *
 * Units: ratios, the time of the variant before / the time of the variant: above 1 is faster.
 *
 * Ownership: nothing is kept.
 */
#ifndef FORTYFOLD_SHOW_STEPS_H
#define FORTYFOLD_SHOW_STEPS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/status.h"
#include "model/run.h"

/* The step of a cell by the clock that the table uses; NULL when it has none. */
const struct ratio *steps_ratio(const struct cell *cell);

/* The cell of a variant at the largest size at which its step is known; NULL: at none. */
const struct cell *steps_largest(const struct run *run, size_t variant);

/* Is there more to tell than the speedups do: a step that is not over the baseline? */
bool steps_are_worth_telling(const struct run *run);

/* Prints a table, a row for each variant that has a step, a column for each size; as text (where
 * `colour` may be used) or as Markdown. Nothing where nothing is worth telling.
 * STATUS_NO_MEMORY. */
enum status steps_print_text(const struct run *run, bool colour, FILE *out);
enum status steps_print_markdown(const struct run *run, FILE *out);

/* Writes steps.png and steps.svg, or removes old ones where there is nothing to draw. Failures as
 * gnuplot_write(). */
enum status steps_write(const struct run *run, const char *assets, const char *folder);

#endif
