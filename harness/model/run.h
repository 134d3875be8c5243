/* A run: everything that was measured, and what follows from it (CONTRACT.md, "A run").
 *
 * Units: seconds (per call, where it is a time of the variant), bytes, counts; ratios are
 * baseline's time / candidate's time, so that above 1 is faster. A quantity that is not known is
 * NAN (double) or NULL (string).
 *
 * Ownership: a run owns every string and array in it; run_free() releases them. The samples of a
 * cell have one owner, the cell.
 */
#ifndef FORTYFOLD_MODEL_RUN_H
#define FORTYFOLD_MODEL_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "model/plan.h"

enum cell_status {
    CELL_OK,
    CELL_WRONG,
    CELL_CRASHED,
    CELL_TIMEOUT,
    CELL_OUT_OF_MEMORY,
    CELL_ERROR,
    CELL_SKIPPED,
    CELL_STATUS_COUNT
};

enum verdict { VERDICT_FASTER, VERDICT_SLOWER, VERDICT_NOT_RESOLVED, VERDICT_COUNT };

struct sample {
    uint32_t block;
    uint32_t round;    /* in the block */
    uint32_t position; /* in the round: 0 went first */
    uint32_t involuntary_switches_count;
    double real_s; /* this and the next three per call */
    double user_s;
    double sys_s;
    double cpu_s;
    /* What disturbed it, over all its calls, not per call; NAN where unknown: */
    float steal_s;    /* the hypervisor gave the machine's processors to others */
    float pressure_s; /* some process on the machine had to wait for a processor (PSI) */
    float delayed_s;  /* the sample itself waited for a processor */
    float others_s;   /* processor time that other processes used meanwhile */
    uint32_t major_faults_count, minor_faults_count;
    /* Its results against the oracle's: */
    double residual;         /* largest |x − e| of the results that were compared */
    float residual_relative; /* largest |x − e| / |e|, over the elements with e ≠ 0 */
    uint32_t calls_count;    /* in it; 0 in old runs: then the cell's. (Here no room is lost.) */
    const char *quarantined; /* NULL, or why it is left out; a constant, not owned */
};

struct summary {
    double best_s; /* best of r, as timeit gives it */
    double median_s;
    double mean_s;
    double stddev_s;         /* n − 1; NAN for one sample */
    double mad_s;            /* median absolute deviation, not scaled */
    double user_s;           /* median */
    double sys_s;            /* median */
    double cpu_s;            /* median */
    uint64_t peak_rss_bytes; /* VmHWM, largest over the workers */
};

struct ratio {
    double ratio; /* NAN: none */
    double low;   /* NAN: no interval (one block) */
    double high;
};

struct speedup {
    bool present;      /* false: the baseline has no time at this size, or this cell has none */
    struct ratio real; /* by real time */
    struct ratio cpu;  /* by CPU time; NAN when either side uses threads */
    double confidence; /* 0.95 */
    bool by_cpu;       /* which of the two the verdict and the table use */
    enum verdict verdict;
};

struct residual {
    double max_absolute;
    double max_relative;
};

/* What happened in a worker before its first sample. */
struct worker_times {
    double startup_s;    /* from fork to an interpreter that answers */
    double import_s;     /* importing the variant's file */
    double first_call_s; /* the first call of the function */
    double warmup_s;     /* warming up and calibrating */
};

struct cell {
    size_t variant; /* index into run->variants */
    size_t size;
    enum cell_status status;
    char *reason; /* NULL when ok; else one or more lines: what happened, the end of a traceback */
    uint64_t calls_per_sample_count;
    struct sample *samples;
    size_t samples_count;
    size_t samples_capacity;
    uint64_t peak_rss_bytes;
    double limit_s;    /* below which no call of its kernel can be on this machine; 0: not known */
    const char *bound; /* "fma" or "divider", a constant; NULL: not known */
    struct worker_times *workers; /* one for each block's worker */
    size_t workers_count;
    struct worker_times times; /* medians over the workers */
    /* Derived by analyze/, valid when status is CELL_OK: */
    struct summary summary;
    struct speedup speedup;
    struct speedup step; /* the same against the variant that this one comes after */
    struct residual residual;
};

struct run_variant {
    char *name;
    char *label;
    char *after;               /* the variant that this one changes in one thing; NULL: not said */
    char *interpreter;         /* NULL: the distribution's python3, as in `software` */
    char *interpreter_version; /* as that program told it; NULL: it has not been started */
    size_t threads;
    size_t max_size;
};

struct host {
    char *hostname, *cpu, *isa, *kernel, *os, *governor, *virtualised;
    size_t cores_count;
    uint64_t memory_bytes;
};

struct software {
    char *fortyfold, *git_commit, *python, *python_executable, *python_host, *numpy, *compiler,
        *cflags;
};

