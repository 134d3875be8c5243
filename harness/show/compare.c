#include "show/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "show/clean.h"
#include "show/compare_json.h"
#include "show/grid.h"

enum {
    COLUMN_SIZE,
    COLUMN_VARIANT,
    COLUMN_BEFORE,
    COLUMN_AFTER,
    COLUMN_RATIO,
    COLUMN_INTERVAL,
    COLUMN_BLOCKS,
    COLUMN_FREEDOM,
    COLUMN_VERDICT,
    COLUMNS
};

static const char *const format_names[COMPARE_FORMAT_COUNT] = {
    [COMPARE_TEXT] = "table", [COMPARE_JSON] = "json", [COMPARE_MARKDOWN] = "markdown"};

static const enum grid_style styles[] = {
    [COMPARE_STYLE_GOOD] = GRID_GOOD,
    [COMPARE_STYLE_BAD] = GRID_BAD,
    [COMPARE_STYLE_UNSURE] = GRID_UNSURE,
    [COMPARE_STYLE_PLAIN] = GRID_PLAIN,
};

static const char *const method[] = {
    "interval: 95 %, Welch's t over blocks (two runs share no rounds that could be paired, and two",
    "processes of the same code differ by more than the samples inside one); df: its degrees of",
    "freedom by Welch and Satterthwaite",
};

/* With and without a shared baseline. */
static const char *const drift[] = {
    "the runs were not taken in turn: what slows one program more than the other (caches shared "
    "with other programs, memory, clock frequency) can still differ between them",
    "these are times, and the runs were not taken in turn: load, heat and clock frequency change "
    "between them, and the same code measured minutes apart can differ by more than these "
    "intervals know",
};

static const char *const remedy =
    "for a paired comparison make old and new code two variants of one lab and measure both in one "
    "run: `fortyfold run LAB --variant OLD,NEW` samples them in turn, seconds apart";

bool compare_format_find(const char *name, enum compare_format *format)
{
    for (size_t i = 0; i < COMPARE_FORMAT_COUNT; i++) {
        if (strcmp(name, format_names[i]) == 0) {
            *format = (enum compare_format)i;
            return true;
        }
    }
    return false;
}

static struct units_text interval_text(const struct ratio *ratio, bool by_cpu)
{
    struct units_text text = {"no interval"};
    if (isfinite(ratio->low) && isfinite(ratio->high)) {
        snprintf(text.text, sizeof text.text, "[%.12s–%.12s]%s", units_factor(ratio->low).text,
                 units_factor(ratio->high).text, by_cpu ? " CPU" : "");
    }
    return text;
}

static double seconds_of(const struct cell *cell, bool by_cpu)
{
    return by_cpu ? cell->summary.cpu_s : cell->summary.median_s;
}

/* What the columns "old" and "new" show: the time of a call, and its speedup where these are
 * compared. */
static struct units_text side_text(const struct cell *cell, const struct compare_row *row)
{
    struct units_text text = units_seconds(seconds_of(cell, row->by_cpu));
    if (row->by_speedup) {
        const struct ratio *ratio = row->by_cpu ? &cell->speedup.cpu : &cell->speedup.real;
        text = units_ratio(ratio->ratio);
    }
    return text;
}

static enum status fill_row(struct grid *grid, size_t index, const struct compare_row *row,
                            bool first)
{
    char blocks[48], freedom[24] = "–";
    snprintf(blocks, sizeof blocks, "%zu, %zu", row->blocks_before, row->blocks_after);
    if (isfinite(row->freedom)) {
        snprintf(freedom, sizeof freedom, "%.1f", row->freedom);
    }
    const struct units_text size = units_count(row->size), ratio = units_ratio(row->ratio.ratio),
                            interval = interval_text(&row->ratio, row->by_cpu),
                            before = side_text(row->before, row),
                            after = side_text(row->after, row);
    const struct {
        size_t column;
        bool styled;
        const char *text;
    } cells[] = {{COLUMN_SIZE, false, first ? size.text : ""},
                 {COLUMN_VARIANT, false, row->variant},
                 {COLUMN_BEFORE, false, before.text},
                 {COLUMN_AFTER, false, after.text},
                 {COLUMN_RATIO, true, ratio.text},
                 {COLUMN_INTERVAL, true, interval.text},
                 {COLUMN_BLOCKS, false, blocks},
                 {COLUMN_FREEDOM, false, freedom},
                 {COLUMN_VERDICT, true, row->verdict}};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof cells / sizeof *cells && status == STATUS_OK; i++) {
        status = grid_set(grid, index, cells[i].column,
                          cells[i].styled ? styles[row->style] : GRID_PLAIN, cells[i].text);
    }
    return status;
}

