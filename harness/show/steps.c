#include "show/steps.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/units.h"
#include "show/axis.h"
#include "show/clean.h"
#include "show/gnuplot.h"
#include "show/grid.h"
#include "show/notes.h"

enum {
    COLUMN_VARIANT,
    COLUMN_AFTER,
    COLUMN_SIZES, /* the first of them */
    SIZES_MAX = 12,
    LABEL_COLUMNS = 40,
    HEADER_BYTES = 64,
    TICKS_MAX = 5, /* side by side below the bars */
    WIDEST = 3, /* an interval that goes on beyond this factor is cut: it would flatten the rest */
};

/* So that small changes look small. */
static const double least_span = 4.0;

static const char heading[] = "What each change bought: time before it / time after it";

const struct ratio *steps_ratio(const struct cell *cell)
{
    if (cell->status != CELL_OK || !cell->step.present) {
        return NULL;
    }
    return cell->step.by_cpu ? &cell->step.cpu : &cell->step.real;
}

const struct cell *steps_largest(const struct run *run, size_t variant)
{
    const struct cell *found = NULL;
    for (size_t i = 0; i < run->cells_count; i++) {
        const struct cell *cell = &run->cells[i];
        bool larger = found == NULL || cell->size > found->size;
        found = cell->variant == variant && steps_ratio(cell) != NULL && larger ? cell : found;
    }
    return found;
}

bool steps_are_worth_telling(const struct run *run)
{
    for (size_t i = 0; i < run->cells_count; i++) {
        const struct cell *cell = &run->cells[i];
        if (steps_ratio(cell) != NULL && run_variant_after(run, cell->variant) != run->baseline) {
            return true;
        }
    }
    return false;
}

static size_t rows_count(const struct run *run)
{
    size_t count = 0;
    for (size_t i = 0; i < run->plan.variants_count; i++) {
        count += steps_largest(run, run->plan.variants[i]) != NULL;
    }
    return count;
}

static bool has_interval(const struct ratio *ratio)
{
    return isfinite(ratio->low) && isfinite(ratio->high);
}

static enum status fill_size(struct grid *grid, size_t row, size_t column, const struct cell *cell)
{
    static const enum grid_style styles[VERDICT_COUNT] = {
        [VERDICT_FASTER] = GRID_GOOD,
        [VERDICT_SLOWER] = GRID_BAD,
        [VERDICT_NOT_RESOLVED] = GRID_UNSURE,
    };
    const struct ratio *ratio = cell == NULL ? NULL : steps_ratio(cell);
    if (ratio == NULL) {
        return grid_set(grid, row, column, GRID_PLAIN, "–");
    }
    char text[64];
    snprintf(text, sizeof text, "%s%s", units_ratio(ratio->ratio).text,
             cell->step.verdict == VERDICT_NOT_RESOLVED ? "?" : "");
    return grid_set(grid, row, column, styles[cell->step.verdict], text);
}

/* The sizes that are shown: all, or the largest of many. */
static size_t first_size(const struct run *run)
{
    return run->plan.sizes_count > SIZES_MAX ? run->plan.sizes_count - SIZES_MAX : 0;
}

static enum status fill_row(const struct run *run, size_t variant, struct grid *grid, size_t row)
{
    const struct plan *plan = &run->plan;
    size_t column = COLUMN_SIZES;
    enum status status =
        grid_set(grid, row, COLUMN_VARIANT, GRID_PLAIN, run->variants[variant].name);
    if (status == STATUS_OK) {
        status = grid_set(grid, row, COLUMN_AFTER, GRID_PLAIN, run->variants[variant].after);
    }
    for (size_t s = first_size(run); status == STATUS_OK && s < plan->sizes_count; s++) {
        status = fill_size(grid, row, column++, run_cell(run, variant, plan->sizes[s]));
    }
    const struct cell *largest = steps_largest(run, variant);
    const struct ratio *ratio = steps_ratio(largest);
    if (status != STATUS_OK || !has_interval(ratio)) {
        return status;
    }
    char text[96];
    snprintf(text, sizeof text, "[%s–%s]", units_factor(ratio->low).text,
             units_factor(ratio->high).text);
    return grid_set(grid, row, column, GRID_PLAIN, text);
}

static enum status make_grid(const struct run *run, char headers[SIZES_MAX][HEADER_BYTES],
                             struct grid *grid)
{
    struct grid_column columns[COLUMN_SIZES + SIZES_MAX + 1] = {
        [COLUMN_VARIANT] = {"variant", false}, [COLUMN_AFTER] = {"after", false}};
    size_t count = COLUMN_SIZES, row = 0;
    for (size_t s = first_size(run); s < run->plan.sizes_count; s++) {
        char *header = headers[count - COLUMN_SIZES];
        snprintf(header, HEADER_BYTES, "N=%s", units_count(run->plan.sizes[s]).text);
        columns[count++] = (struct grid_column){header, true};
    }
    columns[count++] = (struct grid_column){"interval", false};
    enum status status = grid_make(columns, count, rows_count(run), grid);
    for (size_t i = 0; status == STATUS_OK && i < run->plan.variants_count; i++) {
        size_t variant = run->plan.variants[i];
        if (steps_largest(run, variant) != NULL) {
            status = fill_row(run, variant, grid, row++);
        }
    }
    return status;
}

static const char note[] = "interval: 95 %, at the largest size; ?: not resolved, the interval "
                           "contains 1; –: one of the two has no time";

