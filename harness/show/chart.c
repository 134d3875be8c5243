#include "show/chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/units.h"
#include "show/growth.h"
#include "show/notes.h"
#include "show/rows.h"
#include "show/clean.h"

/* At least this factor from end to end, so that noise fills no picture. */
static const double least_span = 4.0;

enum { NOTES_SHOWN_MAX = 3, BAR_TICKS_MAX = 4 };

/* Marks nearer than this, as shares of the axes, would print their sizes over each other. */
static const double mark_apart_x = 0.1, mark_apart_y = 0.06;

static bool point_of(enum chart_quantity quantity, const struct cell *cell,
                     struct chart_point *point)
{
    const struct ratio *ratio = notes_ratio(cell);
    *point = (struct chart_point){(double)cell->size, cell->summary.median_s, NAN, NAN, false};
    if (quantity == CHART_SPEEDUP && ratio != NULL) {
        bool interval = ratio->low > 0.0 && ratio->high > 0.0 && isfinite(ratio->high);
        *point = (struct chart_point){(double)cell->size, ratio->ratio, interval ? ratio->low : NAN,
                                      interval ? ratio->high : NAN, false};
    }
    return quantity == CHART_TIME ? notes_has_time(cell) : ratio != NULL;
}

static char *words_of(const struct run *run, enum chart_quantity quantity, const struct cell *cell)
{
    struct chart_point point;
    if (!point_of(quantity, cell, &point)) {
        return clean_line(cell->status != CELL_OK ? cell_status_name(cell->status)
                          : notes_has_time(cell)  ? "no baseline"
                                                  : "not measured",
                          CHART_LABEL_COLUMNS);
    }
    if (quantity == CHART_TIME) {
        return clean_line(units_seconds(point.value).text, CHART_LABEL_COLUMNS);
    }
    return cell->variant == run->baseline ? clean_line("baseline", CHART_LABEL_COLUMNS)
                                          : notes_interval(notes_ratio(cell));
}

/* The baseline is grey in every picture; the others count along lab.toml's order. */
static size_t style_of(const struct run *run, size_t variant)
{
    return variant == run->baseline ? 0 : variant < run->baseline ? variant + 1 : variant;
}

static char *label_of(const struct run *run, size_t variant)
{
    const struct run_variant *about = &run->variants[variant];
    bool labelled = about->label != NULL && about->label[0] != '\0';
    return clean_line(labelled ? about->label : about->name, CHART_LABEL_COLUMNS);
}

enum status chart_print_rows(const struct run *run, FILE *out)
{
    const struct plan *plan = &run->plan;
    size_t columns = 4;
    fprintf(out, "rows = %zu\narray label[%zu]\narray style[%zu]\n", plan->variants_count,
            plan->variants_count, plan->variants_count);
    for (size_t i = 0; i < plan->variants_count; i++) {
        char *label = label_of(run, plan->variants[i]);
        if (label == NULL) {
            return status_fail(STATUS_NO_MEMORY, "no memory for a picture");
        }
        size_t width = clean_width(label);
        columns = width > columns ? width : columns;
        fprintf(out, "style[%zu] = %zu\nlabel[%zu] = ", i + 1, style_of(run, plan->variants[i]),
                i + 1);
        clean_print_gnuplot(label, out);
        fputc('\n', out);
        free(label);
    }
    fprintf(out, "label_columns = %zu\n", columns);
    return STATUS_OK;
}

static enum status make_series(const struct run *run, size_t variant, struct chart *chart,
                               struct chart_series *series)
{
    const struct cell *last = NULL;
    bool gap = false;
    *series = (struct chart_series){.variant = variant, .style = style_of(run, variant)};
    series->label = label_of(run, variant);
    series->law = growth_law(chart->quantity == CHART_TIME ? run_fit(run, variant) : NULL);
    series->points = calloc(run->plan.sizes_count + 1, sizeof *series->points);
    for (size_t i = 0; series->points != NULL && i < run->cells_count; i++) {
        const struct cell *cell = &run->cells[i];
        if (cell->variant != variant) {
            continue;
        }
        last = cell;
        struct chart_point *point = &series->points[series->points_count];
        if (series->points_count < run->plan.sizes_count &&
            point_of(chart->quantity, cell, point)) {
            point->is_after_gap = gap;
            series->points_count++;
        }
        gap = !notes_has_time(cell);
    }
    series->text = last != NULL ? words_of(run, chart->quantity, last) : clean_line("", 1);
    chart->points_count += series->points_count;
    return series->label != NULL && series->points != NULL && series->text != NULL
               ? STATUS_OK
               : status_fail(STATUS_NO_MEMORY, "no memory for a chart");
}

