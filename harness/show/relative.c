#include "show/relative.h"

#include <math.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/units.h"
#include "show/notes.h"

/* Less than this on each side would make a landscape of nothing. */
static const double least_percent = 3;

double relative_of(const struct cell *cell, const struct sample *sample)
{
    return 100 * (sample->real_s / cell->summary.median_s - 1);
}

size_t relative_samples_count(const struct run *run)
{
    size_t count = 0;
    for (size_t i = 0; i < run->cells_count; i++) {
        count += notes_has_time(&run->cells[i]) ? run->cells[i].samples_count : 0;
    }
    return count;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum status relative_range(const struct run *run, struct relative_range *range)
{
    size_t count = 0;
    double *values = malloc((relative_samples_count(run) + 1) * sizeof *values);
    *range = (struct relative_range){-least_percent, least_percent};
    if (values == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a picture");
    }
    for (size_t i = 0; i < run->cells_count; i++) {
        const struct cell *cell = &run->cells[i];
        for (size_t s = 0; notes_has_time(cell) && s < cell->samples_count; s++) {
            if (cell->samples[s].quarantined == NULL) {
                values[count++] = relative_of(cell, &cell->samples[s]);
            }
        }
    }
    if (count > 0) {
        qsort(values, count, sizeof *values, ascending);
        double low = values[count / 100], high = values[(count - 1) - count / 50];
        double air = 0.06 * (high - low);
        range->low = fmin(low - air, range->low);
        range->high = fmax(high + air, range->high);
    }
    free(values);
    return STATUS_OK;
}

size_t relative_stride(const struct run *run, size_t most)
{
    return 1 + relative_samples_count(run) / (most + 1);
}

char *relative_note(const struct run *run, size_t stride)
{
    const char *edge = "Triangles: beyond the axis. Crosses: left out of the figures.";
    return stride == 1
               ? text_format("%s", edge)
               : text_format("%s One of %zu samples is drawn (there are %s); boxes and medians "
                             "count all.",
                             edge, stride, units_count(relative_samples_count(run)).text);
}
