#include "show/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/units.h"
#include "show/csv.h"
#include "show/grid.h"
#include "show/notes.h"
#include "show/rows.h"
#include "show/clean.h"

enum { REASON_LINES_MAX = 12, REASON_COLUMNS_MAX = 60 };

enum column {
    COLUMN_SIZE,
    COLUMN_VARIANT,
    COLUMN_REAL,
    COLUMN_USER,
    COLUMN_SYS,
    COLUMN_BEST,
    COLUMN_SPEEDUP,
    COLUMN_INTERVAL,
    COLUMN_RESIDUAL,
    COLUMNS_COUNT
};

static const char *const format_names[TABLE_FORMAT_COUNT] = {
    [TABLE_TEXT] = "table", [TABLE_MARKDOWN] = "markdown", [TABLE_CSV] = "csv"};

static const enum grid_style verdict_styles[VERDICT_COUNT] = {
    [VERDICT_FASTER] = GRID_GOOD,
    [VERDICT_SLOWER] = GRID_BAD,
    [VERDICT_NOT_RESOLVED] = GRID_UNSURE,
};

bool table_format_find(const char *name, enum table_format *format)
{
    for (size_t i = 0; i < TABLE_FORMAT_COUNT; i++) {
        if (strcmp(name, format_names[i]) == 0) {
            *format = (enum table_format)i;
            return true;
        }
    }
    return false;
}

static enum status fill_times(struct grid *grid, size_t row, const struct cell *cell)
{
    const struct summary *summary = &cell->summary;
    const struct {
        enum column column;
        double seconds;
    } times[] = {{COLUMN_REAL, summary->median_s},
                 {COLUMN_USER, summary->user_s},
                 {COLUMN_SYS, summary->sys_s},
                 {COLUMN_BEST, summary->best_s}};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof times / sizeof *times && status == STATUS_OK; i++) {
        status =
            grid_set(grid, row, times[i].column, GRID_PLAIN, units_seconds(times[i].seconds).text);
    }
    char residual[32];
    snprintf(residual, sizeof residual, "%.2g", cell->residual.max_absolute);
    return status != STATUS_OK ? status
                               : grid_set(grid, row, COLUMN_RESIDUAL, GRID_PLAIN,
                                          isnan(cell->residual.max_absolute) ? "–" : residual);
}

static enum status fill_speedup(struct grid *grid, size_t row, const struct run *run,
                                const struct cell *cell)
{
    const struct ratio *ratio = notes_ratio(cell);
    if (cell->variant == run->baseline) {
        return grid_set(grid, row, COLUMN_INTERVAL, GRID_PLAIN, "baseline");
    }
    if (ratio == NULL) {
        return grid_set(grid, row, COLUMN_INTERVAL, GRID_PLAIN, "no baseline");
    }
    enum grid_style style = verdict_styles[cell->speedup.verdict];
    bool interval = !isnan(ratio->low) && !isnan(ratio->high);
    char text[128];
    snprintf(text, sizeof text, "%s%s%s%s%s%s%s", interval ? "[" : "",
             interval ? units_factor(ratio->low).text : "", interval ? "–" : "",
             interval ? units_factor(ratio->high).text : "no interval", interval ? "]" : "",
             cell->speedup.by_cpu && notes_clocks_differ(run) ? " CPU" : "",
             cell->speedup.verdict == VERDICT_NOT_RESOLVED ? " not resolved" : "");
    enum status status = grid_set(grid, row, COLUMN_SPEEDUP, style, units_ratio(ratio->ratio).text);
    return status != STATUS_OK ? status : grid_set(grid, row, COLUMN_INTERVAL, style, text);
}

/* The line of a reason that tells most: of a traceback the last, of a process that ended the first
 * (what follows is what it had printed). NULL: no memory. */
static char *short_reason(const struct cell *cell, size_t columns)
{
    bool ended = cell->status == CELL_CRASHED || cell->status == CELL_TIMEOUT;
    if (!ended || cell->reason == NULL) {
        return clean_last_line(cell->reason, columns);
    }
    char *first = strndup(cell->reason, strcspn(cell->reason, ";\n"));
    char *line = first == NULL ? NULL : clean_line(first, columns);
    free(first);
    return line;
}

/* In a terminal the reason runs on over the empty columns; in a Markdown table, where it would make
 * its column as wide as itself, it stands below. */
