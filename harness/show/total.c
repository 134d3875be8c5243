#include "show/total.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/units.h"
#include "show/chart.h"
#include "show/gnuplot.h"
#include "show/notes.h"

static const char *const part_names[TOTAL_PARTS_COUNT] = {
    [TOTAL_STARTUP] = "interpreter start", [TOTAL_IMPORT] = "import",
    [TOTAL_FIRST_CALL] = "first call",     [TOTAL_WARMUP] = "warm-up",
    [TOTAL_WARM_CALL] = "one warm call",
};

const char *total_part_name(enum total_part part)
{
    return part_names[part];
}

size_t total_size(const struct run *run)
{
    size_t best = 0, most = 0;
    for (size_t s = 0; s < run->plan.sizes_count; s++) {
        size_t count = 0;
        for (size_t i = 0; i < run->cells_count; i++) {
            count += run->cells[i].size == run->plan.sizes[s] && notes_has_time(&run->cells[i]);
        }
        if (count > 0 && count >= most) {
            most = count;
            best = run->plan.sizes[s];
        }
    }
    return best;
}

bool total_parts(const struct run *run, size_t variant, size_t size,
                 double parts_s[TOTAL_PARTS_COUNT], double *sum_s)
{
    const struct cell *cell = run_cell(run, variant, size);
    if (cell == NULL || !notes_has_time(cell) || cell->workers_count == 0) {
        return false;
    }
    const struct worker_times *times = &cell->times;
    const double found[TOTAL_PARTS_COUNT] = {times->startup_s, times->import_s, times->first_call_s,
                                             times->warmup_s, cell->summary.median_s};
    *sum_s = 0;
    for (size_t i = 0; i < TOTAL_PARTS_COUNT; i++) {
        parts_s[i] = found[i] > 0 ? found[i] : 0; /* NAN: an old run that does not know it */
        *sum_s += parts_s[i];
    }
    return true;
}

static double share_of_call(const struct run *run, size_t variant, double *sum_s)
{
    double parts_s[TOTAL_PARTS_COUNT];
    if (!total_parts(run, variant, total_size(run), parts_s, sum_s)) {
        return NAN;
    }
    *sum_s -= parts_s[TOTAL_WARMUP] + parts_s[TOTAL_WARM_CALL];
    return parts_s[TOTAL_FIRST_CALL] / *sum_s;
}

/* The variant with the shortest warm call at the size that is shown. */
static size_t fastest(const struct run *run)
{
    size_t best = run->baseline;
    double best_s = INFINITY;
    for (size_t i = 0; i < run->cells_count; i++) {
        const struct cell *cell = &run->cells[i];
        if (cell->size == total_size(run) && notes_has_time(cell) &&
            cell->summary.median_s < best_s) {
            best_s = cell->summary.median_s;
            best = cell->variant;
        }
    }
    return best;
}

/* "97 %", "3.2 %". */
static struct units_text percent(double share)
{
    struct units_text text;
    snprintf(text.text, sizeof text.text, share >= 0.0995 ? "%.0f %%" : "%.2g %%", share * 100);
    return text;
}

char *total_sentence(const struct run *run)
{
    double base_s, fast_s;
    size_t fast = fastest(run);
    double base = share_of_call(run, run->baseline, &base_s);
    double other = share_of_call(run, fast, &fast_s);
    const char *name = run->variants[run->baseline].name;
    if (isnan(base) || isnan(other)) {
        return NULL;
    }
    if (fast == run->baseline) {
        return text_format("A program that calls %s once at N = %s takes %s, of which the call "
                           "itself is %s: the rest is starting Python and importing.",
                           name, units_count(total_size(run)).text, units_seconds(base_s).text,
                           percent(base).text);
    }
    return text_format("A program that makes one call at N = %s takes %s with %s, of which the "
                       "call itself is %s, and %s with %s, of which it is %s: the rest "
                       "is starting Python and importing, which no faster function saves.",
                       units_count(total_size(run)).text, units_seconds(base_s).text, name,
                       percent(base).text, units_seconds(fast_s).text, run->variants[fast].name,
                       percent(other).text);
}

