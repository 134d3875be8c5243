/* Programs: whole commands that are timed side by side, and what each of their runs took.
 *
 * Units: seconds and bytes of one whole process with all the descendants that it waited for (the
 * kernel's account, getrusage(2)); its peak memory is that of the largest single process of them.
 * Ratios are the first command's time / this one's, so that above 1 is faster.
 *
 * Ownership: `programs` owns every command, text and run in it; programs_free() releases them.
 */
#ifndef FORTYFOLD_MODEL_PROGRAMS_H
#define FORTYFOLD_MODEL_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "model/run.h"

struct program_run {
    uint32_t round;
    uint32_t position; /* in the round: 0 went first */
    double real_s;
    double user_s;
    double sys_s;
    double cpu_s; /* user and sys; the kernel knows the sum better than how it divides */
    uint64_t peak_bytes;
    uint64_t minor_faults_count; /* pages given without reading a disk */
    uint64_t major_faults_count; /* pages read from a disk */
    int exit_status;             /* 0 … 255; −1 when a signal ended it */
    int signal;                  /* that ended it, or 0 */
};

enum program_quantity {
    PROGRAM_REAL,
    PROGRAM_USER,
    PROGRAM_SYS,
    PROGRAM_CPU,
    PROGRAM_PEAK, /* bytes */
    PROGRAM_QUANTITIES
};

struct program_spread {
    double best, median, worst;
    double mean, stddev;
    double mad; /* median absolute deviation from the median, not scaled */
};

struct program {
    char **words; /* ends with NULL */
    char *title;  /* the words as a line */
    struct program_run *runs;
    size_t runs_count;
    enum cell_status status; /* CELL_OK, CELL_CRASHED, CELL_ERROR (exit status) or CELL_TIMEOUT */
    char *reason;            /* NULL when ok */
    size_t failures_count;   /* runs whose exit status was not 0, where these are ignored */
    /* Derived by analyze/: */
    struct program_spread spread[PROGRAM_QUANTITIES];
    struct ratio real, cpu; /* against the first command */
    enum verdict verdict;
};

struct programs {
    struct program *list; /* the first is the baseline */
    size_t count;
    size_t rounds_count; /* planned runs of each */
    size_t warmup_count;
    uint64_t seed;
    uint64_t
        floor_bytes; /* a peak at or below this is the harness's own trace, not the command's */
    bool interrupted;
};

/* Adds a command; `words` is owned from here on, also after a failure. STATUS_NO_MEMORY. */
enum status programs_add(struct programs *programs, char **words);

/* Appends a run; STATUS_NO_MEMORY. */
enum status program_add_run(struct program *program, const struct program_run *run);

/* Marks a command as failed, unless it failed before. `reason` is owned (NULL: no memory). */
enum status program_fail(struct program *program, enum cell_status status, char *reason);

/* One quantity of a run. */
double program_value(const struct program_run *run, enum program_quantity quantity);

/* "real", "user", "sys", "cpu", "peak memory". */
const char *program_quantity_name(enum program_quantity quantity);

/* NULL and all zero are legal. */
void programs_free(struct programs *programs);

#endif
