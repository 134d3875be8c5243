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

/* Goes through the failures: `visit` gets one cell for each variant and reason, the first, and the
 * sizes at which the variant failed so, "100, 200". Cells without a reason are left out.
 * STATUS_NO_MEMORY. */
enum status rows_failures(const struct run *run,
                          void (*visit)(const struct cell *cell, const char *sizes, void *context),
                          void *context);

/* `rows` may be NULL, or all zero. */
void rows_free(struct rows *rows);

#endif