/* The rows that have a ratio, size by size, in the order of the runs within a size. */
static enum status fill(struct grid *grid, const struct compare_view *view)
{
    size_t index = 0, size = 0;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && index < grid->rows_count) {
        size_t next = SIZE_MAX;
        for (size_t i = 0; i < view->rows_count; i++) {
            const struct compare_row *row = &view->rows[i];
            next = row->compared && row->size > size && row->size < next ? row->size : next;
        }
        bool first = true;
        for (size_t i = 0; i < view->rows_count && status == STATUS_OK; i++) {
            const struct compare_row *row = &view->rows[i];
            if (row->compared && row->size == next) {
                grid->gaps[index] = first && index > 0;
                status = fill_row(grid, index++, row, first);
                first = false;
            }
        }
        size = next;
    }
    return status;
}

static enum status make_grid(const struct compare_view *view, struct grid *grid)
{
    static const struct grid_column columns[COLUMNS] = {
        {"size", true},      {"variant", false}, {"old", true}, {"new", true},     {"ratio", true},
        {"interval", false}, {"blocks", true},   {"df", true},  {"verdict", false}};
    size_t count = 0;
    for (size_t i = 0; i < view->rows_count; i++) {
        count += view->rows[i].compared && view->rows[i].size > 0;
    }
    enum status status = grid_make(columns, COLUMNS, count, grid);
    return status == STATUS_OK ? fill(grid, view) : status;
}

/* Why a cell has no ratio, in one line; the caller frees it. */
static char *reason_text(const struct compare_row *row)
{
    if (row->before == NULL || row->after == NULL) {
        return text_format("only in the %s run", row->before == NULL ? "new" : "old");
    }
    bool both = row->before->status != CELL_OK && row->after->status != CELL_OK;
    const struct cell *failed = row->after->status != CELL_OK ? row->after : row->before;
    if (failed->status == CELL_OK) {
        return text_format("no sample to compare");
    }
    char *last = clean_last_line(failed->reason, 160);
    char *text = text_format("%s in %s%s%s%s", cell_status_name(failed->status),
                             both                   ? "both runs"
                             : failed == row->after ? "the new run"
                                                    : "the old run",
                             last == NULL || *last == '\0' ? "" : ": ", last == NULL ? "" : last,
                             row->broken ? " (the old run had an answer)" : "");
    free(last);
    return text;
}

/* A sentence in the manner of the format. */
static void print_line(enum compare_format format, const char *text, FILE *out)
{
    if (format == COMPARE_MARKDOWN) {
        fputs("- ", out);
        clean_print_markdown(text, out);
    } else {
        char *line = clean_line(text, 600);
        fprintf(out, "  %s", line == NULL ? "" : line);
        free(line);
    }
    fputc('\n', out);
}

static enum status print_owned(enum compare_format format, char *text, FILE *out)
{
    if (text == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a comparison");
    }
    print_line(format, text, out);
    free(text);
    return STATUS_OK;
}

static char *origin_text(const char *which, const struct run *run)
{
    return text_format("%s: %s, %s, %s%s%zu %s of %zu samples", which,
                       run->id == NULL ? "?" : run->id,
                       run->started == NULL ? "date unknown" : run->started,
                       run->software.git_commit == NULL ? "" : run->software.git_commit,
                       run->software.git_commit == NULL ? "" : ", ", run->blocks_done,
                       run->blocks_done == 1 ? "block" : "blocks", run->plan.samples_count);
}

static char *ratio_text(const struct compare_view *view)
{
    return view->reference == NULL
               ? text_format("ratio: old time / new time of a call (CPU where marked), above 1 "
                             "where the new run is faster")
               : text_format("ratio: new / old speedup over %s (CPU time where marked), above 1 "
                             "where the new run is faster",
                             view->reference);
}