/* The axis of sizes, of those at which anything is drawn: beyond them there would be a void. */
static struct axis size_axis(const struct run *run, const struct chart *chart)
{
    double low = INFINITY, high = 0.0, sizes[AXIS_TICKS_MAX];
    size_t first = 0, count = run->plan.sizes_count;
    for (size_t s = 0; s < chart->series_count; s++) {
        for (size_t p = 0; p < chart->series[s].points_count; p++) {
            low = fmin(low, chart->series[s].points[p].size);
            high = fmax(high, chart->series[s].points[p].size);
        }
    }
    for (; count > 1 && (double)run->plan.sizes[first] < low; first++) {
        count--;
    }
    while (count > 1 && (double)run->plan.sizes[first + count - 1] > high) {
        count--;
    }
    /* More sizes than ticks: every k-th, so that both ends are there. */
    size_t ticks = count < AXIS_TICKS_MAX ? count : AXIS_TICKS_MAX;
    for (size_t i = 0; i < ticks; i++) {
        sizes[i] = (double)run->plan.sizes[first + (ticks > 1 ? i * (count - 1) / (ticks - 1) : 0)];
    }
    return axis_at(sizes, ticks);
}

static void make_axes(const struct run *run, struct chart *chart)
{
    double low = INFINITY, high = 0.0;
    for (size_t s = 0; s < chart->series_count; s++) {
        for (size_t p = 0; p < chart->series[s].points_count; p++) {
            const struct chart_point *point = &chart->series[s].points[p];
            /* fmin and fmax leave NAN out; what is not drawn needs no room. */
            low = fmin(low, chart->is_crowded ? point->value : fmin(point->value, point->low));
            high = fmax(high, chart->is_crowded ? point->value : fmax(point->value, point->high));
        }
    }
    if (chart->quantity == CHART_SPEEDUP) { /* the baseline is always in sight */
        low = fmin(low, 1.0);
        high = fmax(high, 1.0);
    }
    chart->values = axis_make(low, high, least_span);
    if (!chart->is_curve) { /* bars lie, and so do their ticks: side by side */
        axis_thin(&chart->values, BAR_TICKS_MAX);
    }
    chart->sizes = size_axis(run, chart);
}

static enum status place_labels(double label_share, struct chart *chart)
{
    size_t drawn = 0;
    double *at = calloc(chart->series_count + 1, sizeof *at);
    chart->label_at = calloc(chart->series_count + 1, sizeof *chart->label_at);
    if (chart->label_at == NULL || at == NULL) {
        free(at);
        return status_fail(STATUS_NO_MEMORY, "no memory for a chart");
    }
    for (size_t s = 0; s < chart->series_count; s++) {
        const struct chart_series *series = &chart->series[s];
        if (series->points_count > 0) {
            at[drawn++] = series->points[series->points_count - 1].value;
        }
    }
    axis_spread(&chart->values, label_share, at, drawn);
    drawn = 0;
    for (size_t s = 0; s < chart->series_count; s++) {
        chart->label_at[s] = chart->series[s].points_count > 0 ? at[drawn++] : 1.0;
    }
    free(at);
    return STATUS_OK;
}

/* The value of a variant's line, as drawn, between its points; NAN where it is not drawn. */
static double value_at(const struct chart *chart, size_t variant, double size)
{
    for (size_t s = 0; s < chart->series_count; s++) {
        const struct chart_series *series = &chart->series[s];
        for (size_t p = 1; series->variant == variant && p < series->points_count; p++) {
            const struct chart_point *from = &series->points[p - 1], *to = &series->points[p];
            if (size >= from->size && size <= to->size && !to->is_after_gap) {
                double share = log(size / from->size) / log(to->size / from->size);
                return from->value * pow(to->value / from->value, share);
            }
        }
    }
    return NAN;
}

