/* Attempt: what a check found, in words for whoever wrote the program, and as JSON for scripts.
 *
 * Ownership: nothing is kept; `out` stays open.
 */
#ifndef FORTYFOLD_SHOW_ATTEMPT_H
#define FORTYFOLD_SHOW_ATTEMPT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/status.h"
#include "model/attempt.h"

#define ATTEMPT_SCHEMA "fortyfold-check/1"

/* Prints whether the answers are right, the times beside the worked answer's, the verdict in one
 * sentence, and what to do next. No time is printed for an answer that is not right.
 * STATUS_NO_MEMORY. */
enum status attempt_print(const struct attempt *attempt, bool colour, FILE *out);

/* Prints one JSON object and a line end (results/FORMAT.md). STATUS_NO_MEMORY. */
enum status attempt_print_json(const struct attempt *attempt, FILE *out);

#endif
