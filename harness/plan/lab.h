/* Labs on disk: finding them, reading and checking their lab.toml. */
#ifndef FORTYFOLD_PLAN_LAB_H
#define FORTYFOLD_PLAN_LAB_H

#include "measure/process.h"
#include "model/lab.h"

/* The folder of a lab: `name` is one in labs/, or the path of any folder with a lab.toml.
 * STATUS_BAD_INPUT lists the labs there are. The caller frees *folder (absolute). */
enum status lab_find(const char *name, char **folder);

/* The names of the labs in labs/, sorted. The caller frees each and the array. */
enum status lab_names(char ***names, size_t *count);

/* Reads folder/lab.toml by way of a worker (any worker that runs no student code), checks every
 * key, and that each file it names is there. STATUS_BAD_INPUT: one line with file, place and
 * remedy. The caller frees *lab with lab_free(), also after a failure. */
enum status lab_read(struct worker *worker, const char *folder, struct lab *lab);

/* Reads any TOML file as a JSON text; syntax errors give file, line and column. */
enum status lab_read_toml(struct worker *worker, const char *path, char **json);

#endif
