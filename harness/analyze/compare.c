#include "analyze/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/noise.h"
#include "analyze/stats.h"

/* More than any plan has: a damaged run.json must not make us reserve gigabytes. */
enum { BLOCKS_MAX = 1000000 };

static const char *const verdict_names[COMPARE_VERDICT_COUNT] = {
    [COMPARE_FASTER] = "faster",
    [COMPARE_SLOWER] = "slower",
    [COMPARE_UNCHANGED] = "unchanged",
    [COMPARE_NOT_RESOLVED] = "not resolved",
};

/* One run's estimates for a cell, a number a block. */
struct blocks {
    uint32_t *names; /* the blocks' numbers, ascending */
    double *logs;    /* median of log(seconds) */
    size_t count;
};

const char *compare_verdict_name(enum compare_verdict verdict)
{
    return verdict_names[verdict];
}

/* ∫ cos^power over 0 … angle by Simpson's rule. */
static double integrate_cosines(double power, double angle)
{
    enum { STEPS = 400 };
    double step = angle / STEPS, sum = 1 + pow(cos(angle), power);
    for (int i = 1; i < STEPS; i++) {
        sum += (i % 2 == 1 ? 4 : 2) * pow(cos(i * step), power);
    }
    return sum * step / 3;
}

double compare_t95(double freedom)
{
    /* With t = √freedom · tan(angle) the density becomes a power of a cosine, which is smooth up
     * to every angle below a right one. Its whole integral is a quotient of gamma functions. */
    double right_angle = acos(-1) / 2;
    double whole = exp(lgamma(freedom / 2) - lgamma((freedom + 1) / 2)) * sqrt(2 * right_angle) / 2;
    /* No quantile is above that of one degree of freedom, 12.7; beyond it a step of the rule would
     * be wider than the peak for many degrees. */
    double low = 0, high = atan(13 / sqrt(freedom));
    while (high - low > 1e-13) {
        double middle = (low + high) / 2;
        if (integrate_cosines(freedom - 1, middle) < 0.95 * whole) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return sqrt(freedom) * tan(low);
}

struct welch compare_welch(const double *first, size_t first_count, const double *second,
                           size_t second_count)
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
    welch.half = compare_t95(welch.freedom) * sqrt(error);
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

/* The time of a sample by the clock that is used, NAN where it does not count. Waiting for a
 * processor spoils real time only. */
static double time_s(const struct sample *sample, bool by_cpu)
{
    bool clean = sample->quarantined == NULL || (by_cpu && sample->quarantined == noise_preempted);
    double seconds = by_cpu ? sample->cpu_s : sample->real_s;
    return clean && isfinite(seconds) && seconds > 0 ? seconds : NAN;
}

static bool prefers_cpu(const struct run *run, const struct cell *cell)
{
    return run->variants[cell->variant].threads == 1 && noise_is_cpu_bound(cell);
}

/* The samples of a cell come in the order of blocks, so that a block's lie together. */
static enum status make_blocks(const struct cell *cell, bool by_cpu, struct blocks *blocks)
{
    size_t samples = cell->samples_count;
    *blocks = (struct blocks){malloc((samples + 1) * sizeof *blocks->names),
                              malloc((samples + 1) * sizeof *blocks->logs), 0};
    double *logs = malloc((samples + 1) * sizeof *logs);
    if (blocks->names == NULL || blocks->logs == NULL || logs == NULL) {
        free(logs);
        return status_fail(STATUS_NO_MEMORY, "no memory to compare %zu samples", samples);
    }
    for (size_t i = 0; i < samples;) {
        uint32_t block = cell->samples[i].block;
        size_t count = 0;
        for (; i < samples && cell->samples[i].block == block; i++) {
            double seconds = time_s(&cell->samples[i], by_cpu);
            if (isfinite(seconds)) {
                logs[count++] = log(seconds);
            }
        }
        if (count > 0) {
            stats_sort(logs, count);
            blocks->names[blocks->count] = block;
            blocks->logs[blocks->count++] = stats_median_sorted(logs, count);
        }
    }
    free(logs);
    return STATUS_OK;
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

static enum status compare_cell(struct compare_cell *cell, struct comparison *comparison,
                                struct totals *before_totals, struct totals *after_totals)
{
    struct blocks before = {0}, after = {0};
    cell->ratio = (struct ratio){NAN, NAN, NAN};
    cell->freedom = NAN;
    cell->verdict = COMPARE_NOT_RESOLVED;
    comparison->broken_count += compare_is_broken(cell);
    if (cell->before == NULL || cell->after == NULL || cell->before->status != CELL_OK ||
        cell->after->status != CELL_OK) {
        return STATUS_OK;
    }
    cell->by_cpu = prefers_cpu(comparison->before, cell->before) &&
                   prefers_cpu(comparison->after, cell->after);
    enum status status = make_blocks(cell->before, cell->by_cpu, &before);
    if (status == STATUS_OK) {
        status = make_blocks(cell->after, cell->by_cpu, &after);
    }
    if (status == STATUS_OK && before.count > 0 && after.count > 0) {
        struct welch welch = compare_welch(before.logs, before.count, after.logs, after.count);
        cell->compared = true;
        cell->blocks_before = before.count;
        cell->blocks_after = after.count;
        cell->ratio = to_ratio(&welch);
        cell->freedom = welch.freedom;
        cell->verdict = compare_judge(&cell->ratio, comparison->threshold);
        comparison->compared_count++;
        comparison->counts[cell->verdict]++;
        add_to_totals(&before, before_totals);
        add_to_totals(&after, after_totals);
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
        sum += comparison->cells[i].compared ? log(comparison->cells[i].ratio.ratio) : 0;
    }
    return (struct ratio){exp(sum / (double)comparison->compared_count), NAN, NAN};
}

enum status compare_runs(const struct run *before, const struct run *after, double threshold,
                         struct comparison *comparison)
{
    struct totals before_totals = {0}, after_totals = {0};
    *comparison = (struct comparison){
        .before = before, .after = after, .threshold = threshold, .mean = {NAN, NAN, NAN}};
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
    if (status == STATUS_OK && comparison->compared_count > 0) {
        size_t cells = comparison->compared_count;
        size_t first = close_totals(&before_totals, cells);
        size_t second = close_totals(&after_totals, cells);
        struct welch welch = compare_welch(before_totals.sums, first, after_totals.sums, second);
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
