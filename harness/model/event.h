/* Events: what happened during a run, one at a time, as it happened.
 *
 * Rounds tell them to observers: the run in memory (event_apply), the log on disk, the progress
 * bar. A log that is read back gives the same events, so a resumed run is in the same state.
 * Pointers in an event belong to whoever tells it and are valid only while it is told.
 */
#ifndef FORTYFOLD_MODEL_EVENT_H
#define FORTYFOLD_MODEL_EVENT_H

#include <stdint.h>

#include "model/run.h"

enum event_kind {
    EVENT_STEP,   /* about to do something with `variant` at `size`: for progress only */
    EVENT_WORKER, /* a worker is warm: startup_s … warmup_s, calls_count, hash_seed, interpreter */
    EVENT_ROUND,  /* one round of samples: order, samples, count */
    EVENT_PEAK,   /* a worker ended well: peak_rss_bytes */
    EVENT_FAILED,  /* a cell failed or is skipped: status, reason */
    EVENT_LIMIT,   /* what the machine allows a cell's kernel, just now: limit_s, reason (the bound)
                    */
    EVENT_BLOCK,   /* block `block` is complete */
    EVENT_WARNING, /* a condition of the machine: code, reason (the message), remedy */
    EVENT_KIND_COUNT
};

struct event {
    enum event_kind kind;
    uint32_t block;
    uint32_t round;
    uint32_t hash_seed;
    enum cell_status status;
    size_t size;
    size_t variant; /* index into the lab's variants */
    double startup_s, import_s, first_call_s, warmup_s;
    double limit_s; /* of a call */
    uint64_t calls_count;
    const size_t *order;          /* EVENT_ROUND: the variants in the order in which they ran */
    const struct sample *samples; /* EVENT_ROUND: one for each of `order` */
    size_t count;
    uint64_t peak_rss_bytes;
    const char *reason;
    const char *code, *remedy;
    const char *interpreter; /* the version of a variant's own; NULL: it has none */
};

struct observer {
    enum status (*notice)(void *context, const struct event *event);
    void *context;
};

/* Brings the run up to date with an event. Events of cells that the run does not have fail with
 * STATUS_BAD_INPUT. */
enum status event_apply(const struct event *event, struct run *run);

#endif
