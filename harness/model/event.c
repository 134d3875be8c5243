#include "model/event.h"

#include <stdlib.h>
#include <string.h>

static enum status apply_round(const struct event *event, struct run *run)
{
    for (size_t i = 0; i < event->count; i++) {
        struct cell *cell = run_cell(run, event->order[i], event->size);
        if (cell == NULL) {
            return status_fail(STATUS_BAD_INPUT, "a round names a cell that the plan has not");
        }
        enum status status = cell_add_sample(cell, &event->samples[i]);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return run_add_order(run, event->block, event->round, event->size, event->order, event->count);
}

/* Every worker of a variant runs in the same program: the first one's word is kept. */
static enum status keep_interpreter(const char *version, struct run_variant *variant)
{
    if (version == NULL || variant->interpreter_version != NULL) {
        return STATUS_OK;
    }
    variant->interpreter_version = strdup(version);
    return variant->interpreter_version != NULL
               ? STATUS_OK
               : status_fail(STATUS_NO_MEMORY, "no memory for an interpreter's version");
}

enum status event_apply(const struct event *event, struct run *run)
{
    enum status status;
    struct cell *cell = run_cell(run, event->variant, event->size);
    switch (event->kind) {
    case EVENT_ROUND:
        return apply_round(event, run);
    case EVENT_BLOCK:
        run->blocks_done = event->block + 1;
        return STATUS_OK;
    case EVENT_WARNING:
        return run_observe(run, event->code, event->reason, event->remedy);
    case EVENT_STEP:
        return STATUS_OK;
    default:
        break;
    }
    if (cell == NULL) {
        return status_fail(STATUS_BAD_INPUT, "an event names a cell that the plan has not");
    }
    switch (event->kind) {
    case EVENT_WORKER:
        cell->calls_per_sample_count = event->calls_count;
        status = keep_interpreter(event->interpreter, &run->variants[event->variant]);
        return status != STATUS_OK
                   ? status
                   : cell_add_worker(cell,
                                     &(struct worker_times){event->startup_s, event->import_s,
                                                            event->first_call_s, event->warmup_s});
    case EVENT_PEAK:
        if (event->peak_rss_bytes > cell->peak_rss_bytes) {
            cell->peak_rss_bytes = event->peak_rss_bytes;
        }
        return STATUS_OK;
    case EVENT_LIMIT:
        if (event->limit_s > 0 && (cell->limit_s == 0 || event->limit_s < cell->limit_s)) {
            cell->limit_s = event->limit_s;
            cell->bound = strcmp(event->reason, "divider") == 0 ? "divider" : "fma";
        }
        return STATUS_OK;
    case EVENT_FAILED:
        return cell_fail(cell, event->status, event->reason);
    default:
        return STATUS_OK;
    }
}
