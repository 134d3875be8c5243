/* Export: a run in the formats of other projects, so that their tools can read it.
 *
 * Only cells with a verified time are exported, and of their samples those that were not
 * quarantined: no format has a word for a wrong answer, and a reader takes what it is given for a
 * time.
 *
 * Units: each format's own, named where it is made; times are of a call.
 *
 * Ownership: a set owns the names and texts in it; export_free() releases them.
 */
#ifndef FORTYFOLD_STORE_EXPORT_H
#define FORTYFOLD_STORE_EXPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "model/run.h"

struct export_file {
    char *name; /* in the folder; unique in its set */
    char *text;
};

struct export_set {
    struct export_file *files;
    size_t count;
};

struct export_format {
    const char *name;
    const char *reader; /* a command that reads the files */
    /* Adds the format's files to an empty set; none when no cell has a time. STATUS_NO_MEMORY. */
    enum status (*make)(const struct run *run, struct export_set *set);
};

/* pyperf: one file a variant, with a benchmark a size. compare_to pairs benchmarks of the same name
 * across files, and its test of significance needs equal counts: at a size each variant gives as
 * many samples as the one with the fewest has, spread evenly over the run. */
enum status export_make_pyperf(const struct run *run, struct export_set *set);
/* hyperfine: one file a variant (a curve over "n") and one file a size (its variants). */
enum status export_make_hyperfine(const struct run *run, struct export_set *set);
/* Google Benchmark: one file, in nanoseconds, an entry a sample. */
enum status export_make_gbench(const struct run *run, struct export_set *set);

/* The format of that name ("pyperf", "hyperfine", "gbench"), or NULL. */
const struct export_format *export_find(const char *name);

/* Whether a cell is exported: it is ok and a sample of it counts. */
bool export_has_time(const struct cell *cell);

/* Whether a sample counts: not quarantined, both times known, the real one above 0. */
bool export_counts(const struct sample *sample);

/* Adds a file. Bytes of `name` other than letters, digits and "._+=-" become "_", and a name that
 * is taken gets a number: a variant may be called what it likes. `text` is copied.
 * STATUS_NO_MEMORY. */
enum status export_add(struct export_set *set, const char *name, const char *ending,
                       const char *text);

/* As export_add, for a JSON document, of which it releases one reference also after a failure. */
enum status export_add_json(struct export_set *set, const char *name, json_t *json);

/* One line of a text without control characters and outer blanks, NULL when nothing is left (or no
 * memory). `text` may be NULL. The caller frees it. */
char *export_line(const char *text);

/* "2026-01-02T03:04:05+01:00" as "2026-01-02 03:04:05"; NULL when the run has no such date. The
 * caller frees it. */
char *export_date(const struct run *run);

/* Writes the files, each whole or not at all, into a folder that is made where it is missing.
 * Without `force`, nothing is written when one of them is there. STATUS_BAD_INPUT, STATUS_IO. */
enum status export_write(const struct export_set *set, const char *folder, bool force);

/* `set` may be NULL, or all zero. */
void export_free(struct export_set *set);

#endif
