/* Samples as JSON and back: one object a sample, the contract's names. */
#ifndef FORTYFOLD_STORE_SAMPLES_H
#define FORTYFOLD_STORE_SAMPLES_H

#include <jansson.h>

#include "model/run.h"

json_t *sample_to_json(const struct sample *sample);
void sample_from_json(const json_t *json, struct sample *sample);

/* The status of that name; CELL_ERROR for a name that is none. */
enum cell_status sample_cell_status(const char *name);

#endif
