#include "show/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "show/chart.h"
#include "show/drift.h"
#include "show/gnuplot.h"
#include "show/growth.h"
#include "show/notes.h"
#include "show/spread.h"
#include "show/steps.h"
#include "show/total.h"
#include "show/clean.h"

enum { TEXT_COLUMNS_MIN = 40, TEXT_COLUMNS_MAX = 80, TEXT_ROWS = 20 };

/* What a label takes of the height of the axis: about 30 of 470 points, one of 14 lines. */
static const double label_share_picture = 1.0 / 16.0, label_share_text = 1.0 / 13.0;

static const struct {
    const char *name; /* of the pictures */
    const char *axis;
} quantities[CHART_QUANTITIES_COUNT] = {
    [CHART_SPEEDUP] = {"speedup", "speedup (×)"},
    [CHART_TIME] = {"time", "time of one call"},
};

/* Ticks in the words of people: "10 ms", "1,000 s", "0.5×". gnuplot's own %c would give "1 ks". */
static struct units_text tick_text(enum chart_quantity quantity, double value)
{
    static const struct {
        double factor;
        const char *unit;
    } scales[] = {{1.0, "s"}, {1e-3, "ms"}, {1e-6, "µs"}, {1e-9, "ns"}};
    struct units_text text;
    if (quantity == CHART_SPEEDUP && value < 0.999) {
        snprintf(text.text, sizeof text.text, "%g×", value);
        return text;
    }
    if (quantity == CHART_SPEEDUP) {
        snprintf(text.text, sizeof text.text, "%.30s×", units_count((uint64_t)llround(value)).text);
        return text;
    }
    size_t scale = 0;
    while (scale < 3 && value < scales[scale].factor * 0.999) {
        scale++;
    }
    double number = value / scales[scale].factor;
    if (number < 0.999) {
        snprintf(text.text, sizeof text.text, "%g %s", number, scales[scale].unit);
    } else {
        snprintf(text.text, sizeof text.text, "%.30s %s",
                 units_count((uint64_t)llround(number)).text, scales[scale].unit);
    }
    return text;
}

static void print_axes(const struct chart *chart, FILE *out)
{
    char axis = chart->is_curve ? 'y' : 'x'; /* bars lie: their values run along x */
    size_t columns = 1;
    fprintf(out, "set %crange [%.9g:%.9g]\nset %ctics (", axis, chart->values.low,
            chart->values.high, axis);
    for (size_t i = 0; i < chart->values.ticks_count; i++) {
        struct units_text tick = tick_text(chart->quantity, chart->values.ticks[i]);
        size_t width = clean_width(tick.text);
        columns = width > columns ? width : columns;
        fprintf(out, "%s'%s' %.9g", i > 0 ? ", " : "", tick.text, chart->values.ticks[i]);
    }
    fprintf(out, ")\ntick_columns = %zu\nvalue_low = %.9g\n", columns, chart->values.low);
    if (chart->is_curve) {
        fprintf(out, "set xrange [%.9g:%.9g]\nset xtics (", chart->sizes.low, chart->sizes.high);
        for (size_t i = 0; i < chart->sizes.ticks_count; i++) {
            fprintf(out, "%s'%s' %.9g", i > 0 ? ", " : "",
                    units_count((uint64_t)chart->sizes.ticks[i]).text, chart->sizes.ticks[i]);
        }
        fputs(")\n", out);
    }
}

