/* An attempt: what a check found out about a student's program.
 *
 * Units: seconds, ratios (baseline's time / the program's, above 1 is faster), fractions of the
 * worked answer's logarithmic speedup (1: as fast as the worked answer; 0: as slow as the
 * baseline).
 *
 * Ownership: a trial owns its texts; trial_free() releases them. An attempt points into a lab, a
 * plan and a run, which outlive it.
 */
#ifndef FORTYFOLD_MODEL_ATTEMPT_H
#define FORTYFOLD_MODEL_ATTEMPT_H

#include <stdbool.h>

#include "model/lab.h"
#include "model/run.h"

/* Answers without a clock: the program is given small problems, and each answer is compared with
 * the oracle's. */
struct trial {
    enum cell_status status; /* CELL_OK: all were right */
    char *reason;            /* NULL when ok */
    size_t size;             /* of the problem that it failed on; 0: not even that far */
    uint64_t seed;
    size_t right_count; /* problems answered rightly */
    char *printed;      /* the end of what it printed; NULL or "" */
};

enum score_verdict {
    SCORE_REACHED,
    SCORE_NOT_REACHED,
    SCORE_NOT_RESOLVED,
    SCORE_NO_SCALE, /* the worked answer is not shown to be faster here: nothing to measure by */
    SCORE_VERDICTS_COUNT
};

/* How far a program has come from the baseline towards the worked answer. */
struct score {
    struct ratio yours, solution; /* over the baseline */
    double fraction, low, high;   /* log yours / log solution, with its 95 % interval; may be NAN */
    double target;                /* the fraction that is asked for */
    double target_ratio;          /* the same as a speedup on this machine: solution ^ target */
    bool by_cpu;                  /* which clock */
    enum score_verdict verdict;
};

enum attempt_answer {
    ATTEMPT_REACHED,
    ATTEMPT_NOT_REACHED,
    ATTEMPT_NOT_RESOLVED,
    ATTEMPT_WRONG,
    ATTEMPT_FAILED, /* it crashed, hung, ran out of memory or raised an exception */
    ATTEMPT_ANSWERS_COUNT
};

struct attempt {
    const char *lab_name;  /* as it was typed, for commands that can be typed again */
    const char *file;      /* likewise */
    const struct lab *lab; /* arranged (model/exercise.h) */
    const struct run *run; /* NULL: it came to no measurement */
    uint64_t seed;
    char *parameters; /* of every problem; JSON object, not owned */
    struct trial trial;
    struct score score; /* meaningful when run is there and the program's cell is ok */
    enum attempt_answer answer;
    /* Of an answer WRONG or FAILED: */
    enum cell_status status;
    const char *reason;
    size_t size;           /* 0: before any problem */
    uint64_t problem_seed; /* 0: not known */
};

/* "reached", "not reached", "not resolved", "wrong", "failed"; never NULL. */
const char *attempt_answer_name(enum attempt_answer answer);

void trial_free(struct trial *trial);

#endif