static enum status print_head(const struct compare_view *view, enum compare_format format,
                              FILE *out)
{
    const struct run *run = view->after;
    if (format == COMPARE_MARKDOWN) {
        fputs("### ", out);
        clean_print_markdown(run->lab_title != NULL ? run->lab_title : run->lab_name, out);
        fputs(": new against old\n\n", out);
    } else {
        char *title = clean_line(run->lab_title != NULL ? run->lab_title : run->lab_name, 200);
        fprintf(out, "%s: new against old\n", title == NULL ? "" : title);
        free(title);
    }
    enum status status = print_owned(format, origin_text("old", view->before), out);
    if (status == STATUS_OK) {
        status = print_owned(format, origin_text("new", view->after), out);
    }
    if (status == STATUS_OK) {
        status = print_owned(format, ratio_text(view), out);
    }
    for (size_t i = 0; format == COMPARE_TEXT && i < sizeof method / sizeof *method; i++) {
        print_line(format, method[i], out);
    }
    if (format == COMPARE_MARKDOWN) {
        char *joined = text_format("%s %s %s", method[0], method[1], method[2]);
        status = status == STATUS_OK ? print_owned(format, joined, out) : status;
    }
    fputc('\n', out);
    return status;
}

static char *mean_text(const struct compare_view *view)
{
    size_t count =
        view->faster_count + view->slower_count + view->unchanged_count + view->not_resolved_count;
    char unchanged[48] = "";
    if (view->threshold > 0) {
        snprintf(unchanged, sizeof unchanged, "%zu within %g %%, ", view->unchanged_count,
                 view->threshold * 100);
    }
    return count == 0 ? text_format("geometric mean: none, no cell can be judged")
                      : text_format("geometric mean of %zu %s: %s %s; %zu faster, %zu slower, "
                                    "%s%zu not resolved%s",
                                    count, count == 1 ? "cell" : "cells",
                                    units_ratio(view->mean.ratio).text,
                                    interval_text(&view->mean, false).text, view->faster_count,
                                    view->slower_count, unchanged, view->not_resolved_count,
                                    view->broken_count > 0 ? "; some fail that did not" : "");
}

static enum status print_differences(const struct compare_view *view, enum compare_format format,
                                     FILE *out)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < view->differences_count && status == STATUS_OK; i++) {
        const struct compare_difference *difference = &view->differences[i];
        status = print_owned(
            format,
            text_format("%s%s differs: %s (old), %s (new); %s",
                        difference->forbids ? "warning (--force): " : "note: ", difference->what,
                        difference->before, difference->after, difference->because),
            out);
    }
    return status;
}

static enum status print_foot(const struct compare_view *view, enum compare_format format,
                              FILE *out)
{
    fputc('\n', out);
    enum status status = print_owned(format, mean_text(view), out);
    for (size_t i = 0; i < view->rows_count && status == STATUS_OK; i++) {
        const struct compare_row *row = &view->rows[i];
        char *reason = row->compared ? NULL : reason_text(row);
        if (reason != NULL) {
            status = print_owned(
                format,
                text_format("%s at N=%s: %s", row->variant, units_count(row->size).text, reason),
                out);
        }
        free(reason);
    }
    if (status == STATUS_OK) {
        status = print_differences(view, format, out);
    }
    if (status == STATUS_OK && view->faster_count + view->slower_count > 0) {
        print_line(format,
                   "note: of cells that did not change, one in 20 is called faster or slower by "
                   "chance; --threshold keeps small changes from deciding",
                   out);
    }
    if (status == STATUS_OK && view->reference != NULL && view->not_judged_count > 0) {
        status = print_owned(format,
                             text_format("note: not judged: %s, by which the others are measured, "
                                         "and sizes without it; `--times` judges times",
                                         view->reference),
                             out);
    }
    if (status == STATUS_OK) {
        status =
            print_owned(format, text_format("warning: %s", drift[view->reference == NULL]), out);
    }
    return status == STATUS_OK ? print_owned(format, text_format("what to do: %s", remedy), out)
                               : status;
}

enum status compare_print(const struct compare_view *view, enum compare_format format, bool colour,
                          FILE *out)
{
    struct grid grid = {0};
    enum status status = STATUS_OK;
    if (format == COMPARE_JSON) {
        status = compare_print_json(view, drift[view->reference == NULL], remedy, out);
        goto out;
    }
    if ((status = print_head(view, format, out)) != STATUS_OK ||
        (status = make_grid(view, &grid)) != STATUS_OK) {
        goto out;
    }
    if (format == COMPARE_MARKDOWN) {
        grid_print_markdown(&grid, out);
    } else {
        grid_print_text(&grid, colour, out);
    }
    status = print_foot(view, format, out);
out:
    if (status == STATUS_OK && (fflush(out) != 0 || ferror(out))) {
        status = status_fail(STATUS_IO, "the comparison cannot be written");
    }
    grid_free(&grid);
    return status;
}