enum status steps_print_text(const struct run *run, bool colour, FILE *out)
{
    struct grid grid = {0};
    char headers[SIZES_MAX][HEADER_BYTES];
    if (!steps_are_worth_telling(run)) {
        return STATUS_OK;
    }
    enum status status = make_grid(run, headers, &grid);
    if (status == STATUS_OK) {
        fprintf(out, "\n%s\n\n", heading);
        grid_print_text(&grid, colour, out);
        fprintf(out, "\n  %s\n", note);
    }
    grid_free(&grid);
    return status;
}

enum status steps_print_markdown(const struct run *run, FILE *out)
{
    struct grid grid = {0};
    char headers[SIZES_MAX][HEADER_BYTES];
    if (!steps_are_worth_telling(run)) {
        return STATUS_OK;
    }
    enum status status = make_grid(run, headers, &grid);
    if (status == STATUS_OK) {
        grid_print_markdown(&grid, out);
        fprintf(out, "\n%s.\n\n", note);
    }
    grid_free(&grid);
    return status;
}

/* One row of the picture: its label, its words, and where its bar ends. */
static enum status print_bar(const struct run *run, const struct cell *cell, size_t row, FILE *out)
{
    const struct run_variant *variant = &run->variants[cell->variant];
    const struct ratio *ratio = steps_ratio(cell);
    bool interval = has_interval(ratio);
    char *label = clean_line(variant->label, LABEL_COLUMNS);
    char *after = text_format("after %s", variant->after);
    char *bought = notes_interval(ratio);
    char *words =
        text_format("%s N = %s", bought == NULL ? "" : bought, units_count(cell->size).text);
    if (label != NULL && after != NULL && words != NULL) {
        const struct {
            const char *name, *text;
        } texts[] = {{"label", label}, {"after", after}, {"words", words}};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            fprintf(out, "%s[%zu] = ", texts[i].name, row);
            clean_print_gnuplot(texts[i].text, out);
            fputc('\n', out);
        }
        fprintf(out, "value[%zu] = %.9g\nlow[%zu] = %.9g\nhigh[%zu] = %.9g\nverdict[%zu] = %d\n",
                row, ratio->ratio, row,
                interval ? fmax(ratio->low, ratio->ratio / WIDEST) : ratio->ratio, row,
                interval ? fmin(ratio->high, ratio->ratio * WIDEST) : ratio->ratio, row,
                (int)cell->step.verdict);
    }
    bool good = label != NULL && after != NULL && words != NULL;
    free(words);
    free(bought);
    free(after);
    free(label);
    return good ? STATUS_OK : status_fail(STATUS_NO_MEMORY, "no memory for a picture");
}

static void print_axis(const struct run *run, FILE *out)
{
    double low = 1.0, high = 1.0;
    for (size_t i = 0; i < run->plan.variants_count; i++) {
        const struct cell *cell = steps_largest(run, run->plan.variants[i]);
        const struct ratio *ratio = cell == NULL ? NULL : steps_ratio(cell);
        if (ratio != NULL) {
            low = fmin(low, fmax(ratio->low, ratio->ratio / WIDEST)); /* fmin leaves NAN out */
            low = fmin(low, ratio->ratio);
            high = fmax(high, fmin(ratio->high, ratio->ratio * WIDEST));
            high = fmax(high, ratio->ratio);
        }
    }
    struct axis axis = axis_make(low, high, least_span);
    axis_thin(&axis, TICKS_MAX);
    fprintf(out, "set xrange [%.9g:%.9g]\nset xtics (", axis.low, axis.high);
    for (size_t i = 0; i < axis.ticks_count; i++) {
        char tick[32];
        snprintf(tick, sizeof tick, "%g", axis.ticks[i]);
        fprintf(out, "%s'%s×' %.9g", i > 0 ? ", " : "",
                axis.ticks[i] < 0.999 ? tick : units_count((uint64_t)llround(axis.ticks[i])).text,
                axis.ticks[i]);
    }
    fputs(")\n", out);
}

static enum status make_input(const struct run *run, char **input)
{
    size_t size = 0, row = 0, rows = rows_count(run);
    FILE *out = open_memstream(input, &size);
    if (out == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a picture");
    }
    enum status status = gnuplot_head(
        run, heading, "Grey: not resolved, the interval contains 1. Orange: slower than before.",
        out);
    fprintf(out, "rows = %zu\n", rows);
    static const char *const arrays[] = {"label", "after", "words",  "value",
                                         "low",   "high",  "verdict"};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) {
        fprintf(out, "array %s[%zu]\n", arrays[i], rows);
    }
    print_axis(run, out);
    for (size_t i = 0; status == STATUS_OK && i < run->plan.variants_count; i++) {
        const struct cell *cell = steps_largest(run, run->plan.variants[i]);
        if (cell != NULL) {
            status = print_bar(run, cell, ++row, out);
        }
    }
    if (fclose(out) != 0 && status == STATUS_OK) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for a picture");
    }
    return status;
}

enum status steps_write(const struct run *run, const char *assets, const char *folder)
{
    char *input = NULL;
    enum status status = steps_are_worth_telling(run) ? make_input(run, &input) : STATUS_OK;
    if (status == STATUS_OK) {
        status = gnuplot_write(assets, "steps", input, folder, "steps");
    }
    free(input);
    return status;
}
