#include "analyze/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/blocks.h"
#include "analyze/noise.h"
#include "analyze/speedup.h"
#include "analyze/stats.h"

/* More than any plan has: a damaged run.json must not make us reserve gigabytes. */
enum { BLOCKS_MAX = 1000000 };

static const char *const verdict_names[COMPARE_VERDICT_COUNT] = {
    [COMPARE_FASTER] = "faster",         [COMPARE_SLOWER] = "slower",
    [COMPARE_UNCHANGED] = "unchanged",   [COMPARE_NOT_RESOLVED] = "not resolved",
    [COMPARE_NOT_JUDGED] = "not judged",
};

/* One run's estimates for a cell, a number a block: how fast it is, as a logarithm. */
struct blocks {
    uint32_t *names; /* the blocks' numbers, ascending */
    double *logs;
    size_t count;
};

const char *compare_verdict_name(enum compare_verdict verdict)
{
    return verdict_names[verdict];
}

struct welch compare_welch(const double *first, size_t first_count, const double *second,
                           size_t second_count, double coverage)
{
    struct welch welch = {NAN, NAN, NAN};
    if (first_count == 0 || second_count == 0) {
        return welch;
    }
    welch.difference = stats_mean(first, first_count) - stats_mean(second, second_count);
    if (first_count < 2 || second_count < 2) {
        return welch;
    }
    double error1 = pow(stats_stddev(first, first_count), 2) / (double)first_count;
    double error2 = pow(stats_stddev(second, second_count), 2) / (double)second_count;
    double error = error1 + error2;
    if (error <= 0) { /* no spread: the degrees of freedom would be 0 / 0, and do not matter */
        welch.half = 0;
        welch.freedom = (double)(first_count + second_count - 2);
        return welch;
    }
    welch.freedom = error * error /
                    (error1 * error1 / (double)(first_count - 1) +
                     error2 * error2 / (double)(second_count - 1));
    welch.half = stats_t(welch.freedom, coverage) * sqrt(error);
    return welch;
}

static struct ratio to_ratio(const struct welch *welch)
{
    return (struct ratio){exp(welch->difference), exp(welch->difference - welch->half),
                          exp(welch->difference + welch->half)};
}

enum compare_verdict compare_judge(const struct ratio *ratio, double threshold)
{
    double most = 1 + threshold, least = 1 / most;
    if (!isfinite(ratio->low) || !isfinite(ratio->high)) {
        return COMPARE_NOT_RESOLVED;
    }
    if (ratio->low > most) {
        return COMPARE_FASTER;
    }
    if (ratio->high < least) {
        return COMPARE_SLOWER;
    }
    return threshold > 0 && ratio->low >= least && ratio->high <= most ? COMPARE_UNCHANGED
                                                                       : COMPARE_NOT_RESOLVED;
}

bool compare_is_broken(const struct compare_cell *cell)
{
    return cell->before != NULL && cell->after != NULL && cell->before->status == CELL_OK &&
           cell->after->status != CELL_OK && cell->after->status != CELL_SKIPPED;
}

static void free_blocks(struct blocks *blocks)
{
    free(blocks->names);
    free(blocks->logs);
    *blocks = (struct blocks){0};
}

static bool prefers_cpu(const struct run *run, const struct cell *cell)
{
    return run->variants[cell->variant].threads == 1 && noise_is_cpu_bound(cell);
}

/* `reference` is the cell of the run that this one is divided by, or NULL: then it is the speed
 * itself, the reciprocal of seconds. */
static enum status make_blocks(const struct cell *reference, const struct cell *cell, bool by_cpu,
                               struct blocks *blocks)
{
    size_t room = cell->samples_count + 1;
    struct block_log *found = malloc(room * sizeof *found);
    *blocks = (struct blocks){malloc(room * sizeof *blocks->names),
                              malloc(room * sizeof *blocks->logs), 0};
    enum status status =
        found == NULL || blocks->names == NULL || blocks->logs == NULL
            ? status_fail(STATUS_NO_MEMORY, "no memory to compare %zu samples", room)
            : blocks_logs(reference, cell, by_cpu ? speedup_cpu_s : speedup_real_s, found,
                          &blocks->count);
    for (size_t i = 0; status == STATUS_OK && i < blocks->count; i++) {
        blocks->names[i] = found[i].block;
        blocks->logs[i] = reference == NULL ? -found[i].log : found[i].log;
    }
    free(found);
    return status;
}

