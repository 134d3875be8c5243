/* Grid: texts in rows and columns, printed so that they line up.
 *
 * Units: widths are terminal columns (see show/clean.h).
 *
 * Ownership: a grid owns the copies of its texts; grid_free() releases them.
 */
#ifndef FORTYFOLD_SHOW_GRID_H
#define FORTYFOLD_SHOW_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/status.h"

enum grid_style {
    GRID_PLAIN,
    GRID_GOOD,   /* faster */
    GRID_BAD,    /* slower, failed */
    GRID_UNSURE, /* not resolved */
    GRID_STYLES_COUNT
};

struct grid_cell {
    char *text; /* NULL: empty */
    enum grid_style style;
    bool spills; /* may run on over the cells to its right, which are empty: no width counts */
};

struct grid_column {
    const char *header; /* not owned */
    bool right;         /* aligned to the right, as numbers are */
};

struct grid {
    struct grid_column columns[16];
    size_t columns_count;
    struct grid_cell *cells; /* row by row */
    bool *gaps;              /* whether an empty line goes before the row */
    size_t rows_count;
};

/* Makes a grid of empty cells. STATUS_NO_MEMORY. `columns_count` is at most 16. */
enum status grid_make(const struct grid_column *columns, size_t columns_count, size_t rows_count,
                      struct grid *grid);

/* Puts a text into a cell (a cleaned copy, at most 120 columns). STATUS_NO_MEMORY. */
enum status grid_set(struct grid *grid, size_t row, size_t column, enum grid_style style,
                     const char *text);

/* As grid_set, for a text that runs on over the empty cells to its right. */
enum status grid_spill(struct grid *grid, size_t row, size_t column, enum grid_style style,
                       const char *text);

/* Prints a header, a rule and the rows, each after two spaces. */
void grid_print_text(const struct grid *grid, bool colour, FILE *out);

/* Prints a pipe table, every text escaped. */
void grid_print_markdown(const struct grid *grid, FILE *out);

/* The terminal's code that begins a style, and with GRID_PLAIN the one that ends it. */
const char *grid_style_code(enum grid_style style);

/* `grid` may be NULL, or all zero. */
void grid_free(struct grid *grid);

#endif
