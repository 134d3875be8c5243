/* Parts of a lab.toml that its readers share (plan/lab.c, plan/exercise.c). `place` is where
 * we are, for messages. */
#ifndef FORTYFOLD_PLAN_LAB_PARTS_H
#define FORTYFOLD_PLAN_LAB_PARTS_H

#include <jansson.h>

#include "model/lab.h"
#include "plan/fields.h"

/* The file that `key` names must be in the lab's folder. STATUS_BAD_INPUT. */
enum status lab_need_file(const struct lab *lab, const struct field_place *place, const char *key,
                          const char *file);

/* A string of `object`, borrowed. STATUS_BAD_INPUT. */
enum status lab_need_string(const struct field_place *place, json_t *object, const char *key,
                            const char **text);

/* A table of `root`, borrowed. STATUS_BAD_INPUT. */
enum status lab_need_table(const struct field_place *place, json_t *root, const char *key,
                           json_t **table);

/* The key `oracle` of a table: "reference:NAME", "file:FILE.py" (which must be there) or
 * "variant:NAME"; *oracle is new, without its prefix. STATUS_BAD_INPUT. */
enum status lab_read_oracle(const struct field_place *place, json_t *table, const struct lab *lab,
                            enum oracle_kind *kind, char **oracle);

#endif
