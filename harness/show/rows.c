#include "show/rows.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

enum status rows_make(const struct run *run, struct rows *rows)
{
    *rows = (struct rows){.cells = calloc(run->cells_count + 1, sizeof *rows->cells)};
    if (rows->cells == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for %zu rows", run->cells_count);
    }
    for (size_t s = 0; s < run->plan.sizes_count; s++) {
        for (size_t i = 0; i < run->cells_count; i++) {
            if (run->cells[i].size == run->plan.sizes[s]) {
                rows->cells[rows->count++] = &run->cells[i];
            }
        }
    }
    return STATUS_OK;
}

static bool is_same(const struct cell *a, const struct cell *b)
{
    return a->variant == b->variant && a->status == b->status && b->reason != NULL &&
           strcmp(a->reason, b->reason) == 0;
}

/* Where a variant failed for one reason; NULL for all its cells but the first. */
static enum status failed_sizes(const struct run *run, const struct cell *cell, char **sizes)
{
    size_t length = 0;
    *sizes = NULL;
    if (cell->status == CELL_OK || cell->reason == NULL || cell->reason[0] == '\0') {
        return STATUS_OK;
    }
    for (const struct cell *before = run->cells; before < cell; before++) {
        if (is_same(cell, before)) {
            return STATUS_OK;
        }
    }
    FILE *out = open_memstream(sizes, &length);
    if (out == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for the reasons of failures");
    }
    for (const struct cell *other = cell; other < run->cells + run->cells_count; other++) {
        if (is_same(cell, other)) {
            fprintf(out, "%s%s", other == cell ? "" : ", ", units_count(other->size).text);
        }
    }
    if (fclose(out) != 0) {
        free(*sizes);
        *sizes = NULL;
        return status_fail(STATUS_NO_MEMORY, "no memory for the reasons of failures");
    }
    return STATUS_OK;
}

enum status rows_failures(const struct run *run,
                          void (*visit)(const struct cell *cell, const char *sizes, void *context),
                          void *context)
{
    for (size_t i = 0; i < run->cells_count; i++) {
        char *sizes = NULL;
        enum status status = failed_sizes(run, &run->cells[i], &sizes);
        if (status != STATUS_OK) {
            return status;
        }
        if (sizes != NULL) {
            visit(&run->cells[i], sizes, context);
        }
        free(sizes);
    }
    return STATUS_OK;
}

void rows_free(struct rows *rows)
{
    if (rows != NULL) {
        free(rows->cells);
        *rows = (struct rows){0};
    }
}
