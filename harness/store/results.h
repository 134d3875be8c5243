/* Results: FOLDER/run.json and FOLDER/samples.csv (CONTRACT.md, results/FORMAT.md). */
#ifndef FORTYFOLD_STORE_RESULTS_H
#define FORTYFOLD_STORE_RESULTS_H

#include <stdio.h>

#include "model/run.h"

/* Writes run.json and samples.csv, each whole or not at all. The run must have been analysed. */
enum status results_write(const struct run *run, const char *folder);

/* The text of run.json to a stream. */
enum status results_print(const struct run *run, FILE *out);

/* Reads folder/run.json, or a path that ends with .json, into an empty run; what is derived
 * (summaries, speedups) is left for analyze_run(). STATUS_BAD_INPUT. The caller frees the run also
 * after a failure. */
enum status results_read(const char *path, struct run *run);

#endif
