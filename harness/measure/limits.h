/* The machine's limits: how fast each kind of instruction goes, how fast memory is read, and what
 * that allows a kernel.
 *
 * Units: seconds an instruction, bytes a second, hertz.
 */
#ifndef FORTYFOLD_MEASURE_LIMITS_H
#define FORTYFOLD_MEASURE_LIMITS_H

#include <stdbool.h>

#include "base/status.h"
#include "kernels/pace.h"

/* Seconds between two instructions of each kind, on one core; NAN: there is none, or it has not
 * been measured. */
struct limits_paces {
    double s[PACE_KINDS];
};

/* Measures, on this thread, the kinds that are wanted (NULL: all) of a set: the best of rounds of
 * about 0.2 ms within `seconds` a kind, at
 * least one. The rounds of the kinds take turns. */
void limits_measure(const struct pace_set *set, const bool *wanted, double seconds,
                    struct limits_paces *paces);

/* Keeps the shorter of each kind's two. */
void limits_best(struct limits_paces *best, const struct limits_paces *other);

/* The seconds below which a unit of a kernel cannot be, by these paces: its instructions through
 * the FMA pipes, or through the divider, whichever takes longer. `bound` is set to its name. NAN,
 * and NULL, where the kernel has no demand or a pace is missing. */
double limits_unit_s(const struct kernel_demand *demand, const struct limits_paces *paces,
                     const char **bound);

/* The kinds that limits_unit_s() will look at. */
void limits_wanted(const struct kernel_demand *demand, bool wanted[PACE_KINDS]);

/* The set of paces of an instruction set, or NULL. */
const struct pace_set *limits_set(enum kernel_isa isa);

/* The clock, from the best of short rounds of dependent instructions within `seconds`. */
double limits_clock_hz(double seconds);

/* Reads `bytes` (a multiple of 1 KiB) of `block`, aligned to 64 bytes, again and again for
 * `seconds`: the best rate. */
double limits_read_bytes_per_s(const struct pace_set *set, const double *block, size_t bytes,
                               double seconds);

#endif
