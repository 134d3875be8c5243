/* How many calls one sample takes, and warming up for it. */
#ifndef FORTYFOLD_WORKER_CALIBRATE_H
#define FORTYFOLD_WORKER_CALIBRATE_H

#include <stdbool.h>
#include <stdint.h>

#include "python.h"

struct calibration {
    double first_call_s; /* the very first call of the function in this process */
    double call_s;       /* one call, warm; an estimate */
    double warmup_s;     /* what followed the first call: warming up and calibrating */
    uint64_t calls;      /* a sample of so many calls takes about the target, at least 1 */
};

/* Calls the loaded function until it is warm, then finds how many calls take `target_s`, bounded
 * so that the pool of argument copies stays below `pool_bytes`. False: Python raised. */
bool calibrate(const struct problem *problem, double target_s, uint64_t pool_bytes,
               struct calibration *out);

#endif