/* Sums of the cells' estimates, block by block, for the geometric mean: the cells of a block were
 * measured side by side and share its luck, so the mean over the cells is taken first. */
struct totals {
    double *sums;
    size_t *cells;
    size_t blocks_count;
};

static enum status make_totals(const struct run *run, struct totals *totals)
{
    size_t count = 0;
    for (size_t i = 0; i < run->cells_count; i++) {
        for (size_t j = 0; j < run->cells[i].samples_count; j++) {
            size_t block = run->cells[i].samples[j].block;
            count = block >= count && block < BLOCKS_MAX ? block + 1 : count;
        }
    }
    *totals = (struct totals){calloc(count + 1, sizeof *totals->sums),
                              calloc(count + 1, sizeof *totals->cells), count};
    return totals->sums == NULL || totals->cells == NULL
               ? status_fail(STATUS_NO_MEMORY, "no memory for %zu blocks", count)
               : STATUS_OK;
}

static void free_totals(struct totals *totals)
{
    free(totals->sums);
    free(totals->cells);
}

static void add_to_totals(const struct blocks *blocks, struct totals *totals)
{
    for (size_t i = 0; i < blocks->count && blocks->names[i] < totals->blocks_count; i++) {
        totals->sums[blocks->names[i]] += blocks->logs[i];
        totals->cells[blocks->names[i]]++;
    }
}

/* Keeps the means of those blocks in which every cell was measured; returns how many. */
static size_t close_totals(struct totals *totals, size_t cells_count)
{
    size_t kept = 0;
    for (size_t i = 0; i < totals->blocks_count; i++) {
        if (totals->cells[i] == cells_count) {
            totals->sums[kept++] = totals->sums[i] / (double)cells_count;
        }
    }
    return kept;
}

/* The reference's cell at a size, where it can be divided by. */
static const struct cell *reference_cell(const struct run *run, size_t size)
{
    const struct cell *cell = run_cell(run, run->baseline, size);
    return cell != NULL && cell->status == CELL_OK && cell->samples_count > 0 ? cell : NULL;
}

/* Whether both sides of a ratio of CPU times have all their time in it. */
static bool takes_cpu(const struct run *run, const struct cell *reference, const struct cell *cell)
{
    return prefers_cpu(run, cell) && (reference == NULL || prefers_cpu(run, reference));
}

static enum status compare_cell(struct compare_cell *cell, struct comparison *comparison,
                                struct totals *before_totals, struct totals *after_totals)
{
    const struct run *old = comparison->before, *new = comparison->after;
    struct blocks before = {0}, after = {0};
    cell->ratio = (struct ratio){NAN, NAN, NAN};
    cell->freedom = NAN;
    cell->verdict = COMPARE_NOT_RESOLVED;
    comparison->broken_count += compare_is_broken(cell);
    if (cell->before == NULL || cell->after == NULL || cell->before->status != CELL_OK ||
        cell->after->status != CELL_OK) {
        return STATUS_OK;
    }
    const struct cell *divided = NULL, *divided_after = NULL;
    if (comparison->reference != NULL && cell->after->variant != new->baseline) {
        divided = reference_cell(old, cell->size);
        divided_after = reference_cell(new, cell->size);
    }
    cell->by_speedup = divided != NULL && divided_after != NULL;
    divided = cell->by_speedup ? divided : NULL;
    divided_after = cell->by_speedup ? divided_after : NULL;
    cell->by_cpu =
        takes_cpu(old, divided, cell->before) && takes_cpu(new, divided_after, cell->after);
    enum status status = make_blocks(divided, cell->before, cell->by_cpu, &before);
    if (status == STATUS_OK) {
        status = make_blocks(divided_after, cell->after, cell->by_cpu, &after);
    }
    if (status == STATUS_OK && before.count > 0 && after.count > 0) {
        struct welch welch =
            compare_welch(after.logs, after.count, before.logs, before.count, speedup_coverage);
        bool judged = cell->by_speedup || comparison->reference == NULL;
        cell->compared = true;
        cell->blocks_before = before.count;
        cell->blocks_after = after.count;
        cell->ratio = to_ratio(&welch);
        cell->freedom = welch.freedom;
        cell->verdict =
            judged ? compare_judge(&cell->ratio, comparison->threshold) : COMPARE_NOT_JUDGED;
        comparison->compared_count++;
        comparison->counts[cell->verdict]++;
        if (judged) {
            comparison->judged_count++;
            add_to_totals(&before, before_totals);
            add_to_totals(&after, after_totals);
        }
    }
    free_blocks(&before);
    free_blocks(&after);
    return status;
}

