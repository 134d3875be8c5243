#include "show/spread.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/units.h"
#include "show/chart.h"
#include "show/gnuplot.h"
#include "show/notes.h"
#include "show/relative.h"

/* More panels than these are too narrow, more points than these only make the file larger. */
enum { PANELS_MAX = 5, POINTS_MAX = 3000 };

/* The blocks of a variant lie above each other within this share of its row, so that processes
 * which differ are seen. */
static const double row_share = 0.62;

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The quartiles of the samples that count; NAN: there are none. */
static enum status quartiles(const struct cell *cell, double *low, double *high)
{
    size_t count = 0;
    double *values = malloc((cell->samples_count + 1) * sizeof *values);
    if (values == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a picture");
    }
    for (size_t s = 0; s < cell->samples_count; s++) {
        if (cell->samples[s].quarantined == NULL) {
            values[count++] = relative_of(cell, &cell->samples[s]);
        }
    }
    qsort(values, count, sizeof *values, ascending);
    *low = count > 0 ? values[(count - 1) / 4] : NAN;
    *high = count > 0 ? values[count - 1 - (count - 1) / 4] : NAN;
    free(values);
    return STATUS_OK;
}

static void print_points(const struct run *run, const struct cell *cell, size_t row, size_t stride,
                         FILE *out)
{
    double blocks = run->blocks_done > 0 ? (double)run->blocks_done : 1;
    for (size_t s = 0; s < cell->samples_count; s += stride) {
        const struct sample *sample = &cell->samples[s];
        double up = fmin(1, ((double)sample->block + 0.5) / blocks) - 0.5;
        fprintf(out, "%zu %.4g %.4f %d\n", row, relative_of(cell, sample),
                (double)row + row_share * up, sample->quarantined != NULL);
    }
}

/* A block a panel, two empty lines apart: `index` finds it. */
static void print_dots(const struct run *run, const size_t *sizes, size_t panels, size_t stride,
                       FILE *out)
{
    fprintf(out, "$points << END_OF_DATA\n");
    for (size_t p = 0; p < panels; p++) {
        fprintf(out, "%s1 0 0 2\n", p > 0 ? "\n\n" : "");
        for (size_t i = 0; i < run->plan.variants_count; i++) {
            const struct cell *cell = run_cell(run, run->plan.variants[i], sizes[p]);
            if (cell != NULL && notes_has_time(cell)) {
                print_points(run, cell, i + 1, stride, out);
            }
        }
    }
    fprintf(out, "END_OF_DATA\n");
}

static enum status print_boxes(const struct run *run, size_t panel, size_t size, FILE *out)
{
    enum status status = STATUS_OK;
    fprintf(out, "size[%zu] = 'N = %s'\n", panel, units_count(size).text);
    for (size_t i = 0; status == STATUS_OK && i < run->plan.variants_count; i++) {
        const struct cell *cell = run_cell(run, run->plan.variants[i], size);
        size_t at = (panel - 1) * run->plan.variants_count + i + 1;
        double low = NAN, high = NAN;
        if (cell != NULL && notes_has_time(cell)) {
            status = quartiles(cell, &low, &high);
        }
        bool known = isfinite(low);
        fprintf(out, "has_box[%zu] = %d\nbox_low[%zu] = %.4g\nbox_high[%zu] = %.4g\n", at, known,
                at, known ? low : 0, at, known ? high : 0);
    }
    return status;
}

/* The sizes that are shown: the largest, and others evenly down to the smallest. */
static size_t pick_sizes(const struct run *run, size_t sizes[PANELS_MAX])
{
    size_t count = run->plan.sizes_count;
    size_t panels = count < PANELS_MAX ? count : PANELS_MAX;
    for (size_t p = 0; p < panels; p++) {
        sizes[p] = run->plan.sizes[panels > 1 ? p * (count - 1) / (panels - 1) : count - 1];
    }
    return panels;
}

static enum status make_input(const struct run *run, char **input)
{
    size_t length = 0, sizes[PANELS_MAX], panels = pick_sizes(run, sizes);
    size_t stride = relative_stride(run, POINTS_MAX);
    struct relative_range range;
    char *note = relative_note(run, stride);
    FILE *out = open_memstream(input, &length);
    enum status status = note == NULL || out == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for a picture")
                             : relative_range(run, &range);
    if (status == STATUS_OK) {
        status = gnuplot_head(run,
                              "Every sample: its distance from the median of its variant, a line "
                              "a block; boxes hold the middle half",
                              note, out);
    }
    if (status == STATUS_OK) {
        fprintf(out, "x_low = %.6g\nx_high = %.6g\npanels = %zu\narray size[%zu]\n", range.low,
                range.high, panels, panels);
        fprintf(out, "array has_box[%zu]\narray box_low[%zu]\narray box_high[%zu]\n",
                panels * run->plan.variants_count, panels * run->plan.variants_count,
                panels * run->plan.variants_count);
        status = chart_print_rows(run, out);
    }
    for (size_t p = 0; p < panels && status == STATUS_OK; p++) {
        status = print_boxes(run, p + 1, sizes[p], out);
    }
    if (status == STATUS_OK) {
        print_dots(run, sizes, panels, stride, out);
    }
    if (out != NULL && fclose(out) != 0 && status == STATUS_OK) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for a picture");
    }
    free(note);
    return status;
}

enum status spread_write(const struct run *run, const char *assets, const char *folder)
{
    char *input = NULL;
    enum status status = relative_samples_count(run) > 0 ? make_input(run, &input) : STATUS_OK;
    if (status == STATUS_OK) {
        status = gnuplot_write(assets, "spread", input, folder, "spread");
    }
    free(input);
    return status;
}
