/* The log: FOLDER/log.jsonl, one JSON object a line, appended as things happen.
 *
 * Line 1 is the run's header (store/header.h); every further line an event (model/event.h). A line
 * is written with one write(), so a kill loses at most the line being written, and a reader drops
 * a last line that has no end. run.json is derived from the run that this log rebuilds.
 */
#ifndef FORTYFOLD_STORE_LOG_H
#define FORTYFOLD_STORE_LOG_H

#include <stdint.h>

#include "model/event.h"
#include "model/run.h"

struct log {
    int fd;                /* −1: closed */
    const struct run *run; /* for the variants' names */
    uint64_t synced_ns;
    enum status failed; /* a write that failed: nothing is written after it */
};

/* Begins a log in a folder that has none. STATUS_IO. `run` must outlive the log. */
enum status log_create(const char *folder, const struct run *run, struct log *log);

/* Goes on with a log: reads folder/log.jsonl into an empty run (header, then every event), cuts
 * off a torn last line, and opens it for appending. *spent_s is the time between the first and the
 * last event. STATUS_BAD_INPUT when there is no log, or it is damaged before its end. */
enum status log_resume(const char *folder, struct run *run, struct log *log, double *spent_s);

/* An observer's function: appends the event. `context` is a struct log. */
enum status log_notice(void *context, const struct event *event);

void log_close(struct log *log);

#endif
