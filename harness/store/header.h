/* The part of a run that is known before it is measured, as JSON: id, command, host, software,
 * lab, plan. run.json and the first line of the log share it. */
#ifndef FORTYFOLD_STORE_HEADER_H
#define FORTYFOLD_STORE_HEADER_H

#include <jansson.h>

#include "model/run.h"

#define STORE_SCHEMA "fortyfold/1"

/* New JSON object, or NULL when there is no memory. Without "cells", "warnings", "order". */
json_t *header_to_json(const struct run *run);

/* Reads it back into an empty run and makes its (empty) cells. STATUS_BAD_INPUT when it is not of
 * our schema or lacks what the rest needs. The caller frees the run also after a failure. */
enum status header_from_json(const json_t *json, struct run *run);

/* The index of the variant of that name, or variants_count. */
size_t header_variant(const struct run *run, const char *name);

#endif
