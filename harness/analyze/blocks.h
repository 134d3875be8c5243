/* Blocks: one value for each block of fresh processes, the unit of every interval.
 *
 * Two processes of the same code differ by more than the samples inside them, so whatever has an
 * interval is computed once for each block, and the interval is taken over these values.
 *
 * Units: natural logarithms of seconds a call, or of a ratio of two such times.
 *
 * Ownership: nothing is kept.
 */
#ifndef FORTYFOLD_ANALYZE_BLOCKS_H
#define FORTYFOLD_ANALYZE_BLOCKS_H

#include "model/run.h"

struct block_log {
    uint32_t block;
    double log;
};

/* The median over a block's rounds of the logarithm of baseline's time / candidate's time, or of
 * the candidate's time where `baseline` is NULL. Rounds with a quarantined sample do not count;
 * blocks without a round that does are left out. `out` has room for as many as the candidate has
 * samples. STATUS_NO_MEMORY. */
enum status blocks_logs(const struct cell *baseline, const struct cell *candidate,
                        double (*time)(const struct sample *sample), struct block_log *out,
                        size_t *count);

#endif
