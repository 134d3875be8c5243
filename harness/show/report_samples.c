#include "show/report_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/units.h"
#include "show/clean.h"
#include "show/grid.h"
#include "show/notes.h"
#include "show/total.h"

/* Reasons are few constants of the analysis; more would not be read. */
enum { REASONS_MAX = 8 };

void report_line(const char *before, const char *text, const char *after, FILE *out)
{
    fputs(before, out);
    clean_print_markdown(text, out);
    fputs(after, out);
}

size_t report_picture(const char *folder, const char *name, const char *words, FILE *out)
{
    char *path = text_format("%s/%s.svg", folder, name);
    bool there = path != NULL && access(path, R_OK) == 0;
    if (there) {
        fprintf(out, "![%s](%s.svg)\n\n", words, name);
    }
    free(path);
    return there;
}

static enum status fill_total(const struct run *run, size_t row, size_t variant, struct grid *grid)
{
    double parts_s[TOTAL_PARTS_COUNT], sum_s;
    const struct fit *fit = run_fit(run, variant);
    enum status status = grid_set(grid, row, 0, GRID_PLAIN, run->variants[variant].name);
    bool known = total_parts(run, variant, total_size(run), parts_s, &sum_s);
    for (size_t p = 0; known && p < TOTAL_PARTS_COUNT && status == STATUS_OK; p++) {
        status = grid_set(grid, row, p + 1, GRID_PLAIN, units_seconds(parts_s[p]).text);
    }
    if (known && status == STATUS_OK) {
        status = grid_set(grid, row, TOTAL_PARTS_COUNT + 1, GRID_PLAIN, units_seconds(sum_s).text);
    }
    bool resolved = fit != NULL && isfinite(fit->fixed_s);
    char *fixed = resolved ? text_format("%s [%s–%s]", units_seconds(fit->fixed_s).text,
                                         units_seconds(fit->fixed_low_s).text,
                                         units_seconds(fit->fixed_high_s).text)
                           : text_format(known ? "not resolved" : "");
    if (fixed == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for the report");
    }
    if (status == STATUS_OK) {
        status = grid_set(grid, row, TOTAL_PARTS_COUNT + 2, GRID_PLAIN, fixed);
    }
    free(fixed);
    return status;
}

static enum status print_total_table(const struct run *run, FILE *out)
{
    struct grid grid = {0};
    struct grid_column columns[TOTAL_PARTS_COUNT + 3] = {{"variant", false}};
    for (size_t p = 0; p < TOTAL_PARTS_COUNT; p++) {
        columns[p + 1] = (struct grid_column){total_part_name((enum total_part)p), true};
    }
    columns[TOTAL_PARTS_COUNT + 1] = (struct grid_column){"sum", true};
    columns[TOTAL_PARTS_COUNT + 2] = (struct grid_column){"fixed cost of a call", true};
    enum status status = grid_make(columns, TOTAL_PARTS_COUNT + 3, run->plan.variants_count, &grid);
    for (size_t i = 0; status == STATUS_OK && i < run->plan.variants_count; i++) {
        status = fill_total(run, i, run->plan.variants[i], &grid);
    }
    if (status == STATUS_OK) {
        fputs("::: {.figures .plain}\n", out);
        grid_print_markdown(&grid, out);
        fputs(":::\n\n", out);
    }
    grid_free(&grid);
    return status;
}

enum status report_total(const struct run *run, const char *folder, FILE *out)
{
    char *sentence = total_sentence(run);
    if (total_size(run) == 0) {
        free(sentence);
        return STATUS_OK;
    }
    fputs("## Where a total goes\n\n", out);
    if (sentence != NULL) {
        report_line("", sentence, "\n\n", out);
    }
    free(sentence);
    (void)report_picture(folder, "total", "Where a total goes, as shares of it", out);
    enum status status = print_total_table(run, out);
    fputs("::: {.notes}\n"
          "- medians over the fresh processes of the blocks; warm-up: what calls cost until they "
          "were steady, and finding out how many make a sample\n"
          "- fixed cost of a call: what it takes at whatever size, as crossing from Python into C "
          "does; by fitting time = fixed + scale·N^k to each block, the interval over the blocks "
          "widened by the misfit; not resolved where the curve is not yet flat at the smallest "
          "size\n"
          ":::\n\n",
          out);
    return status;
}

struct reason {
    const char *text;
    size_t count;
};

/* Counts a variant's samples by why they were left out; returns how many reasons there are. */
static size_t count_reasons(const struct run *run, size_t variant, size_t *samples, size_t *left,
                            struct reason reasons[REASONS_MAX])
{
    size_t count = 0;
    *samples = *left = 0;
    for (size_t i = 0; i < run->cells_count; i++) {
        const struct cell *cell = &run->cells[i];
        for (size_t s = 0; cell->variant == variant && s < cell->samples_count; s++) {
            const char *why = cell->samples[s].quarantined;
            size_t r = 0;
            (*samples)++;
            if (why == NULL) {
                continue;
            }
            (*left)++;
            while (r < count && strcmp(reasons[r].text, why) != 0) {
                r++;
            }
            if (r == count && count < REASONS_MAX) {
                reasons[count++] = (struct reason){why, 0};
            }
            if (r < count) {
                reasons[r].count++;
            }
        }
    }
    return count;
}

static void print_left_out(const struct run *run, FILE *out)
{
    size_t all = 0, left_all = 0;
    for (size_t i = 0; i < run->plan.variants_count; i++) {
        struct reason reasons[REASONS_MAX];
        size_t samples, left;
        (void)count_reasons(run, run->plan.variants[i], &samples, &left, reasons);
        all += samples;
        left_all += left;
    }
    if (left_all == 0) {
        fprintf(out, "None of the %s samples was left out.\n\n", units_count(all).text);
        return;
    }
    fprintf(
        out,
        "%s of %s samples were left out of the times. They are kept in run.json; one that only "
        "waited for a processor still counts for speedups by CPU time.\n\n"
        "::: {.figures .plain}\n| variant | samples | left out | why |\n|:---|---:|---:|:---|\n",
        units_count(left_all).text, units_count(all).text);
    for (size_t i = 0; i < run->plan.variants_count; i++) {
        struct reason reasons[REASONS_MAX];
        size_t samples, left;
        size_t count = count_reasons(run, run->plan.variants[i], &samples, &left, reasons);
        report_line("| ", run->variants[run->plan.variants[i]].name, " | ", out);
        fprintf(out, "%s | ", units_count(samples).text);
        fprintf(out, "%s | ", units_count(left).text);
        for (size_t r = 0; r < count; r++) {
            fprintf(out, "%s%zu: ", r > 0 ? "; " : "", reasons[r].count);
            report_line("", reasons[r].text, "", out);
        }
        fputs(" |\n", out);
    }
    fputs(":::\n\n", out);
}

enum status report_samples(const struct run *run, const char *folder, FILE *out)
{
    if (notes_samples_count(run) == 0) {
        return STATUS_OK;
    }
    fputs("## Samples\n\n", out);
    print_left_out(run, out);
    (void)report_picture(folder, "spread", "Every sample's distance from its median, by variant",
                         out);
    (void)report_picture(folder, "drift", "Every sample's distance from its median, as it was run",
                         out);
    return STATUS_OK;
}
