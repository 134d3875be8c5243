/* A lab: what a lab.toml says, after it was checked (CONTRACT.md, "A lab").
 *
 * Ownership: a lab owns every string and array in it; lab_free() releases them.
 * Parameters are kept as the text of a JSON object: the harness hands them on, it does not read
 * them. Optional strings are NULL where lab.toml has none, optional numbers are 0.
 */
#ifndef FORTYFOLD_MODEL_LAB_H
#define FORTYFOLD_MODEL_LAB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

enum oracle_kind { ORACLE_REFERENCE, ORACLE_FILE, ORACLE_VARIANT };

struct variant {
    char *name;
    char *label;         /* what a person reads; the name where lab.toml gives none */
    char *file;          /* relative to the lab's folder */
    char *function;      /* in that file */
    char *after;         /* the variant that this one changes in one thing; NULL: not said */
    char *interpreter;   /* a program that runs Python, found on PATH; NULL: the distribution's */
    size_t threads;      /* at least 1 */
    size_t max_size;     /* largest size it is run at; 0: no limit */
    char **requirements; /* modules or programs it needs ("requires"); may be NULL */
    size_t requirements_count;
};

struct preset {
    char *name;
    size_t *sizes; /* ascending, no duplicates, at least one, each above 0 */
    size_t sizes_count;
    char **variants; /* names; NULL: all of the lab's */
    size_t variants_count;
    char *parameters;   /* JSON object: overrides the problem's; never NULL */
    size_t blocks;      /* 0: the program's default */
    size_t samples;     /* 0: the program's default */
    double timeout_s;   /* 0: the program's default */
    double budget_s;    /* 0: none */
    size_t warmup_size; /* 0: warm up at the measured size */
    double minutes;     /* about how long it takes on a laptop; 0: under a minute */
};

/* What a student is to write. Where it says nothing of its own, the lab's holds. */
struct exercise {
    char *file; /* where the student begins; NULL: the lab has no exercise */
    char *solution;
    double target; /* fraction of the solution's log-speedup on this machine, above 0, at most 1 */
    char **hints;
    size_t hints_count;
    char *function; /* NULL: the baseline's */
    size_t threads; /* that the student's program and the solution may use, at least 1 */
    char *baseline; /* a variant's name, or a file; NULL: the lab's baseline */
    bool baseline_is_file;
    char *problem_file; /* NULL: the lab's problem, and its parameters */
    char *parameters;   /* JSON object; NULL: the first preset's */
    enum oracle_kind oracle_kind;
    char *oracle;                                  /* NULL: none of its own */
    double tolerance_absolute, tolerance_relative; /* NAN: the lab's */
    size_t size;                                   /* 0: the first preset's largest */
    size_t *trials; /* sizes at which answers are checked before any timing; NULL: 1, 2, 3, 7 */
    size_t trials_count;
};

struct lab {
    char *name;   /* the folder's name */
    char *folder; /* absolute */
    char *title;
    char *summary;
    char *tier; /* "hands-on", "demo" or "optional" */
    double minutes;
    size_t baseline;    /* index into variants */
    char *problem_file; /* has make(size, seed, **parameters) */
    char *parameters;   /* JSON object; never NULL */
    char *work;         /* JSON object: what a kernel does in a call (measure/bounds.h); or NULL */
    enum oracle_kind oracle_kind;
    char *oracle;              /* reference: the oracle's name; file: the path; variant: the name */
    double tolerance_absolute; /* a result x matches an expected e when */
    double tolerance_relative; /* |x − e| ≤ absolute + relative·|e| */
    struct preset *presets;
    size_t presets_count;
    struct variant *variants;
    size_t variants_count;
    struct exercise exercise;
};

/* Releases what the lab owns and empties it. NULL is legal. */
void lab_free(struct lab *lab);

/* The index of the variant of that name, or variants_count. */
size_t lab_variant_index(const struct lab *lab, const char *name);

#define LAB_CONTROL_SUFFIX "-again"

/* Adds a copy of a variant under the name NAME-again and makes the original the baseline: a
 * control, in which whatever differs is noise. STATUS_BAD_INPUT for an unknown name. */
enum status lab_add_control(struct lab *lab, const char *name);

/* The preset of that name, or NULL. */
const struct preset *lab_preset(const struct lab *lab, const char *name);

#endif