/* A series' arrays count from 1, as gnuplot's do; the first with points has index 0 in $data. */
static void print_series(const struct chart *chart, FILE *out)
{
    size_t label_columns = 4, words_columns = 4, law_columns = 0;
    fprintf(out,
            "series_count = %zu\narray label[%zu]\narray words[%zu]\narray style[%zu]\n"
            "array count[%zu]\narray label_y[%zu]\narray end_x[%zu]\narray end_y[%zu]\narray "
            "law[%zu]\n",
            chart->series_count, chart->series_count, chart->series_count, chart->series_count,
            chart->series_count, chart->series_count, chart->series_count, chart->series_count,
            chart->series_count);
    for (size_t s = 0; s < chart->series_count; s++) {
        const struct chart_series *series = &chart->series[s];
        size_t n = series->points_count, width = clean_width(series->label);
        size_t words = clean_width(series->text);
        label_columns = width > label_columns ? width : label_columns;
        words_columns = words > words_columns ? words : words_columns;
        size_t law = clean_width(series->law.text);
        law_columns = law > law_columns ? law : law_columns;
        fprintf(out, "law[%zu] = '%s'\nlabel[%zu] = ", s + 1, series->law.text, s + 1);
        clean_print_gnuplot(series->label, out);
        fprintf(out, "\nwords[%zu] = ", s + 1);
        clean_print_gnuplot(series->text, out);
        fprintf(out,
                "\nstyle[%zu] = %zu\ncount[%zu] = %zu\nlabel_y[%zu] = %.9g\nend_x[%zu] = %.9g\n"
                "end_y[%zu] = %.9g\n",
                s + 1, series->style, s + 1, n, s + 1, chart->label_at[s], s + 1,
                n > 0 ? series->points[n - 1].size : chart->sizes.high, s + 1,
                n > 0 ? series->points[n - 1].value : 1.0);
    }
    fprintf(out, "label_columns = %zu\nwords_columns = %zu\nlaw_columns = %zu\n", label_columns,
            words_columns, law_columns);
}

/* One block a series, each under its own header, two empty lines apart: `index` finds it. A series
 * without points has a line of NaN, so that the indices stay in step. */
static void print_data(const struct chart *chart, FILE *out)
{
    fputs("$data << END_OF_DATA\n", out);
    for (size_t s = 0; s < chart->series_count; s++) {
        const struct chart_series *series = &chart->series[s];
        fprintf(out, "%srow size value low high\n", s > 0 ? "\n\n" : "");
        for (size_t p = 0; p < series->points_count; p++) {
            /* A single empty line interrupts the line that is drawn; an interval that is not known
             * is drawn as one without width, which is not seen. */
            const struct chart_point *point = &series->points[p];
            fprintf(out, "%s%zu %.9g %.9g %.9g %.9g\n", p > 0 && point->is_after_gap ? "\n" : "",
                    s + 1, point->size, point->value, isnan(point->low) ? point->value : point->low,
                    isnan(point->high) ? point->value : point->high);
        }
        fputs(series->points_count == 0 ? "NaN NaN NaN NaN NaN\n" : "", out);
    }
    fputs("END_OF_DATA\n", out);
}

/* `columns` is the room for it: where it is short, the middle is left out. */
static void make_heading(const struct run *run, const struct chart *chart, size_t columns,
                         char heading[512])
{
    const struct run_variant *about = &run->variants[run->baseline];
    bool labelled = about->label != NULL && about->label[0] != '\0';
    char interval[64] = "", size[64] = "";
    if (chart->quantity == CHART_SPEEDUP && !chart->is_crowded && run->blocks_done > 1 &&
        run->cells_count > 0) {
        snprintf(interval, sizeof interval, " with %g %% interval",
                 run->cells[0].speedup.confidence * 100.0);
    }
    if (!chart->is_curve) {
        snprintf(size, sizeof size, " at N = %s", units_count(run->plan.sizes[0]).text);
    }
    if (chart->quantity == CHART_SPEEDUP) {
        const char *name = labelled ? about->label : about->name;
        snprintf(heading, 512, "Speedup over %s%s: median of paired ratios%s", name, size,
                 interval);
        if (clean_width(heading) >= columns) {
            snprintf(heading, 512, "Speedup over %s%s%s", name, size, interval);
        }
    } else {
        snprintf(heading, 512, "Time of one call%s: median", size);
    }
}

/* Where lines cross: an array of length 0 is an error, so that it has one at least. */
static void print_marks(const struct chart *chart, FILE *out)
{
    size_t room = chart->marks_count > 0 ? chart->marks_count : 1;
    fprintf(out, "marks_count = %zu\narray mark_x[%zu]\narray mark_y[%zu]\narray mark_words[%zu]\n",
            chart->marks_count, room, room, room);
    for (size_t m = 0; m < chart->marks_count; m++) {
        const struct chart_mark *mark = &chart->marks[m];
        fprintf(out, "mark_x[%zu] = %.9g\nmark_y[%zu] = %.9g\nmark_words[%zu] = 'N = %s'\n", m + 1,
                mark->size, m + 1, mark->value, m + 1, growth_size(mark->size).text);
    }
}

