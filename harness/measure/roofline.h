/* Measures a roofline: paces, bandwidth, and each kernel beside the paces that bound it. */
#ifndef FORTYFOLD_MEASURE_ROOFLINE_H
#define FORTYFOLD_MEASURE_ROOFLINE_H

#include "model/roofline.h"

struct roofline_watcher {
    void (*progress)(void *context, double fraction, const char *what); /* may be NULL */
    void *context;
};

/* Takes about 8 seconds, the same on a machine with many cores. Whoever calls has one thread; those
 * that are started here have ended on return. The caller frees the roofline also after a failure.
 * STATUS_NO_MEMORY, STATUS_IO (no threads), STATUS_INTERRUPTED. */
enum status roofline_measure(const struct roofline_watcher *watcher, struct roofline *roofline);

/* One kernel with a load of the lab's size, on this thread, pinned by the caller: fills in its
 * unit_s, limit_s and bound. STATUS_NO_MEMORY. */
struct kernel;
enum status workload_measure(const struct kernel *kernel, double seconds,
                             struct roofline_kernel *out);

#endif
