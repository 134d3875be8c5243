/* How far a run is, for the progress bar: an observer of events.
 *
 * Work is counted in seconds: a size that was measured in an earlier block costs what it cost
 * there; one that was not yet costs more than the one before it by the square of their ratio (both
 * workloads grow with N or N²; a wrong guess is mended after the first block). */
#ifndef FORTYFOLD_COMMANDS_ESTIMATE_H
#define FORTYFOLD_COMMANDS_ESTIMATE_H

#include "model/event.h"
#include "show/progress.h"

struct estimate {
    const struct run *run;
    struct progress *progress;
    double *costs_s; /* one a size: what a block's part of that size took; 0: not known */
    uint64_t size_began_ns;
    uint32_t block;
    size_t size_index;
    struct event step; /* the latest EVENT_STEP */
    bool going;
    size_t first_block; /* of this sitting */
};

enum status estimate_open(const struct run *run, struct progress *progress, struct estimate *out);
enum status estimate_notice(void *context, const struct event *event);
/* Moves the bar on while a long sample runs; `context` is a struct estimate. */
void estimate_tick(void *context);

void estimate_close(struct estimate *estimate);

#endif
