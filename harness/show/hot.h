/* Hot: where a program's time went, as a table on a terminal, and how the profile came about. */
#ifndef FORTYFOLD_SHOW_HOT_H
#define FORTYFOLD_SHOW_HOT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/status.h"
#include "model/profile.h"

struct hot_row {
    const char *file, *function;
    enum frame_kind kind;
    double self_share, total_share; /* 0 … 1 */
};

/* Prints the rows, a line each of at most `columns` if names can be cut so short (from about 50
 * on). `colour` allows terminal colours. STATUS_NO_MEMORY. */
enum status hot_print(const struct hot_row *rows, size_t count, size_t columns, bool colour,
                      FILE *out);

#endif
