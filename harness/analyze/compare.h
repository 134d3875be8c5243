/* Compare: two runs, cell by cell, from the model to the model.
 *
 * Nothing pairs the samples of two runs: they were taken at other times, in other processes, often
 * on other problems. Between them the machine changes its speed, and the same code measured an hour
 * apart was seen to differ by a factor of 1.9. So what is compared is not times but speedups over
 * the baseline that both runs have: each of them is paired within its own run, and a machine that
 * was slower for both sides leaves them as they were. The baseline itself is then the measure, and
 * is not judged; neither is a cell without it. Times are compared on request, or where the runs
 * share no baseline.
 *
 * The unit is the block: its estimate is the median of the logarithms of its rounds' ratios (or
 * times), the two runs' estimates are two independent groups, and the interval of the difference of
 * their means is Welch's (the groups may spread differently: another load), with the degrees of
 * freedom of Welch and Satterthwaite, and with the coverage of a speedup's interval, for the same
 * reason. What no interval from the two runs can hold is what changed unequally between them.
 *
 * Units: times are seconds of a call, CPU time where it is all the time that a variant takes (by
 * the rule for speedups: one thread, neither sleeping nor waiting, in both runs), else real time; a
 * ratio is above 1 where the new run is faster: old time / new time, or new speedup / old speedup.
 * NAN: there is none.
 *
 * Ownership: a comparison points into the two runs, which outlive it; compare_free() releases its
 * own arrays.
 */
#ifndef FORTYFOLD_ANALYZE_COMPARE_H
#define FORTYFOLD_ANALYZE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/run.h"

enum compare_verdict {
    COMPARE_FASTER,
    COMPARE_SLOWER,
    COMPARE_UNCHANGED, /* the whole interval is within the threshold */
    COMPARE_NOT_RESOLVED,
    COMPARE_NOT_JUDGED, /* the baseline, or a cell without one: its time is told, without verdict */
    COMPARE_VERDICT_COUNT
};

enum compare_basis { COMPARE_SPEEDUPS, COMPARE_TIMES };

/* The mean difference of two independent groups. */
struct welch {
    double difference; /* mean of the first − mean of the second; NAN where one is empty */
    double half;       /* half of the interval; NAN unless both groups have two numbers */
    double freedom;    /* degrees of freedom, as half */
};

struct compare_cell {
    const char *variant;
    size_t size;
    const struct cell *before, *after; /* NULL: this run has no such cell */
    bool compared;                     /* both are ok and have samples */
    bool by_speedup;                   /* the ratio is one of speedups, not of times */
    bool by_cpu;                       /* which clock the ratio uses */
    size_t blocks_before, blocks_after;
    struct ratio ratio;
    double freedom;
    enum compare_verdict verdict; /* meaningful when compared */
};

struct comparison {
    const struct run *before, *after;
    double threshold; /* 0.02: changes below 2 % do not count */
    struct compare_cell *cells;
    size_t cells_count;
    const char *reference; /* the shared baseline; NULL: times are compared. The new run's */
    size_t compared_count;
    size_t judged_count;                  /* of these, with a verdict */
    size_t counts[COMPARE_VERDICT_COUNT]; /* of the cells that were compared */
    size_t broken_count;                  /* ok in the old run, failed (not skipped) in the new */
    struct ratio mean;                    /* geometric mean of the ratios that were judged */
};

/* Groups that do not vary at all give a half of 0. NULL is legal for an empty group. */
struct welch compare_welch(const double *first, size_t first_count, const double *second,
                           size_t second_count, double coverage);

/* Slower: the new time is longer by more than the threshold, over the whole interval. Faster: the
 * same the other way round. A ratio without interval is not resolved. */
enum compare_verdict compare_judge(const struct ratio *ratio, double threshold);

/* The words "faster", "slower", "unchanged", "not resolved"; never NULL. */
const char *compare_verdict_name(enum compare_verdict verdict);

/* Whether the cell had an answer in the old run and has a wrong one, or none, in the new. A cell
 * that the new run skipped is not broken: nothing was tried. */
bool compare_is_broken(const struct compare_cell *cell);

/* Compares every cell that is in either run, in the order of the new run, then of the old. Both
 * were analysed. `threshold` is at least 0. STATUS_NO_MEMORY. The caller frees the comparison also
 * after a failure. */
enum status compare_runs(const struct run *before, const struct run *after,
                         enum compare_basis basis, double threshold, struct comparison *comparison);

/* `comparison` may be NULL, or all zero. */
void compare_free(struct comparison *comparison);

#endif
