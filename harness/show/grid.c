#include "show/grid.h"

#include <stdlib.h>
#include <string.h>

#include "show/clean.h"

enum { CELL_COLUMNS_MAX = 120, COLUMNS_MAX = 16 };

/* The plain sixteen colours, not bright nor dim, so that a light theme and a dark one each show
 * their own readable shade; yellow is left out, it vanishes on white. */
static const char *const codes[GRID_STYLES_COUNT] = {
    [GRID_PLAIN] = "\033[0m",
    [GRID_GOOD] = "\033[32m",
    [GRID_BAD] = "\033[31m",
    [GRID_UNSURE] = "\033[35m",
};

const char *grid_style_code(enum grid_style style)
{
    return codes[style];
}

enum status grid_make(const struct grid_column *columns, size_t columns_count, size_t rows_count,
                      struct grid *grid)
{
    *grid = (struct grid){.columns_count = columns_count, .rows_count = rows_count};
    memcpy(grid->columns, columns, columns_count * sizeof *columns);
    grid->cells = calloc(columns_count * rows_count + 1, sizeof *grid->cells);
    grid->gaps = calloc(rows_count + 1, sizeof *grid->gaps);
    if (grid->cells == NULL || grid->gaps == NULL) {
        grid_free(grid);
        return status_fail(STATUS_NO_MEMORY, "no memory for a table of %zu rows", rows_count);
    }
    return STATUS_OK;
}

enum status grid_set(struct grid *grid, size_t row, size_t column, enum grid_style style,
                     const char *text)
{
    struct grid_cell *cell = &grid->cells[row * grid->columns_count + column];
    char *copy = clean_line(text, CELL_COLUMNS_MAX);
    if (copy == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a table");
    }
    free(cell->text);
    *cell = (struct grid_cell){.text = copy, .style = style};
    return STATUS_OK;
}

enum status grid_spill(struct grid *grid, size_t row, size_t column, enum grid_style style,
                       const char *text)
{
    enum status status = grid_set(grid, row, column, style, text);
    grid->cells[row * grid->columns_count + column].spills = status == STATUS_OK;
    return status;
}

static void measure(const struct grid *grid, size_t *widths)
{
    for (size_t c = 0; c < grid->columns_count; c++) {
        widths[c] = clean_width(grid->columns[c].header);
        for (size_t r = 0; r < grid->rows_count; r++) {
            const struct grid_cell *cell = &grid->cells[r * grid->columns_count + c];
            size_t width = cell->text != NULL && !cell->spills ? clean_width(cell->text) : 0;
            widths[c] = width > widths[c] ? width : widths[c];
        }
    }
}

static void print_spaces(size_t count, FILE *out)
{
    fprintf(out, "%*s", (int)count, "");
}

static void print_styled(const struct grid_cell *cell, bool colour, FILE *out)
{
    bool styled = colour && cell->style != GRID_PLAIN;
    fprintf(out, "%s%s%s", styled ? codes[cell->style] : "", cell->text,
            styled ? codes[GRID_PLAIN] : "");
}

/* Spaces are owed, and paid when a text follows: no line ends with any. */
static void print_row(const struct grid *grid, const struct grid_cell *cells, const size_t *widths,
                      bool colour, FILE *out)
{
    size_t owed = 2;
    for (size_t c = 0; c < grid->columns_count; c++) {
        const struct grid_cell *cell = &cells[c];
        size_t width = cell->text != NULL ? clean_width(cell->text) : 0;
        size_t left = widths[c] > width ? widths[c] - width : 0;
        if (width > 0) {
            bool right = grid->columns[c].right && !cell->spills;
            print_spaces(owed + (right ? left : 0), out);
            print_styled(cell, colour, out);
            owed = right ? 0 : left;
            if (cell->spills) {
                break;
            }
        } else {
            owed += left;
        }
        owed += 2;
    }
    fputc('\n', out);
}

void grid_print_text(const struct grid *grid, bool colour, FILE *out)
{
    size_t widths[COLUMNS_MAX], total = 0;
    struct grid_cell headers[COLUMNS_MAX] = {0};
    measure(grid, widths);
    for (size_t c = 0; c < grid->columns_count; c++) {
        headers[c].text = (char *)grid->columns[c].header; /* only read */
        total += widths[c] + (c > 0 ? 2 : 0);
    }
    print_row(grid, headers, widths, false, out);
    fputs("  ", out);
    for (size_t i = 0; i < total; i++) {
        fputs("─", out);
    }
    fputc('\n', out);
    for (size_t r = 0; r < grid->rows_count; r++) {
        fputs(grid->gaps[r] ? "\n" : "", out);
        print_row(grid, &grid->cells[r * grid->columns_count], widths, colour, out);
    }
}

void grid_print_markdown(const struct grid *grid, FILE *out)
{
    for (size_t c = 0; c < grid->columns_count; c++) {
        fprintf(out, "| %s ", grid->columns[c].header);
    }
    fputs("|\n", out);
    for (size_t c = 0; c < grid->columns_count; c++) {
        fputs(grid->columns[c].right ? "|---:" : "|:---", out);
    }
    fputs("|\n", out);
    for (size_t r = 0; r < grid->rows_count; r++) {
        for (size_t c = 0; c < grid->columns_count; c++) {
            const struct grid_cell *cell = &grid->cells[r * grid->columns_count + c];
            fputs("| ", out);
            clean_print_markdown(cell->text != NULL ? cell->text : "", out);
            fputc(' ', out);
        }
        fputs("|\n", out);
    }
}

void grid_free(struct grid *grid)
{
    if (grid == NULL) {
        return;
    }
    for (size_t i = 0; grid->cells != NULL && i < grid->columns_count * grid->rows_count; i++) {
        free(grid->cells[i].text);
    }
    free(grid->cells);
    free(grid->gaps);
    *grid = (struct grid){0};
}
