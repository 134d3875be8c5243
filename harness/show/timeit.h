/* The lines of `python3 -m timeit`, character by character: people and scripts read them.
 *
 * Units: seconds. */
#ifndef FORTYFOLD_SHOW_TIMEIT_H
#define FORTYFOLD_SHOW_TIMEIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/units.h"
#include "model/run.h"

struct timeit_style {
    const char *unit; /* "nsec", "usec", "msec" or "sec"; NULL: the largest that is not too large */
    int precision;    /* significant digits */
};

/* Whether timeit knows the unit. */
bool timeit_is_unit(const char *unit);

struct units_text timeit_time(double seconds, const struct timeit_style *style);

/* "20 loops -> 0.0123 secs": a step towards the number of loops. */
void timeit_print_step(uint64_t number, double seconds, const struct timeit_style *style,
                       FILE *out);

/* "raw times: 1.2 msec, 1.3 msec" and an empty line. */
void timeit_print_raw(const double *seconds, size_t count, const struct timeit_style *style,
                      FILE *out);

/* "20000 loops, best of 5: 12.3 usec per loop". `seconds` are of `number` loops each; `errors`
 * gets a warning where the worst took four times as long as the best. */
void timeit_print_best(uint64_t number, const double *seconds, size_t count,
                       const struct timeit_style *style, FILE *out, FILE *errors);

/* Ours: the time of a loop over fresh processes, with its interval where there is one. */
void timeit_print_median(const struct ratio *loop_s, size_t processes,
                         const struct timeit_style *style, FILE *out);

#endif
