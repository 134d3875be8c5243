#include "show/claims.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "base/units.h"
#include "show/grid.h"

enum { COLUMN_CLAIM, COLUMN_PUBLISHED, COLUMN_HERE, COLUMN_INTERVAL, COLUMN_VERDICT, COLUMNS };

static const enum grid_style styles[CLAIM_VERDICT_COUNT] = {
    [CLAIM_REPRODUCED] = GRID_GOOD,
    [CLAIM_EXCEEDED] = GRID_GOOD,
    [CLAIM_NOT_REPRODUCED] = GRID_BAD,
    [CLAIM_NOT_RESOLVED] = GRID_UNSURE,
};

static struct units_text figure_text(const struct claim *claim, double figure)
{
    return claim->quantity == CLAIM_RATIO ? units_ratio(figure) : units_seconds(figure);
}

/* As it was published, with no digit more: "15×", "30–40×", "6 s". The caller frees it. */
static char *published_text(const struct claim *claim)
{
    const char *unit = claim->quantity == CLAIM_RATIO ? "×" : " s";
    return claim->low >= claim->high ? text_format("%g%s", claim->low, unit)
                                     : text_format("%g–%g%s", claim->low, claim->high, unit);
}

static char *interval_text(const struct claim_row *row)
{
    if (!isfinite(row->figure.low)) {
        return text_format("%s", "");
    }
    return text_format("[%s–%s]", figure_text(row->claim, row->figure.low).text,
                       figure_text(row->claim, row->figure.high).text);
}

static enum status fill_row(struct grid *grid, size_t index, const struct claim_row *row)
{
    char *published = published_text(row->claim), *interval = interval_text(row);
    enum status status = published == NULL || interval == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for a table")
                             : grid_set(grid, index, COLUMN_CLAIM, GRID_PLAIN, row->claim->id);
    if (status == STATUS_OK) {
        status = grid_set(grid, index, COLUMN_PUBLISHED, GRID_PLAIN, published);
    }
    if (status == STATUS_OK) {
        status = grid_set(grid, index, COLUMN_HERE, GRID_PLAIN,
                          figure_text(row->claim, row->figure.ratio).text);
    }
    if (status == STATUS_OK) {
        status = grid_set(grid, index, COLUMN_INTERVAL, GRID_PLAIN, interval);
    }
    if (status == STATUS_OK) {
        status = grid_set(grid, index, COLUMN_VERDICT, styles[row->verdict],
                          claim_verdict_name(row->verdict));
    }
    free(published);
    free(interval);
    return status;
}

static void print_words(const struct claim *claim, FILE *out)
{
    fprintf(out, "  %s: %s\n      %s\n      as published: %s\n", claim->id, claim->title,
            claim->source, claim->configuration);
    if (claim->note != NULL) {
        fprintf(out, "      note: %s\n", claim->note);
    }
}

/* Where ours was measured: once for each run. */
static void print_origin(const struct claim_row *rows, size_t index, FILE *out)
{
    const struct run *run = rows[index].run;
    if (run == NULL || (index > 0 && rows[index - 1].run == run)) {
        return;
    }
    fprintf(out,
            "  here: %s, preset %s, on %s, Python %s, NumPy %s, %zu blocks of %zu samples\n"
            "        run.json and the report are in %s\n",
            run->lab_name, run->plan.preset, run->host.cpu == NULL ? "?" : run->host.cpu,
            run->software.python == NULL ? "?" : run->software.python,
            run->software.numpy == NULL ? "?" : run->software.numpy, run->blocks_done,
            run->plan.samples_count, run->folder == NULL ? "?" : run->folder);
}

enum status claims_print(const struct claim_row *rows, size_t count, FILE *out)
{
    static const struct grid_column columns[COLUMNS] = {{"claim", false},
                                                        {"published", true},
                                                        {"here", true},
                                                        {"95 % interval", false},
                                                        {"verdict", false}};
    struct grid grid = {0};
    const char *no_colour = getenv("NO_COLOR");
    bool colour = isatty(fileno(out)) && (no_colour == NULL || *no_colour == '\0');
    enum status status = grid_make(columns, COLUMNS, count, &grid);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        status = fill_row(&grid, i, &rows[i]);
    }
    if (status == STATUS_OK) {
        grid_print_text(&grid, colour, out);
        fprintf(out, "\n");
        for (size_t i = 0; i < count; i++) {
            print_words(rows[i].claim, out);
        }
        fprintf(out, "\n");
        for (size_t i = 0; i < count; i++) {
            print_origin(rows, i, out);
        }
        fprintf(out, "\n  reproduced: the interval touches the published range, widened by a tenth "
                     "for its rounding;\n  exceeded, not reproduced: it lies wholly on the faster, "
                     "the slower side\n");
    }
    grid_free(&grid);
    return status;
}

enum status claims_print_published(const struct claim *claims, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        char *published = published_text(&claims[i]);
        if (published == NULL) {
            return status_fail(STATUS_NO_MEMORY, "no memory for a claim");
        }
        fprintf(out, "  %s  (%s of %s at N=%zu)\n", published, claims[i].preset, claims[i].lab,
                claims[i].size);
        print_words(&claims[i], out);
        fprintf(out, "\n");
        free(published);
    }
    return STATUS_OK;
}
