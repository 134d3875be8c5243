#include "analyze/analyze.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "analyze/curves.h"
#include "analyze/noise.h"
#include "analyze/speedup.h"
#include "analyze/stats.h"

/* One column of the samples that count. */
static size_t column(const struct cell *cell, double (*pick)(const struct sample *), double *out)
{
    size_t count = 0;
    for (size_t i = 0; i < cell->samples_count; i++) {
        if (cell->samples[i].quarantined == NULL) {
            out[count++] = pick(&cell->samples[i]);
        }
    }
    return count;
}

static double user_s(const struct sample *sample)
{
    return sample->user_s;
}

static double sys_s(const struct sample *sample)
{
    return sample->sys_s;
}

static enum status median_column(const struct cell *cell, double (*pick)(const struct sample *),
                                 double *scratch, double *out)
{
    return stats_median(scratch, column(cell, pick, scratch), out);
}

/* The median of one of a worker's times (at `offset`) over the workers. */
static enum status median_time(const struct cell *cell, size_t offset, double *out)
{
    double *times = malloc((cell->workers_count + 1) * sizeof *times);
    if (times == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a summary");
    }
    for (size_t i = 0; i < cell->workers_count; i++) {
        times[i] = *(const double *)(const void *)((const char *)&cell->workers[i] + offset);
    }
    enum status status = stats_median(times, cell->workers_count, out);
    free(times);
    return status;
}

static enum status median_times(const struct cell *cell, struct worker_times *out)
{
    const size_t offsets[] = {
        offsetof(struct worker_times, startup_s), offsetof(struct worker_times, import_s),
        offsetof(struct worker_times, first_call_s), offsetof(struct worker_times, warmup_s)};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof offsets / sizeof *offsets; i++) {
        status = median_time(cell, offsets[i], (double *)(void *)((char *)out + offsets[i]));
    }
    return status;
}

static enum status summarize(struct cell *cell)
{
    double *times = malloc((cell->samples_count + 1) * sizeof *times);
    if (times == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a summary");
    }
    struct summary *summary = &cell->summary;
    enum status status = median_column(cell, user_s, times, &summary->user_s);
    if (status == STATUS_OK) {
        status = median_column(cell, sys_s, times, &summary->sys_s);
    }
    if (status == STATUS_OK) {
        status = median_column(cell, speedup_cpu_s, times, &summary->cpu_s);
    }
    size_t count = column(cell, speedup_real_s, times);
    summary->best_s = stats_min(times, count);
    summary->mean_s = stats_mean(times, count);
    summary->stddev_s = stats_stddev(times, count);
    summary->peak_rss_bytes = cell->peak_rss_bytes;
    if (status == STATUS_OK) {
        status = stats_median(times, count, &summary->median_s);
    }
    if (status == STATUS_OK) {
        status = stats_mad(times, count, &summary->mad_s);
    }
    free(times);
    if (status == STATUS_OK) {
        status = median_times(cell, &cell->times);
    }
    return status;
}

static void worst_residual(struct cell *cell)
{
    cell->residual = (struct residual){0, 0};
    for (size_t i = 0; i < cell->samples_count; i++) {
        const struct sample *sample = &cell->samples[i];
        cell->residual.max_absolute = fmax(cell->residual.max_absolute, sample->residual);
        cell->residual.max_relative = fmax(cell->residual.max_relative, sample->residual_relative);
    }
}

bool analyze_precise(struct run *run)
{
    if (noise_mark(run) != STATUS_OK) {
        return false;
    }
    for (size_t i = 0; i < run->cells_count; i++) {
        const struct cell *cell = &run->cells[i];
        struct speedup speedup;
        if (cell->variant == run->baseline || cell->status != CELL_OK ||
            speedup_of_cell(run, run->baseline, cell, &speedup) != STATUS_OK || !speedup.present) {
            continue;
        }
        if (!speedup_is_settled(speedup.by_cpu ? &speedup.cpu : &speedup.real,
                                run->plan.precision)) {
            return false;
        }
    }
    return true;
}

/* A failed cell has a reason, and neither time nor speedup. So has one that was never sampled. */
static enum status close_cell(struct run *run, struct cell *cell)
{
    if (cell->status == CELL_OK && cell->samples_count == 0) {
        return cell_fail(cell, CELL_SKIPPED, "the run ended before its first sample");
    }
    enum status status = STATUS_OK;
    if (cell->status == CELL_OK) {
        status = summarize(cell);
        worst_residual(cell);
    }
    if (status == STATUS_OK) {
        status = speedup_of_cell(run, run->baseline, cell, &cell->speedup);
    }
    return status == STATUS_OK
               ? speedup_of_cell(run, run_variant_after(run, cell->variant), cell, &cell->step)
               : status;
}

static enum status warn_few_blocks(struct run *run)
{
    if (run->blocks_done >= 2) {
        return STATUS_OK;
    }
    return run_warn(run, "few-blocks",
                    "with fewer than two blocks a speedup has no interval and no verdict",
                    "give --blocks 5, or a larger --budget");
}

enum status analyze_run(struct run *run)
{
    /* Warnings follow from the samples; those of an earlier analysis may not hold any more. */
    run_clear_warnings(run);
    enum status status = noise_mark(run);
    for (size_t i = 0; status == STATUS_OK && i < run->cells_count; i++) {
        status = close_cell(run, &run->cells[i]);
    }
    if (status == STATUS_OK) {
        status = curves_find(run);
    }
    return status == STATUS_OK ? warn_few_blocks(run) : status;
}
