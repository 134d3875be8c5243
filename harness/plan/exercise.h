/* The table [exercise] of a lab.toml. */
#ifndef FORTYFOLD_PLAN_EXERCISE_H
#define FORTYFOLD_PLAN_EXERCISE_H

#include <jansson.h>

#include "model/lab.h"

/* Reads it from `root`, where there is one, into lab->exercise; the variants were read before, and
 * `file` is the name of the lab.toml, for messages. STATUS_BAD_INPUT, STATUS_NO_MEMORY. */
enum status lab_read_exercise(const char *file, json_t *root, struct lab *lab);

#endif
