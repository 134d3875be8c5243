/* Checks of an oracle's arguments: shapes and numbers, before any arithmetic.
 *
 * Shapes follow the canonical form of model/value.h: a shape ends at its first 0, so an array of
 * shape (0, 2) may arrive as (0).
 */
#ifndef FORTYFOLD_REFERENCE_CHECK_H
#define FORTYFOLD_REFERENCE_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "model/value.h"

/* Is this an array of that rank and shape (up to the first 0)? */
bool check_shape(const struct value *value, size_t rank, const size_t *shape);

/* Fails with STATUS_BAD_INPUT unless there are `expected` arguments. */
enum status check_count(const char *oracle, size_t count, size_t expected);

/* Fails with STATUS_BAD_INPUT, naming the argument and what it should be (`wanted`, for example
 * "an array of shape (N)"), unless the argument has that shape and all its numbers are finite. */
enum status check_array(const char *oracle, const char *argument, const struct value *value,
                        size_t rank, const size_t *shape, const char *wanted);

#endif
