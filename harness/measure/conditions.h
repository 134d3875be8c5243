/* Conditions: what about a machine makes its figures less exact, in one table. A run reads it at
 * its start and over its length, and so does `doctor`.
 *
 * Units: seconds, bytes; "processors" is processor time over time, so that 1 is one processor busy
 * all the time. What the machine does not tell is NAN, −1 or NULL, and is no warning.
 *
 * Ownership: nothing is allocated. `root` (mostly "") stands before every path, so that tests can
 * bring their own /proc and /sys; it must outlive the surroundings.
 */
#ifndef FORTYFOLD_MEASURE_CONDITIONS_H
#define FORTYFOLD_MEASURE_CONDITIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measure/gauges.h"

/* What is known of a machine. The first part is read once, the second is what happened between
 * conditions_begin() and conditions_end(); NAN before that. */
struct surroundings {
    const char *root;
    struct settings settings;
    double load;             /* runnable processes, averaged over the last minute */
    double available_bytes;  /* memory that programs may still take */
    size_t processors_count; /* that this process may use */
    size_t threads_most;     /* of any variant; 0: no variants */
    struct counters begin;
    double window_s;
    double others_processors; /* used by processes that are not ours */
    double steal_processors;  /* given to other machines by the hypervisor */
    double stopped_share;     /* of the time a container's limit held us */
    double swapped_bytes;     /* to or from disk */
    double cooled_count;      /* how often a processor slowed down to cool down */
};

enum condition_state { CONDITION_UNKNOWN, CONDITION_FINE, CONDITION_WARNING };

enum { CONDITION_MESSAGE_SIZE = 256 };

struct condition {
    const char *code;    /* stable: results/FORMAT.md lists them */
    bool is_over_time;   /* judged after conditions_end() only */
    double limit;        /* what judge() compares with */
    const char *because; /* the reason for the limit, or why it matters where there is none */
    const char *remedy;
    /* `message` says what is so, in both states; "" where there is nothing to say. */
    enum condition_state (*judge)(const struct surroundings *at, double limit, char *message);
};

extern const struct condition conditions[];
extern const size_t conditions_count;

/* Reads the first part, and the counters. `threads_most`: of the variants that will run, or 0. */
void conditions_begin(const char *root, size_t threads_most, struct surroundings *out);

/* Reads the counters again and fills the second part. Windows below half a second tell nothing (the
 * counters advance in steps of 10 ms): it stays unknown. */
void conditions_end(struct surroundings *at);

/* Judges one condition. `message` has CONDITION_MESSAGE_SIZE bytes, and is always set. */
enum condition_state conditions_judge(const struct condition *condition,
                                      const struct surroundings *at, char *message);

#endif
