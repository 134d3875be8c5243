/* Relative: samples as their distance from the median of their cell, so that all sizes and all
 * variants fit on one axis.
 *
 * Units: per cent: 3 is 3 % slower than the median.
 *
 * Ownership: nothing is kept.
 */
#ifndef FORTYFOLD_SHOW_RELATIVE_H
#define FORTYFOLD_SHOW_RELATIVE_H

#include "base/status.h"
#include "model/run.h"

struct relative_range {
    double low, high;
};

/* A sample of a cell that has a time. */
double relative_of(const struct cell *cell, const struct sample *sample);

/* The range that shows nearly all samples (from the 1st to the 98th percentile of those that count,
 * with some air): the few beyond are drawn at the edge, or one hiccup would flatten the rest.
 * STATUS_NO_MEMORY. */
enum status relative_range(const struct run *run, struct relative_range *range);

/* Draw every so many-th sample so that about `most` are drawn; 1 or more. */
size_t relative_stride(const struct run *run, size_t most);

/* How many samples the cells that have a time hold. */
size_t relative_samples_count(const struct run *run);

/* The note for the foot of the picture (how samples beyond the axis and
 * quarantined ones look, and what is thinned out). The caller frees it; NULL: no memory. */
char *relative_note(const struct run *run, size_t stride);

#endif
