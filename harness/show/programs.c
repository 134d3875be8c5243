#include "show/programs.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/units.h"
#include "show/clean.h"
#include "show/grid.h"

enum { COLUMN_NAME, COLUMN_BEST, COLUMN_MEDIAN, COLUMN_WORST, COLUMN_SPREAD, SPREAD_COLUMNS };
enum {
    COLUMN_COMMAND,
    COLUMN_REAL,
    COLUMN_REAL_INTERVAL,
    COLUMN_CPU,
    COLUMN_CPU_INTERVAL,
    COLUMN_VERDICT,
    SPEEDUP_COLUMNS
};

enum { TITLE_COLUMNS = 100, COMMAND_COLUMNS = 36 };

static struct units_text quantity_text(enum program_quantity quantity, double number)
{
    return quantity == PROGRAM_PEAK ? units_bytes((uint64_t)llround(number))
                                    : units_seconds(number);
}

/* The spread is beside the median: how far runs are from it, half of them less, half more. */
static enum status fill_quantity(struct grid *grid, enum program_quantity quantity,
                                 const struct program *program, uint64_t floor_bytes)
{
    const struct program_spread *spread = &program->spread[quantity];
    const double numbers[] = {spread->best, spread->median, spread->worst, spread->mad};
    enum status status =
        grid_set(grid, (size_t)quantity, COLUMN_NAME, GRID_PLAIN, program_quantity_name(quantity));
    for (size_t i = 0; status == STATUS_OK && i < sizeof numbers / sizeof *numbers; i++) {
        bool at_floor = quantity == PROGRAM_PEAK && i != 3 && numbers[i] <= (double)floor_bytes;
        char text[64];
        snprintf(text, sizeof text, "%s%s",
                 i == 3     ? "± "
                 : at_floor ? "≤ "
                            : "",
                 quantity_text(quantity, numbers[i]).text);
        status = grid_set(grid, (size_t)quantity, COLUMN_BEST + i, GRID_PLAIN, text);
    }
    return status;
}

/* Page faults tell memory that is touched for the first time, and files that come from a disk. */
static void print_notes(const struct program *program, FILE *out)
{
    uint64_t minor = 0, major = 0, count = program->runs_count > 0 ? program->runs_count : 1;
    for (size_t i = 0; i < program->runs_count; i++) {
        minor += program->runs[i].minor_faults_count;
        major += program->runs[i].major_faults_count;
    }
    fprintf(out, "  page faults in a run: %s, of these from disk: %s\n",
            units_count((minor + major) / count).text, units_count(major / count).text);
    if (program->failures_count > 0) {
        fprintf(out, "  %zu of %zu runs failed and are counted all the same (--ignore-failure)\n",
                program->failures_count, program->runs_count);
    }
}

static enum status print_program(const struct program *program, uint64_t floor_bytes, bool colour,
                                 FILE *out)
{
    static const struct grid_column columns[SPREAD_COLUMNS] = {
        {"", false}, {"best", true}, {"median", true}, {"worst", true}, {"spread", true}};
    char *title = clean_line(program->title, TITLE_COLUMNS);
    char *reason = clean_line(program->reason, TITLE_COLUMNS);
    struct grid grid = {0};
    enum status status = title == NULL || reason == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for a table")
                             : grid_make(columns, SPREAD_COLUMNS, PROGRAM_QUANTITIES, &grid);
    for (size_t q = 0; status == STATUS_OK && q < PROGRAM_QUANTITIES; q++) {
        status = fill_quantity(&grid, (enum program_quantity)q, program, floor_bytes);
    }
    if (status == STATUS_OK) {
        fprintf(out, "%s\n", title);
        if (program->status != CELL_OK) {
            fprintf(out, "  %sfailed: %s%s\n", colour ? grid_style_code(GRID_BAD) : "", reason,
                    colour ? grid_style_code(GRID_PLAIN) : "");
        } else if (program->runs_count == 0) {
            fprintf(out, "  interrupted before its first run had ended\n");
        } else {
            grid_print_text(&grid, colour, out);
            print_notes(program, out);
        }
        fputc('\n', out);
    }
    grid_free(&grid);
    free(reason);
    free(title);
    return status;
}

static enum status set_ratio(struct grid *grid, size_t row, size_t column, enum grid_style style,
                             const struct ratio *ratio)
{
    char text[100] = "";
    if (isfinite(ratio->low)) {
        snprintf(text, sizeof text, "[%s–%s]", units_factor(ratio->low).text,
                 units_factor(ratio->high).text);
    }
    enum status status = grid_set(grid, row, column, style, units_ratio(ratio->ratio).text);
    return status == STATUS_OK ? grid_set(grid, row, column + 1, GRID_PLAIN, text) : status;
}

static enum status fill_speedup(struct grid *grid, size_t row, const struct program *program)
{
    static const enum grid_style styles[VERDICT_COUNT] = {[VERDICT_FASTER] = GRID_GOOD,
                                                          [VERDICT_SLOWER] = GRID_BAD,
                                                          [VERDICT_NOT_RESOLVED] = GRID_UNSURE};
    enum grid_style style = styles[program->verdict];
    char *command = clean_line(program->title, COMMAND_COLUMNS);
    enum status status = command == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for a table")
                                         : grid_set(grid, row, COLUMN_COMMAND, GRID_PLAIN, command);
    free(command);
    if (status == STATUS_OK && !isfinite(program->real.ratio)) {
        return grid_set(grid, row, COLUMN_VERDICT, GRID_BAD, "failed");
    }
    if (status == STATUS_OK) {
        status = set_ratio(grid, row, COLUMN_REAL, style, &program->real);
    }
    if (status == STATUS_OK) {
        status = set_ratio(grid, row, COLUMN_CPU, GRID_PLAIN, &program->cpu);
    }
    return status == STATUS_OK
               ? grid_set(grid, row, COLUMN_VERDICT, style, verdict_name(program->verdict))
               : status;
}

static enum status print_speedups(const struct programs *programs, bool colour, FILE *out)
{
    static const struct grid_column columns[SPEEDUP_COLUMNS] = {
        {"command", false},    {"by real time", true},   {"95 % interval", false},
        {"by CPU time", true}, {"95 % interval", false}, {"verdict", false}};
    struct grid grid = {0};
    char *baseline = clean_line(programs->list[0].title, TITLE_COLUMNS - 20);
    enum status status = baseline == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for a table")
                             : grid_make(columns, SPEEDUP_COLUMNS, programs->count - 1, &grid);
    for (size_t i = 1; status == STATUS_OK && i < programs->count; i++) {
        status = fill_speedup(&grid, i - 1, &programs->list[i]);
    }
    if (status == STATUS_OK) {
        fprintf(out, "speedup over %s\n", baseline);
        grid_print_text(&grid, colour, out);
        fprintf(out, "  paired within each of %zu rounds, order drawn from --seed %llu\n\n",
                programs->list[0].runs_count, (unsigned long long)programs->seed);
    }
    grid_free(&grid);
    free(baseline);
    return status;
}

enum status programs_print(const struct programs *programs, bool colour, FILE *out)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < programs->count; i++) {
        status = print_program(&programs->list[i], programs->floor_bytes, colour, out);
    }
    if (status == STATUS_OK && programs->count > 1) {
        status = print_speedups(programs, colour, out);
    }
    if (status == STATUS_OK) {
        fprintf(
            out,
            "  %s%zu runs each, after %zu to warm up; spread: median distance from the median\n",
            programs->interrupted ? "interrupted; planned were " : "", programs->rounds_count,
            programs->warmup_count);
    }
    return status;
}
