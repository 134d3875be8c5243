/* A probe of the machine's noise: the same small piece of work again and again, by both clocks. */
#ifndef FORTYFOLD_MEASURE_PROBE_H
#define FORTYFOLD_MEASURE_PROBE_H

#include <stddef.h>

#include "base/status.h"
#include "measure/machine.h"

struct probe {
    double *real_s; /* one a piece, in the order of time */
    double *cpu_s;
    size_t count;
    double lasted_s;
    struct machine_reading taken; /* what the machine's counters advanced by meanwhile */
};

/* Works for about `seconds`, in pieces of about 5 ms (a sample's length). `progress` (may be NULL)
 * is called about ten times a second with the fraction that is done; an interrupt ends the probe
 * early. STATUS_NO_MEMORY. The caller frees with probe_free(). */
enum status probe_run(double seconds, void (*progress)(void *context, double fraction),
                      void *context, struct probe *out);

void probe_free(struct probe *probe);

#endif
