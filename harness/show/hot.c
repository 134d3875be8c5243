#include "show/hot.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "show/grid.h"

/* The letters of names where there is room for them, and where there is not; what the rest of a
 * line takes, with the two "…" of names that are cut. */
enum { FUNCTION_MOST = 32, FILE_MOST = 24, NAME_LEAST = 8, REST_COLUMNS = 35 };

static const char *const kinds[FRAME_KINDS] = {"lab", "library", "compiled", ""};

static enum status put(struct grid *grid, size_t row, size_t column, char *text)
{
    enum status status = text == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for a table")
                                      : grid_set(grid, row, column, GRID_PLAIN, text);
    free(text);
    return status;
}

static bool is_inside_letter(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80; /* UTF-8 */
}

/* A long name's end, or its beginning, with "…" for the rest. NULL: no memory. */
static char *short_text(const char *text, size_t most, bool keep_end)
{
    size_t size = strlen(text);
    if (size <= most) {
        return text_format("%s", text);
    }
    size_t cut = keep_end ? size - most : most;
    while (is_inside_letter(text[cut])) {
        cut += keep_end ? 1 : (size_t)-1;
    }
    return keep_end ? text_format("…%s", text + cut) : text_format("%.*s…", (int)cut, text);
}

enum status hot_print(const struct hot_row *rows, size_t count, size_t columns_most, bool colour,
                      FILE *out)
{
    /* Where names share less than they ask for, each gives up its part. */
    size_t asked = FUNCTION_MOST + FILE_MOST;
    size_t room = columns_most > REST_COLUMNS ? columns_most - REST_COLUMNS : 0;
    room = room > asked ? asked : room < 2 * NAME_LEAST ? 2 * NAME_LEAST : room;
    size_t file_most = room * FILE_MOST / asked, function_most = room - file_most;
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
            status = put(&grid, i, 2, short_text(rows[i].function, function_most, true));
        }
        if (status == STATUS_OK) {
            status =
                put(&grid, i, 3, short_text(rows[i].file, file_most, rows[i].kind != FRAME_NATIVE));
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
