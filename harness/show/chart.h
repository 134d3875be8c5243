/* Chart: what a picture shows, as numbers: one series a variant.
 *
 * Units: seconds, or ratios (baseline's time / variant's time). All values are positive; an
 * interval that is not known is NAN.
 *
 * Ownership: a chart owns its arrays and strings; chart_free() releases them.
 */
#ifndef FORTYFOLD_SHOW_CHART_H
#define FORTYFOLD_SHOW_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/status.h"
#include "base/units.h"
#include "model/run.h"
#include "show/axis.h"

enum chart_quantity { CHART_SPEEDUP, CHART_TIME, CHART_QUANTITIES_COUNT };

enum { CHART_LABEL_COLUMNS = 26, CHART_CLEAR_MAX = 8 };

struct chart_point {
    double size;
    double value;
    double low, high;  /* the interval; NAN where there is none, and for times */
    bool is_after_gap; /* the cell before failed: no line leads here */
};

struct chart_series {
    size_t variant;
    char *label;           /* cleaned, at most CHART_LABEL_COLUMNS wide */
    struct units_text law; /* "N^1.98", for times; "" where it is not known */
    char *text;   /* the last point in words: "1,200× [1,150–1,260]", "2.26 ms", "wrong" */
    size_t style; /* 0: the baseline; else 1 …, the same for a variant in every run of its lab */
    struct chart_point *points; /* sizes ascending; none when every cell failed */
    size_t points_count;
};

/* Where two lines cross. */
struct chart_mark {
    double size, value;
};

enum { CHART_MARKS_MAX = 6 };

struct chart {
    enum chart_quantity quantity;
    struct chart_series *series; /* plan order */
    size_t series_count;
    size_t points_count; /* over all series */
    bool is_curve;       /* more than one size; else one point a series */
    bool is_crowded; /* a curve of more than CHART_CLEAR_MAX series: lines alone, since bands and
                        marks would cover each other */
    struct axis sizes, values;
    double *label_at; /* where each series' label stands on the axis of values, spread */
    struct chart_mark
        marks[CHART_MARKS_MAX]; /* of speedups; those too close together are left out */
    size_t marks_count;
    char *note; /* what is not shown, and why; "" when all is */
};

/* Makes the chart of a quantity. `label_share` is the share of the height that a label takes (0 …
 * 1): labels keep this distance. A chart without points (points_count 0) is legal: there is then
 * nothing to draw, and its axes are empty. STATUS_NO_MEMORY. */
enum status chart_make(const struct run *run, enum chart_quantity quantity, double label_share,
                       struct chart *chart);

/* Prints, for pictures with one row a variant, what their scripts read: rows, label[], style[] and
 * label_columns. STATUS_NO_MEMORY. */
enum status chart_print_rows(const struct run *run, FILE *out);

/* `chart` may be NULL, or all zero. */
void chart_free(struct chart *chart);

#endif