static bool is_near(const struct chart *chart, const struct chart_mark *mark)
{
    for (size_t m = 0; m < chart->marks_count; m++) {
        const struct chart_mark *other = &chart->marks[m];
        double x = log(mark->size / other->size) / log(chart->sizes.high / chart->sizes.low);
        double y = log(mark->value / other->value) / log(chart->values.high / chart->values.low);
        if (fabs(x) < mark_apart_x && fabs(y) < mark_apart_y) {
            return true;
        }
    }
    return false;
}

/* The lines join medians, a crossover is the mean over the blocks: the two lines may differ a
 * little there, and the mark stands between them. */
static void make_marks(const struct run *run, struct chart *chart)
{
    for (size_t i = 0; i < run->crossovers_count && chart->marks_count < CHART_MARKS_MAX; i++) {
        const struct crossover *crossover = &run->crossovers[i];
        double size = crossover->size;
        struct chart_mark mark = {size, sqrt(value_at(chart, crossover->faster, size) *
                                             value_at(chart, crossover->slower, size))};
        if (isfinite(mark.value) && !is_near(chart, &mark)) {
            chart->marks[chart->marks_count++] = mark;
        }
    }
}

struct note {
    const struct run *run;
    size_t failures_count;
    FILE *out;
};

static void note_failure(const struct cell *cell, const char *sizes, void *context)
{
    struct note *note = context;
    if (++note->failures_count <= NOTES_SHOWN_MAX) {
        char *name = clean_line(note->run->variants[cell->variant].name, CHART_LABEL_COLUMNS);
        fprintf(note->out, "%s%s at N=%s (%s)", note->failures_count == 1 ? "No time: " : "; ",
                name != NULL ? name : "?", sizes, cell_status_name(cell->status));
        free(name);
    }
}

static enum status make_note(const struct run *run, char **text)
{
    size_t size = 0;
    struct note note = {.run = run, .out = open_memstream(text, &size)};
    if (note.out == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a chart");
    }
    enum status status = rows_failures(run, note_failure, &note);
    if (note.failures_count > NOTES_SHOWN_MAX) {
        fprintf(note.out, "; and %zu more", note.failures_count - NOTES_SHOWN_MAX);
    }
    return fclose(note.out) == 0 || status != STATUS_OK
               ? status
               : status_fail(STATUS_NO_MEMORY, "no memory for a chart");
}

enum status chart_make(const struct run *run, enum chart_quantity quantity, double label_share,
                       struct chart *chart)
{
    *chart = (struct chart){.quantity = quantity, .is_curve = run->plan.sizes_count > 1};
    chart->series = calloc(run->plan.variants_count + 1, sizeof *chart->series);
    enum status status =
        chart->series != NULL ? STATUS_OK : status_fail(STATUS_NO_MEMORY, "no memory for a chart");
    while (status == STATUS_OK && chart->series_count < run->plan.variants_count) {
        size_t s = chart->series_count++;
        status = make_series(run, run->plan.variants[s], chart, &chart->series[s]);
    }
    if (status == STATUS_OK) {
        status = make_note(run, &chart->note);
    }
    if (status == STATUS_OK && chart->points_count > 0) {
        chart->is_crowded = chart->is_curve && chart->series_count > CHART_CLEAR_MAX;
        make_axes(run, chart);
        status = place_labels(label_share, chart);
        if (quantity == CHART_SPEEDUP && !chart->is_crowded) {
            make_marks(run, chart);
        }
    }
    if (status != STATUS_OK) {
        chart_free(chart);
    }
    return status;
}

void chart_free(struct chart *chart)
{
    if (chart == NULL) {
        return;
    }
    for (size_t s = 0; chart->series != NULL && s < chart->series_count; s++) {
        free(chart->series[s].label);
        free(chart->series[s].text);
        free(chart->series[s].points);
    }
    free(chart->series);
    free(chart->label_at);
    free(chart->note);
    *chart = (struct chart){0};
}
