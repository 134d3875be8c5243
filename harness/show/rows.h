/* Rows: in which order the cells of a run are shown.
 *
 * Ownership: rows point into the run, which outlives them; rows_free() releases the list.
 */
#ifndef FORTYFOLD_SHOW_ROWS_H
#define FORTYFOLD_SHOW_ROWS_H

#include <stddef.h>

#include "base/status.h"
#include "model/run.h"

struct rows {
    const struct cell **cells;
    size_t count;
};

/* Lists the cells size by size, so that the variants of one problem stand together (the model has
 * them variant by variant). STATUS_NO_MEMORY. */
enum status rows_make(const struct run *run, struct rows *rows);

/* Of a cell that failed: the sizes at which its variant failed for the same reason, "100, 200".
 * One of these cells, the first, speaks for all: `sizes` is NULL for the others, and for cells
 * that did not fail or have no reason. The caller frees it. STATUS_NO_MEMORY. */
enum status rows_failure(const struct run *run, const struct cell *cell, char **sizes);

/* `rows` may be NULL, or all zero. */
void rows_free(struct rows *rows);

#endif