/* How a variant's time grows with the size (analyze/curves.h). NAN: not known. */
struct fit {
    size_t variant;                               /* index into run->variants */
    double exponent, exponent_low, exponent_high; /* time ∝ size^exponent */
    double misfit_ratio;                          /* the median farthest off that law, 0.03: 3 % */
    double fixed_s, fixed_low_s, fixed_high_s;    /* what a call costs whatever the size */
    bool by_cpu;
};

/* Above this size one variant is faster than another, below it is slower. */
struct crossover {
    size_t faster, slower; /* indices into run->variants; at sizes above `size` */
    double size, low, high;
    bool by_cpu;
};

struct warning {
    char *code;    /* "one-block" */
    char *message; /* what is so */
    char *remedy;  /* what to do */
    /* True: of the machine while it measured (measure/conditions.h), observed and stored. False: it
     * follows from the samples, and is found anew by every analysis. */
    bool is_observed;
};

/* A variant of the run measured against itself at its end; its ratio is NAN where that was not done
 * (only long runs do). */
enum { CONTROL_BLOCKS = 5, CONTROL_SAMPLES = 10 }; /* samples in each block */

struct control {
    size_t variant;
    size_t size;
    struct ratio ratio;
};

/* One round as it was run: the variants in the order in which they took their sample. */
struct round_order {
    uint32_t block;
    uint32_t round;
    size_t size;
    const uint16_t *variants; /* in a page of the run's */
    size_t variants_count;
};

/* The orders of many rounds, one after the other: an allocation a round would cost ten times the
 * numbers. */
struct order_page {
    struct order_page *older;
    size_t used;
    uint16_t variants[4096];
};

struct run {
    char *id;
    char *started;  /* RFC 3339 */
    char *finished; /* NULL: not finished */
    char *command;
    char *folder; /* where run.json is; not stored */
    struct host host;
    struct software software;
    char *lab_name, *lab_title, *lab_folder, *lab_summary;
    size_t baseline; /* index into variants */
    double tolerance_absolute, tolerance_relative;
    struct run_variant *variants; /* every variant of the lab, lab.toml's order */
    size_t variants_count;
    struct plan plan;
    const char *ended_by; /* "plan", "precision", "budget" or "interrupt"; a constant */
    size_t blocks_done;
    struct round_order *order;
    struct order_page *order_pages; /* the newest first */
    size_t order_count, order_capacity;
    struct cell *cells; /* variant by variant (plan order), sizes ascending */
    size_t cells_count;
    struct control control;
    struct warning *warnings;
    size_t warnings_count;
    /* Derived by analyze/: */
    struct fit *fits; /* one for each variant of the plan, in its order */
    size_t fits_count;
    struct crossover *crossovers;
    size_t crossovers_count;
};

/* The contract's words, "ok" … and "faster" …; never NULL. */
const char *cell_status_name(enum cell_status status);
const char *verdict_name(enum verdict verdict);

/* The smallest speedup that an interval as wide as this one sets apart from 1: 1.02 for 2 %. */
double ratio_smallest(const struct ratio *ratio);

/* Makes the (empty) cells of the plan: variant by variant in the plan's order, sizes ascending.
 * STATUS_NO_MEMORY. */
enum status run_make_cells(struct run *run);

/* The cell of a variant (index) at a size, or NULL. */
struct cell *run_cell(const struct run *run, size_t variant, size_t size);

/* How many calls a sample had: each worker calibrates for itself, so that blocks differ. */
uint64_t cell_calls(const struct cell *cell, const struct sample *sample);

/* The index of the variant that this one comes after, or variants_count. */
size_t run_variant_after(const struct run *run, size_t variant);

/* Appends a sample; STATUS_NO_MEMORY. */
enum status cell_add_sample(struct cell *cell, const struct sample *sample);

/* Appends the times of one worker; STATUS_NO_MEMORY. */
enum status cell_add_worker(struct cell *cell, const struct worker_times *times);

/* Marks a cell as failed, unless it failed before. `reason` is copied. */
enum status cell_fail(struct cell *cell, enum cell_status status, const char *reason);

/* Appends a round's order (`variants` is copied). */
enum status run_add_order(struct run *run, uint32_t block, uint32_t round, size_t size,
                          const size_t *variants, size_t count);

/* Appends a warning unless one with this code is there. The texts are copied. */
enum status run_warn(struct run *run, const char *code, const char *message, const char *remedy);

/* The same for a condition of the machine. */
enum status run_observe(struct run *run, const char *code, const char *message, const char *remedy);

/* The fit of a variant (index), or NULL. */
const struct fit *run_fit(const struct run *run, size_t variant);

/* Releases the fits and the crossovers. */
void run_clear_curves(struct run *run);

/* Forgets the warnings that follow from the samples. */
void run_clear_warnings(struct run *run);

void run_free(struct run *run);

#endif
