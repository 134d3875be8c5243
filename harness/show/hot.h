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

/* Prints the rows, a line each. `colour` allows terminal colours. STATUS_NO_MEMORY. */
enum status hot_print(const struct hot_row *rows, size_t count, bool colour, FILE *out);

#endif
