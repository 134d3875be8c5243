/* What the runs of whole commands say: how each quantity spreads, and the paired speedups. */
#ifndef FORTYFOLD_ANALYZE_PROGRAMS_H
#define FORTYFOLD_ANALYZE_PROGRAMS_H

#include "model/programs.h"

/* Fills spread, ratios and verdict of every command. Every run is a fresh process, so a round is a
 * block of its own (see analyze/speedup.h): the speedup is the geometric mean of the rounds'
 * ratios, its 95 % interval Student's t over the rounds, in logarithms. A command that failed, and
 * the first, have no ratio. May be called again after more runs came. STATUS_NO_MEMORY. */
enum status analyze_programs(struct programs *programs);

#endif
