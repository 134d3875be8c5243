/* The fits and crossovers of a run as JSON (results/FORMAT.md). They are written for readers of
 * run.json; reading it back derives them anew. */
#ifndef FORTYFOLD_STORE_CURVES_H
#define FORTYFOLD_STORE_CURVES_H

#include <jansson.h>

#include "model/run.h"

/* New arrays, one object a fit or crossover; the caller lets go of them. NULL: no memory. */
json_t *curves_fits(const struct run *run);
json_t *curves_crossovers(const struct run *run);

#endif
