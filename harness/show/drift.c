#include "show/drift.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/units.h"
#include "show/chart.h"
#include "show/gnuplot.h"
#include "show/notes.h"
#include "show/relative.h"

enum { POINTS_MAX = 3000 };

/* A sample with its place in the run. */
struct place {
    const struct cell *cell;
    const struct sample *sample;
    size_t sequence;
};

/* Samples of a cell come in the order of the rounds, so that each cell is walked once. */
static const struct sample *next_sample(const struct cell *cell, const struct round_order *round,
                                        size_t *cursor)
{
    while (*cursor < cell->samples_count) {
        const struct sample *sample = &cell->samples[*cursor];
        if (sample->block > round->block ||
            (sample->block == round->block && sample->round > round->round)) {
            return NULL;
        }
        (*cursor)++;
        if (sample->block == round->block && sample->round == round->round) {
            return sample;
        }
    }
    return NULL;
}

/* Every sample of a cell that has a time, in the order as they were run; returns how many. */
static size_t make_places(const struct run *run, size_t *cursors, struct place *places)
{
    size_t count = 0, sequence = 0;
    for (size_t i = 0; i < run->order_count; i++) {
        const struct round_order *round = &run->order[i];
        for (size_t v = 0; v < round->variants_count; v++) {
            const struct cell *cell = run_cell(run, round->variants[v], round->size);
            if (cell == NULL || !notes_has_time(cell)) {
                continue;
            }
            const struct sample *sample = next_sample(cell, round, &cursors[cell - run->cells]);
            if (sample != NULL) {
                places[count++] = (struct place){cell, sample, ++sequence};
            }
        }
    }
    return count;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* A block's median of a variant: where it moves from block to block, the machine drifts, or the
 * processes differ. `values` has room for all. */
static void print_medians(const struct place *places, size_t count, size_t variant, double *values,
                          FILE *out)
{
    for (size_t first = 0, last; first < count; first = last) {
        uint32_t block = places[first].sample->block;
        size_t found = 0;
        for (last = first; last < count && places[last].sample->block == block; last++) {
            const struct place *place = &places[last];
            if (place->cell->variant == variant && place->sample->quarantined == NULL) {
                values[found++] = relative_of(place->cell, place->sample);
            }
        }
        if (found > 0) {
            qsort(values, found, sizeof *values, ascending);
            double median = (values[(found - 1) / 2] + values[found / 2]) / 2;
            fprintf(out, "\n%zu %.4g\n%zu %.4g\n", places[first].sequence, median,
                    places[last - 1].sequence, median);
        }
    }
}

static void print_points(const struct place *places, size_t count, size_t variant, size_t stride,
                         FILE *out)
{
    size_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        const struct place *place = &places[i];
        if (place->cell->variant == variant && seen++ % stride == 0) {
            fprintf(out, "%zu %.4g %d\n", place->sequence, relative_of(place->cell, place->sample),
                    place->sample->quarantined != NULL);
        }
    }
}

static void print_blocks(const struct place *places, size_t count, FILE *out)
{
    size_t blocks = 0;
    fprintf(out, "block_starts = ''\n");
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || places[i].sample->block != places[i - 1].sample->block) {
            fprintf(out, "block_starts = block_starts.' %zu'\n", places[i].sequence);
            blocks++;
        }
    }
    fprintf(out, "blocks = %zu\nlast = %zu\ntaken = '%s'\n", blocks, count > 0 ? count : 1,
            units_count(count).text);
}

static enum status print_places(const struct run *run, const struct place *places, size_t count,
                                FILE *out)
{
    struct relative_range range;
    size_t stride = relative_stride(run, POINTS_MAX);
    char *note = relative_note(run, stride);
    double *values = malloc((count + 1) * sizeof *values);
    enum status status = note == NULL || values == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for a picture")
                             : relative_range(run, &range);
    if (status == STATUS_OK) {
        status = gnuplot_head(run,
                              "The order as it was run: each sample's distance from its median; "
                              "bars are the blocks' medians",
                              note, out);
    }
    if (status == STATUS_OK) {
        status = chart_print_rows(run, out);
    }
    if (status == STATUS_OK) {
        fprintf(out, "y_low = %.6g\ny_high = %.6g\n", range.low, range.high);
        print_blocks(places, count, out);
        /* A variant's lines are found by `index`: two empty lines lie before the next one's. */
        fprintf(out, "$points << END_OF_DATA\n");
        for (size_t i = 0; i < run->plan.variants_count; i++) {
            fprintf(out, "%s0 0 2\n", i > 0 ? "\n\n" : "");
            print_points(places, count, run->plan.variants[i], stride, out);
        }
        fprintf(out, "END_OF_DATA\n$medians << END_OF_DATA\n");
        for (size_t i = 0; i < run->plan.variants_count; i++) {
            fprintf(out, "%sNaN NaN\n", i > 0 ? "\n\n" : "");
            print_medians(places, count, run->plan.variants[i], values, out);
        }
        fprintf(out, "END_OF_DATA\n");
    }
    free(values);
    free(note);
    return status;
}

static enum status make_input(const struct run *run, char **input)
{
    size_t length = 0;
    enum status status = status_fail(STATUS_NO_MEMORY, "no memory for a picture");
    struct place *places = malloc((relative_samples_count(run) + 1) * sizeof *places);
    size_t *cursors = calloc(run->cells_count + 1, sizeof *cursors);
    FILE *out = places == NULL || cursors == NULL ? NULL : open_memstream(input, &length);
    if (out != NULL) {
        size_t count = make_places(run, cursors, places);
        status = print_places(run, places, count, out);
        if (fclose(out) != 0 && status == STATUS_OK) {
            status = status_fail(STATUS_NO_MEMORY, "no memory for a picture");
        }
    }
    free(cursors);
    free(places);
    return status;
}

enum status drift_write(const struct run *run, const char *assets, const char *folder)
{
    char *input = NULL;
    bool any = run->order_count > 0 && relative_samples_count(run) > 0;
    enum status status = any ? make_input(run, &input) : STATUS_OK;
    if (status == STATUS_OK) {
        status = gnuplot_write(assets, "drift", input, folder, "drift");
    }
    free(input);
    return status;
}