static void print_parts(const struct run *run, size_t row, size_t variant, FILE *out)
{
    double parts_s[TOTAL_PARTS_COUNT] = {0}, sum_s = 0;
    bool known = total_parts(run, variant, total_size(run), parts_s, &sum_s);
    for (size_t p = 0; p < TOTAL_PARTS_COUNT; p++) {
        size_t at = (row - 1) * TOTAL_PARTS_COUNT + p + 1;
        double share = known ? parts_s[p] / sum_s : 0;
        fprintf(out, "share[%zu] = %.9g\nwords[%zu] = '%s'\n", at, share, at,
                units_seconds(parts_s[p]).text);
    }
    fprintf(out, "total[%zu] = '%s'\n", row, known ? units_seconds(sum_s).text : "no time");
}

/* The right panel: how much of a call at the smallest size is fixed. −1: not resolved. */
static bool print_fixed(const struct run *run, size_t row, size_t variant, FILE *out)
{
    const struct fit *fit = run_fit(run, variant);
    const struct cell *cell = run_cell(run, variant, run->plan.sizes[0]);
    bool timed = cell != NULL && notes_has_time(cell);
    bool known = timed && fit != NULL && isfinite(fit->fixed_s);
    double share = known ? fmin(1, fit->fixed_s / cell->summary.median_s) : -1;
    fprintf(out, "fixed[%zu] = %.9g\nfixed_words[%zu] = '%s'\ncall[%zu] = '%s'\n", row, share, row,
            known   ? units_seconds(fit->fixed_s).text
            : timed ? "not resolved"
                    : "",
            row, timed ? units_seconds(cell->summary.median_s).text : "no time");
    return known;
}

static void print_arrays(size_t rows, FILE *out)
{
    fprintf(out,
            "parts = %d\narray total[%zu]\narray fixed[%zu]\n"
            "array fixed_words[%zu]\narray call[%zu]\narray share[%zu]\narray words[%zu]\n"
            "array part[%d]\n",
            TOTAL_PARTS_COUNT, rows, rows, rows, rows, rows * TOTAL_PARTS_COUNT,
            rows * TOTAL_PARTS_COUNT, TOTAL_PARTS_COUNT);
    for (size_t p = 0; p < TOTAL_PARTS_COUNT; p++) {
        fprintf(out, "part[%zu] = '%s'\n", p + 1, part_names[p]);
    }
}

static enum status make_input(const struct run *run, char **input)
{
    size_t length = 0;
    char heading[200];
    bool any_fixed = false;
    FILE *out = open_memstream(input, &length);
    if (out == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a picture");
    }
    snprintf(heading, sizeof heading, "Where a total goes at N = %s: medians of fresh processes",
             units_count(total_size(run)).text);
    enum status status = gnuplot_head(run, heading, "", out);
    print_arrays(run->plan.variants_count, out);
    if (status == STATUS_OK) {
        status = chart_print_rows(run, out);
    }
    for (size_t i = 0; i < run->plan.variants_count; i++) {
        size_t variant = run->plan.variants[i];
        print_parts(run, i + 1, variant, out);
        any_fixed = print_fixed(run, i + 1, variant, out) || any_fixed;
    }
    fprintf(out, "has_fixed = %d\nsmall = 'one call at N = %s: fixed cost'\n", any_fixed,
            units_count(run->plan.sizes[0]).text);
    if (fclose(out) != 0 && status == STATUS_OK) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for a picture");
    }
    return status;
}

enum status total_write(const struct run *run, const char *assets, const char *folder)
{
    double parts_s[TOTAL_PARTS_COUNT], sum_s;
    char *input = NULL;
    bool any = false;
    for (size_t i = 0; i < run->plan.variants_count; i++) {
        any = any || total_parts(run, run->plan.variants[i], total_size(run), parts_s, &sum_s);
    }
    enum status status = any ? make_input(run, &input) : STATUS_OK;
    if (status == STATUS_OK) {
        status = gnuplot_write(assets, "total", input, folder, "total");
    }
    free(input);
    return status;
}
