#include "show/hot.h"

#include <stdlib.h>

#include "base/text.h"
#include "show/grid.h"

static const char *const kinds[FRAME_KINDS] = {"lab", "library", "compiled", ""};

static enum status put(struct grid *grid, size_t row, size_t column, char *text)
{
    enum status status = text == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for a table")
                                      : grid_set(grid, row, column, GRID_PLAIN, text);
    free(text);
    return status;
}

enum status hot_print(const struct hot_row *rows, size_t count, bool colour, FILE *out)
{
    static const struct grid_column columns[] = {
        {"total", true}, {"self", true}, {"function", false}, {"file", false}, {"code", false}};
    struct grid grid = {0};
    enum status status = grid_make(columns, sizeof columns / sizeof *columns, count, &grid);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        status = put(&grid, i, 0, text_format("%.1f %%", 100 * rows[i].total_share));
        if (status == STATUS_OK) {
            status = put(&grid, i, 1, text_format("%.1f %%", 100 * rows[i].self_share));
        }
        if (status == STATUS_OK) {
            status = grid_set(&grid, i, 2, GRID_PLAIN, rows[i].function);
        }
        if (status == STATUS_OK) {
            status = grid_set(&grid, i, 3, GRID_PLAIN, rows[i].file);
        }
        if (status == STATUS_OK) {
            status = grid_set(&grid, i, 4, GRID_PLAIN, kinds[rows[i].kind]);
        }
    }
    if (status == STATUS_OK) {
        grid_print_text(&grid, colour, out);
    }
    grid_free(&grid);
    return status;
}
