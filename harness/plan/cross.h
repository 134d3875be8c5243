/* What only the whole of a lab.toml can tell: whether names lead to variants that are there. */
#ifndef FORTYFOLD_PLAN_CROSS_H
#define FORTYFOLD_PLAN_CROSS_H

#include "model/lab.h"
#include "plan/fields.h"

/* `key` at `place` names a variant of the lab, or a complaint (STATUS_BAD_INPUT). */
enum status cross_variant(const struct lab *lab, const struct field_place *place, const char *key,
                          const char *name);

/* The variants' `after` and the presets' `variants` name variants; no `after` leads back to where
 * it came from, since a circle would be no ladder. STATUS_BAD_INPUT. */
enum status cross_check(const struct lab *lab, const char *file);

#endif
