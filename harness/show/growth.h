/* Growth: how times grow with the size, and from where on one variant beats another, in words.
 *
 * Ownership: strings that are returned are allocated; the caller frees them. NULL: no memory,
 * unless said otherwise.
 */
#ifndef FORTYFOLD_SHOW_GROWTH_H
#define FORTYFOLD_SHOW_GROWTH_H

#include <stdbool.h>

#include "base/units.h"
#include "model/run.h"

/* Whether any of the run's fits has an exponent, `from` this one on. */
bool growth_is_known(const struct run *run, size_t from);

/* "time grows as N^k, k: naive 1.96 [1.95–1.97], numpy 1.05 [1.04–1.06]": a line of the next few
 * fits; `*next` is moved behind them. "" if none of them is known. */
char *growth_exponents(const struct run *run, size_t *next);

/* "N^1.96" for the label of a line, "" when it is not known. Does not fail. */
struct units_text growth_law(const struct fit *fit);

/* "numpy is faster than naive from N = 14 [13–16] on". */
char *growth_crossover(const struct run *run, const struct crossover *crossover);

/* A size between those measured: "14", "1,200", "3.4". Does not fail. */
struct units_text growth_size(double size);

#endif
