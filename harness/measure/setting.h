/* The setting of a measurement: what all its blocks, rounds and samples share. */
#ifndef FORTYFOLD_MEASURE_SETTING_H
#define FORTYFOLD_MEASURE_SETTING_H

#include <stdbool.h>

#include "model/event.h"
#include "model/lab.h"
#include "model/plan.h"
#include "model/run.h"

/* A sample of short calls takes about this long (field: shorter samples drown in clock noise,
 * longer ones are hit by other processes more often). */
#define SETTING_TARGET_S 0.005

/* Copies of the arguments for the calls of one sample may take this much memory. */
#define SETTING_POOL_BYTES (UINT64_C(64) << 20)

struct setting {
    const struct lab *lab;
    const struct plan *plan;
    const struct run *run; /* what is there already; kept up to date by an observer */
    const struct observer *observers;
    size_t observers_count;
    /* Asked between blocks where the plan has a precision: are the figures known to it? */
    bool (*enough)(void *context);
    void *enough_context;
    /* The processor of the harness and of every worker with one thread, −1: any. On one processor a
     * command wakes no other (measured: 10 µs instead of 75), and a sample does not migrate. */
    int cpu;
    double spent_s; /* by earlier parts of a resumed run, counted against the budget */
};

/* Tells an event to every observer. */
enum status setting_tell(const struct setting *setting, const struct event *event);

#endif