static enum status fill_failure(struct grid *grid, size_t row, const struct cell *cell,
                                bool with_reason)
{
    enum grid_style style = cell->status == CELL_SKIPPED ? GRID_UNSURE : GRID_BAD;
    if (cell->status == CELL_OK) {
        return grid_spill(grid, row, COLUMN_REAL, GRID_PLAIN, "not measured");
    }
    if (!with_reason) {
        return grid_set(grid, row, COLUMN_REAL, style, cell_status_name(cell->status));
    }
    char *last = short_reason(cell, REASON_COLUMNS_MAX);
    char *text = last != NULL ? text_format("%s%s%s", cell_status_name(cell->status),
                                            last[0] != '\0' ? ": " : "", last)
                              : NULL;
    enum status status = text != NULL ? grid_spill(grid, row, COLUMN_REAL, style, text)
                                      : status_fail(STATUS_NO_MEMORY, "no memory for a table");
    free(text);
    free(last);
    return status;
}

static enum status fill_row(struct grid *grid, size_t row, const struct run *run,
                            const struct rows *rows, bool with_reason)
{
    const struct cell *cell = rows->cells[row];
    bool first = row == 0 || rows->cells[row - 1]->size != cell->size;
    enum status status =
        grid_set(grid, row, COLUMN_VARIANT, GRID_PLAIN, run->variants[cell->variant].name);
    if (status == STATUS_OK && first) {
        status = grid_set(grid, row, COLUMN_SIZE, GRID_PLAIN, units_count(cell->size).text);
        grid->gaps[row] = row > 0 && run->plan.variants_count > 1;
    }
    if (status != STATUS_OK || !notes_has_time(cell)) {
        return status != STATUS_OK ? status : fill_failure(grid, row, cell, with_reason);
    }
    status = fill_times(grid, row, cell);
    return status != STATUS_OK ? status : fill_speedup(grid, row, run, cell);
}

static enum status make_grid(const struct run *run, bool with_reasons, char best[32],
                             struct grid *grid)
{
    struct rows rows = {0};
    struct grid_column columns[COLUMNS_COUNT] = {
        [COLUMN_SIZE] = {"size", true},         [COLUMN_VARIANT] = {"variant", false},
        [COLUMN_REAL] = {"real", true},         [COLUMN_USER] = {"user", true},
        [COLUMN_SYS] = {"sys", true},           [COLUMN_BEST] = {best, true},
        [COLUMN_RESIDUAL] = {"residual", true}, [COLUMN_SPEEDUP] = {"speedup", true},
        [COLUMN_INTERVAL] = {"interval", false}};
    size_t r = notes_samples_count(run);
    snprintf(best, 32, r > 0 ? "best of %zu" : "best", r);
    enum status status = rows_make(run, &rows);
    if (status == STATUS_OK) {
        status = grid_make(columns, COLUMNS_COUNT, rows.count, grid);
    }
    for (size_t row = 0; row < rows.count && status == STATUS_OK; row++) {
        status = fill_row(grid, row, run, &rows, with_reasons);
    }
    rows_free(&rows);
    return status;
}

/* Where the reasons of failures go. */
struct page {
    const struct run *run;
    bool colour;
    FILE *out;
};

static void print_reason(const struct cell *cell, const char *sizes, void *context)
{
    const struct page *page = context;
    char *name = clean_line(page->run->variants[cell->variant].name, REASON_COLUMNS_MAX);
    fprintf(page->out, "\n  %s%s at N=%s: %s%s\n", page->colour ? grid_style_code(GRID_BAD) : "",
            name != NULL ? name : "?", sizes, cell_status_name(cell->status),
            page->colour ? grid_style_code(GRID_PLAIN) : "");
    clean_print_block(cell->reason, "      ", REASON_LINES_MAX, page->out);
    free(name);
}

static void print_line(const char *before, const char *text, FILE *out)
{
    char *line = clean_line(text, 400);
    fprintf(out, "%s%s\n", before, line != NULL ? line : "");
    free(line);
}

static void print_warnings(const struct run *run, FILE *out)
{
    bool begun = false;
    for (size_t i = 0; i < run->warnings_count; i++) {
        if (run->warnings[i].is_observed) {
            continue; /* the notes name it */
        }
        fputs(begun ? "" : "\n", out);
        begun = true;
        print_line("  warning: ", run->warnings[i].message, out);
        if (run->warnings[i].remedy != NULL) {
            print_line("           what to do: ", run->warnings[i].remedy, out);
        }
    }
}

