/* Noise: which samples were polluted by something that is not the variant.
 *
 * A polluted sample is quarantined: kept, with the reason, and left out of the summary. A ratio of
 * CPU times leaves out only those whose CPU time suffered too (waiting does not count as CPU).
 */
#ifndef FORTYFOLD_ANALYZE_NOISE_H
#define FORTYFOLD_ANALYZE_NOISE_H

#include "model/run.h"

/* Why a sample is quarantined: constants, so that pointers can be compared. */
extern const char noise_preempted[]; /* it waited for a processor: its CPU time is still good */
extern const char noise_stolen[];
extern const char noise_faulted[];

/* Why this sample is polluted, or NULL. `calls` is how many calls it had. */
const char *noise_judge(const struct sample *sample, uint64_t calls);

/* Marks every sample of the run. Where more than half of a cell's samples are polluted, leaving
 * them out would leave a figure of luck: all count, and the run is warned. STATUS_NO_MEMORY. */
enum status noise_mark(struct run *run);

/* True when the variant computes all the time it takes: it neither sleeps nor waits for a device.
 * Its CPU time is then the time it needs. Median over the samples; needs delayed_s. */
bool noise_is_cpu_bound(const struct cell *cell);

#endif