/* What a script reads from its standard input. */
static enum status make_input(const struct run *run, const struct chart *chart, size_t columns,
                              char **input)
{
    size_t size = 0;
    char heading[512];
    FILE *out = open_memstream(input, &size);
    if (out == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a picture");
    }
    make_heading(run, chart, columns, heading);
    enum status status = gnuplot_head(run, heading, chart->note, out);
    gnuplot_string("axis", quantities[chart->quantity].axis, out);
    fprintf(out, "is_curve = %d\nis_speedup = %d\nis_crowded = %d\n", chart->is_curve,
            chart->quantity == CHART_SPEEDUP, chart->is_crowded);
    print_axes(chart, out);
    print_series(chart, out);
    print_marks(chart, out);
    print_data(chart, out);
    if (fclose(out) != 0 && status == STATUS_OK) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for a picture");
    }
    return status;
}

static enum status write_chart(const struct run *run, enum chart_quantity quantity,
                               const char *assets, const char *folder)
{
    struct chart chart = {0};
    char *input = NULL;
    enum status status = chart_make(run, quantity, label_share_picture, &chart);
    if (status == STATUS_OK && chart.points_count > 0) {
        status = make_input(run, &chart, SIZE_MAX, &input);
    }
    if (status == STATUS_OK) {
        status = gnuplot_write(assets, chart.is_curve ? "curve" : "bars", input, folder,
                               quantities[quantity].name);
    }
    free(input);
    chart_free(&chart);
    return status;
}

enum status plot_write(const struct run *run, const char *assets, const char *folder)
{
    static enum status (*const others[])(const struct run *, const char *, const char *) = {
        total_write, steps_write, spread_write, drift_write};
    enum status status = STATUS_OK;
    for (size_t q = 0; q < CHART_QUANTITIES_COUNT && status == STATUS_OK; q++) {
        status = write_chart(run, (enum chart_quantity)q, assets, folder);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others && status == STATUS_OK; i++) {
        status = others[i](run, assets, folder);
    }
    return status;
}

/* gnuplot begins a page with a form feed, ends lines with spaces and pads with empty lines. */
static void print_trimmed(const char *page, FILE *out)
{
    size_t owed = 0;
    bool begun = false;
    while (*page != '\0') {
        size_t length = strcspn(page, "\n"), kept = length;
        const char *line = page;
        page += length + (page[length] == '\n');
        while (kept > 0 && strchr(" \f\r", line[kept - 1]) != NULL) {
            kept--;
        }
        while (kept > 0 && *line == '\f') {
            line++;
            kept--;
        }
        owed += begun;
        if (kept > 0) {
            for (; owed > 0; owed--) {
                fputc('\n', out);
            }
            fwrite(line, 1, kept, out);
            begun = true;
        }
    }
    fputs(begun ? "\n" : "", out);
}

enum status plot_text(const struct run *run, const char *assets, size_t columns, FILE *out)
{
    struct chart chart = {0};
    char *input = NULL, *page = NULL, size[32];
    enum status status = STATUS_OK;
    if (columns < TEXT_COLUMNS_MIN) {
        return STATUS_OK;
    }
    columns = columns > TEXT_COLUMNS_MAX ? TEXT_COLUMNS_MAX : columns;
    for (size_t q = 0; q < CHART_QUANTITIES_COUNT && status == STATUS_OK; q++) {
        chart_free(&chart);
        status = chart_make(run, (enum chart_quantity)q, label_share_text, &chart);
        if (chart.points_count > 0) {
            break;
        }
    }
    if (status != STATUS_OK || chart.points_count == 0 ||
        (status = make_input(run, &chart, columns, &input)) != STATUS_OK) {
        goto out;
    }
    snprintf(size, sizeof size, "%zux%d", columns, TEXT_ROWS);
    status = gnuplot_run(assets, chart.is_curve ? "text_curve" : "text_bars", input, "dumb", size,
                         &page);
    if (status == STATUS_OK) {
        print_trimmed(page, out);
    }
out:
    free(page);
    free(input);
    chart_free(&chart);
    return status;
}