static enum status print_text(const struct run *run, const struct grid *grid,
                              const struct notes *notes, const char *origin, bool colour, FILE *out)
{
    print_line("", run->lab_title != NULL ? run->lab_title : run->lab_name, out);
    print_line("", origin, out);
    fputc('\n', out);
    grid_print_text(grid, colour, out);
    fputc('\n', out);
    for (size_t i = 0; i < notes->count; i++) {
        print_line("  ", notes->lines[i], out);
    }
    struct page page = {run, colour, out};
    enum status status = rows_failures(run, print_reason, &page);
    print_warnings(run, out);
    return status;
}

static void print_markdown_line(const char *before, const char *text, const char *after, FILE *out)
{
    fputs(before, out);
    clean_print_markdown(text, out);
    fputs(after, out);
}

static void print_markdown_reason(const struct cell *cell, const char *sizes, void *context)
{
    const struct page *page = context;
    char *last = short_reason(cell, 2 * REASON_COLUMNS_MAX);
    print_markdown_line("- **", page->run->variants[cell->variant].name, "** at N=", page->out);
    fprintf(page->out, "%s: ", sizes);
    print_markdown_line("", cell_status_name(cell->status), ": ", page->out);
    print_markdown_line("", last, "\n", page->out);
    free(last);
}

static enum status print_markdown(const struct run *run, const struct grid *grid,
                                  const struct notes *notes, const char *origin, FILE *out)
{
    print_markdown_line("### ", run->lab_title != NULL ? run->lab_title : run->lab_name, "\n\n",
                        out);
    print_markdown_line("", origin, "\n\n", out);
    grid_print_markdown(grid, out);
    fputc('\n', out);
    for (size_t i = 0; i < notes->count; i++) {
        print_markdown_line("- ", notes->lines[i], "\n", out);
    }
    for (size_t i = 0; i < run->warnings_count; i++) {
        if (run->warnings[i].is_observed) {
            continue;
        }
        print_markdown_line("- **warning**: ", run->warnings[i].message, "; ", out);
        print_markdown_line("", run->warnings[i].remedy, "\n", out);
    }
    struct page page = {run, false, out};
    return rows_failures(run, print_markdown_reason, &page);
}

enum status table_print(const struct run *run, enum table_format format, bool colour, FILE *out)
{
    struct grid grid = {0};
    struct notes notes = {0};
    char best[32];
    char *origin = NULL;
    enum status status = STATUS_OK;
    if (format == TABLE_CSV) {
        status = csv_print(run, out);
        goto out;
    }
    if ((status = make_grid(run, format == TABLE_TEXT, best, &grid)) != STATUS_OK ||
        (status = notes_make(run, &notes)) != STATUS_OK) {
        goto out;
    }
    origin = notes_origin(run);
    if (format == TABLE_MARKDOWN) {
        status = print_markdown(run, &grid, &notes, origin, out);
    } else {
        status = print_text(run, &grid, &notes, origin, colour, out);
    }
out:
    if (status == STATUS_OK && (fflush(out) != 0 || ferror(out))) {
        status = status_fail(STATUS_IO, "the table cannot be written");
    }
    free(origin);
    notes_free(&notes);
    grid_free(&grid);
    return status;
}

enum status table_print_figures(const struct run *run, FILE *out)
{
    struct grid grid = {0};
    char best[32];
    enum status status = make_grid(run, false, best, &grid);
    if (status == STATUS_OK) {
        grid_print_markdown(&grid, out);
    }
    grid_free(&grid);
    return status;
}

void table_print_files(const struct run *run, FILE *out)
{
    static const struct {
        const char *title, *name;
    } files[] = {{"curve", "speedup.png"}, {"times", "time.png"},  {"total", "total.png"},
                 {"spread", "spread.png"}, {"drift", "drift.png"}, {"report", "report.html"},
                 {"figures", "run.json"}};
    for (size_t i = 0; run->folder != NULL && i < sizeof files / sizeof *files; i++) {
        char *path = NULL;
        if (asprintf(&path, "%s/%s", run->folder, files[i].name) >= 0 && access(path, R_OK) == 0) {
            fprintf(out, "  %-8s %s\n", files[i].title, path);
        }
        free(path);
    }
}