static const struct cell *find(const struct run *run, const char *variant, size_t size)
{
    for (size_t i = 0; i < run->cells_count; i++) {
        if (run->cells[i].size == size &&
            strcmp(run->variants[run->cells[i].variant].name, variant) == 0) {
            return &run->cells[i];
        }
    }
    return NULL;
}

static void list_cells(struct comparison *comparison)
{
    const struct run *before = comparison->before, *after = comparison->after;
    for (size_t i = 0; i < after->cells_count; i++) {
        const struct cell *cell = &after->cells[i];
        const char *variant = after->variants[cell->variant].name;
        comparison->cells[comparison->cells_count++] =
            (struct compare_cell){.variant = variant,
                                  .size = cell->size,
                                  .before = find(before, variant, cell->size),
                                  .after = cell};
    }
    for (size_t i = 0; i < before->cells_count; i++) {
        const struct cell *cell = &before->cells[i];
        const char *variant = before->variants[cell->variant].name;
        if (find(after, variant, cell->size) == NULL) {
            comparison->cells[comparison->cells_count++] =
                (struct compare_cell){.variant = variant, .size = cell->size, .before = cell};
        }
    }
}

/* The mean of the ratios themselves where no two blocks of a run have every cell. */
static struct ratio plain_mean(const struct comparison *comparison)
{
    double sum = 0;
    for (size_t i = 0; i < comparison->cells_count; i++) {
        const struct compare_cell *cell = &comparison->cells[i];
        bool judged = cell->compared && cell->verdict != COMPARE_NOT_JUDGED;
        sum += judged ? log(cell->ratio.ratio) : 0;
    }
    return (struct ratio){exp(sum / (double)comparison->judged_count), NAN, NAN};
}

/* The baseline's name where both runs have the same. */
static const char *shared_reference(const struct run *before, const struct run *after)
{
    if (before->variants_count == 0 || after->variants_count == 0) {
        return NULL;
    }
    const char *name = after->variants[after->baseline].name;
    bool same = strcmp(before->variants[before->baseline].name, name) == 0;
    for (size_t i = 0; same && i < after->cells_count; i++) {
        size_t size = after->cells[i].size;
        if (after->cells[i].variant != after->baseline && reference_cell(before, size) != NULL &&
            reference_cell(after, size) != NULL) {
            return name;
        }
    }
    return NULL;
}

enum status compare_runs(const struct run *before, const struct run *after,
                         enum compare_basis basis, double threshold, struct comparison *comparison)
{
    struct totals before_totals = {0}, after_totals = {0};
    *comparison = (struct comparison){
        .before = before, .after = after, .threshold = threshold, .mean = {NAN, NAN, NAN}};
    comparison->reference = basis == COMPARE_SPEEDUPS ? shared_reference(before, after) : NULL;
    comparison->cells =
        calloc(before->cells_count + after->cells_count + 1, sizeof *comparison->cells);
    enum status status = comparison->cells == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for a comparison")
                             : make_totals(before, &before_totals);
    if (status == STATUS_OK) {
        status = make_totals(after, &after_totals);
    }
    if (status == STATUS_OK) {
        list_cells(comparison);
    }
    for (size_t i = 0; status == STATUS_OK && i < comparison->cells_count; i++) {
        status = compare_cell(&comparison->cells[i], comparison, &before_totals, &after_totals);
    }
    if (status == STATUS_OK && comparison->judged_count > 0) {
        size_t cells = comparison->judged_count;
        size_t first = close_totals(&before_totals, cells);
        size_t second = close_totals(&after_totals, cells);
        struct welch welch =
            compare_welch(after_totals.sums, second, before_totals.sums, first, speedup_coverage);
        comparison->mean = isfinite(welch.half) ? to_ratio(&welch) : plain_mean(comparison);
    }
    free_totals(&before_totals);
    free_totals(&after_totals);
    return status;
}

void compare_free(struct comparison *comparison)
{
    if (comparison != NULL) {
        free(comparison->cells);
        *comparison = (struct comparison){0};
    }
}
