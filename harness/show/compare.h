/* Compare: two runs side by side, for a terminal, for Markdown, for a program.
 *
 * Units: texts carry their units; JSON has seconds, and names them.
 *
 * Ownership: nothing is kept; `out` stays open.
 */
#ifndef FORTYFOLD_SHOW_COMPARE_H
#define FORTYFOLD_SHOW_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/status.h"
#include "model/run.h"

enum compare_format { COMPARE_TEXT, COMPARE_JSON, COMPARE_MARKDOWN, COMPARE_FORMAT_COUNT };

enum compare_style {
    COMPARE_STYLE_GOOD,
    COMPARE_STYLE_BAD,
    COMPARE_STYLE_UNSURE,
    COMPARE_STYLE_PLAIN
};

/* One cell of either run. */
struct compare_row {
    const char *variant;
    size_t size;
    const struct cell *before, *after; /* NULL: this run has no such cell */
    bool compared;                     /* else the rest but `broken` means nothing */
    bool broken;                       /* right in the old run, failed in the new */
    struct ratio ratio;                /* old time / new time, or new speedup / old speedup */
    bool by_speedup;
    bool by_cpu; /* the ratio is one of CPU times */
    double freedom;
    size_t blocks_before, blocks_after;
    const char *verdict;
    enum compare_style style;
};

/* What differs between the runs beside their times. */
struct compare_difference {
    const char *what, *because, *before, *after;
    bool forbids; /* compared all the same, because of --force */
};

struct compare_view {
    const struct run *before, *after;
    const char *reference; /* the baseline whose speedups are compared; NULL: times are */
    double threshold;      /* 0.02 is 2 % */
    const struct compare_row *rows;
    size_t rows_count;
    const struct compare_difference *differences;
    size_t differences_count;
    struct ratio mean; /* geometric; NAN: nothing was compared */
    size_t faster_count, slower_count, unchanged_count, not_resolved_count, broken_count;
    size_t not_judged_count;
    const char *answer; /* "slower", "not slower" or "not resolved" */
};

/* Finds a format by the word of --format: "table", "json", "markdown". False: none of these. */
bool compare_format_find(const char *name, enum compare_format *format);

/* Prints the comparison: what was compared and how, a row a cell, the cells that have no ratio
 * with the reason, the geometric mean, the warnings. `colour` is for COMPARE_TEXT.
 * STATUS_NO_MEMORY; STATUS_IO when `out` cannot be written. */
enum status compare_print(const struct compare_view *view, enum compare_format format, bool colour,
                          FILE *out);

#endif
