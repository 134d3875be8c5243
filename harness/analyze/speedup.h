/* Speedups: what the samples of a run say, from the model to the model.
 *
 * The ratio of a round is baseline's time / candidate's time, for the same problem, seconds apart.
 * Its logarithm's median over the rounds of a block is the block's estimate: the median because
 * one disturbed sample must not decide. Blocks have fresh processes, and two processes of the same
 * code differ by more than the samples inside them (measured: 2–3 %), so the block is the unit:
 * the speedup is the mean of the blocks' estimates and its 95 % interval is Student's t over the
 * blocks, both taken in logarithms and given back as ratios. The quantile is speedup_coverage's, so
 * that at least 95 of 100 intervals hold the truth also where blocks are added until it is narrow.
 */
#ifndef FORTYFOLD_ANALYZE_SPEEDUP_H
#define FORTYFOLD_ANALYZE_SPEEDUP_H

#include "model/run.h"

extern const double speedup_coverage; /* 0.975: Student's interval that we call 95 % */

/* The speedup of a cell over a variant (an index; out of range: none) at its size, by both clocks,
 * with its verdict; not `present` where either failed or has no samples. Noise was marked.
 * STATUS_NO_MEMORY. */
enum status speedup_of_cell(const struct run *run, size_t against, const struct cell *cell,
                            struct speedup *speedup);

/* The ratio of two cells by one clock. `time` picks the clock's time from a sample. NAN where no
 * round has both; low and high are NAN for fewer than two blocks. */
enum status speedup_ratio(const struct cell *baseline, const struct cell *candidate,
                          double (*time)(const struct sample *sample), struct ratio *out);

/* Is the ratio known well enough? Its interval is narrower than `precision` (0.02: 2 %), or so far
 * from 1 that its verdict is clear. */
bool speedup_is_settled(const struct ratio *ratio, double precision);

/* The time of one call, seconds, in the same manner: blocks' medians, and their interval. */
enum status speedup_seconds(const struct cell *cell, struct ratio *out);

/* Faster when the whole interval is above 1, slower when it is below, else not resolved. */
enum verdict speedup_verdict(const struct ratio *ratio);

double speedup_real_s(const struct sample *sample);
double speedup_cpu_s(const struct sample *sample);

#endif
