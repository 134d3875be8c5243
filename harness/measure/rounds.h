/* Rounds: carries out a plan.
 *
 * For each block and size: a fresh worker for each variant, warm and calibrated; then rounds. In a
 * round every variant gets the same problem, its arguments are made, and then the variants take
 * one sample each, back to back, in the plan's order. Each sample's results are compared with the
 * oracle's answer, which was computed before. What happens is told to observers as it happens.
 *
 * A variant that fails is told once (EVENT_FAILED), loses its worker, and is left out from there
 * on at that size; if it hung, at larger sizes too.
 */
#ifndef FORTYFOLD_MEASURE_ROUNDS_H
#define FORTYFOLD_MEASURE_ROUNDS_H

#include <stdbool.h>

#include "model/event.h"
#include "model/lab.h"
#include "model/plan.h"
#include "model/run.h"

/* A sample of short calls takes about this long (field: shorter samples drown in clock noise,
 * longer ones are hit by other processes more often). */
#define ROUNDS_TARGET_S 0.005

/* Copies of the arguments for the calls of one sample may take this much memory. */
#define ROUNDS_POOL_BYTES (UINT64_C(64) << 20)

struct rounds {
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

/* Why the rounds ended: *ended_by is "plan", "precision", "budget" or
 * "interrupt". A failure of a variant is
 * no failure here. STATUS_BAD_INPUT: the lab's problem or oracle fails; STATUS_TOOL, STATUS_IO,
 * STATUS_NO_MEMORY: the harness cannot go on. */
enum status rounds_run(const struct rounds *rounds, const char **ended_by);

/* Tells an event to every observer. */
enum status rounds_tell(const struct rounds *rounds, const struct event *event);

#endif
