/* Fields: reading the keys of a TOML table (as JSON) into a struct, by a table of what is allowed.
 *
 * Every complaint names the file and the key with its path ("variant[2].file"), says what was
 * found and what is wanted. Keys that no table has are refused: they are mostly misspelt.
 */
#ifndef FORTYFOLD_PLAN_FIELDS_H
#define FORTYFOLD_PLAN_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum field_type {
    FIELD_STRING,  /* char *, new; not empty */
    FIELD_NUMBER,  /* double, finite, ≥ 0 */
    FIELD_COUNT,   /* size_t, a whole number ≥ 1 */
    FIELD_OBJECT,  /* char *, new: the table as JSON text */
    FIELD_STRINGS, /* char **, new; its length is a size_t at `count_offset` */
    FIELD_SIZES,   /* size_t *, new; whole numbers ≥ 1, not empty; length at `count_offset` */
    FIELD_TABLE    /* a table that the caller reads itself */
};

struct field {
    const char *key;
    enum field_type type;
    bool required;
    size_t offset;       /* of the member in the struct */
    size_t count_offset; /* FIELD_STRINGS, FIELD_SIZES */
};

/* Where we are, for messages: the file and the path of the table ("", "problem", "variant[0]"). */
struct field_place {
    const char *file;
    const char *table;
};

/* Reads every field that `object` has into `into` (which is zeroed before by the caller, and owns
 * what was read even after a failure). STATUS_BAD_INPUT, STATUS_NO_MEMORY. */
enum status fields_read(const struct field_place *place, json_t *object, const struct field *fields,
                        size_t count, void *into);

/* Reports a bad value of place.key: "FILE: TABLE.KEY: MESSAGE". */
enum status fields_complain(const struct field_place *place, const char *key, const char *format,
                            ...) __attribute__((format(printf, 3, 4)));

#endif
