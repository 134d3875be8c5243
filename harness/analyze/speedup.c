#include "analyze/speedup.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "analyze/blocks.h"
#include "analyze/curves.h"
#include "analyze/noise.h"
#include "analyze/stats.h"

/* A speedup is clearly away from 1 when its interval's nearer end is farther from 1 (in
 * logarithms) than this many half-widths of the interval: its verdict cannot be in doubt. */
static const double clear_halves = 3;

/* A run adds blocks until its intervals are narrow, and so ends when the spread that it has seen is
 * small by luck. Student's 95 % then holds the truth in as little as 91 of 100 (simulated: blocks
 * 0.8 to 3 % apart, truth 1 to 1.1, --precision 2 %); his 97.5 % in 95 or more. It is used for
 * every run: the same samples shall have the same interval, whoever chose the number of blocks. */
const double speedup_coverage = 0.975;

double speedup_real_s(const struct sample *sample)
{
    return sample->real_s;
}

double speedup_cpu_s(const struct sample *sample)
{
    return sample->cpu_s;
}

enum verdict speedup_verdict(const struct ratio *ratio)
{
    if (ratio->low > 1) {
        return VERDICT_FASTER;
    }
    return ratio->high < 1 ? VERDICT_SLOWER : VERDICT_NOT_RESOLVED;
}

static enum status estimate(const struct cell *baseline, const struct cell *candidate,
                            double (*time)(const struct sample *), struct ratio *out)
{
    *out = (struct ratio){NAN, NAN, NAN};
    size_t count = 0;
    struct block_log *blocks = malloc((candidate->samples_count + 1) * sizeof *blocks);
    double *logs = malloc((candidate->samples_count + 1) * sizeof *logs);
    enum status status = blocks == NULL || logs == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for ratios")
                             : blocks_logs(baseline, candidate, time, blocks, &count);
    if (status == STATUS_OK && count > 0) {
        for (size_t i = 0; i < count; i++) {
            logs[i] = blocks[i].log;
        }
        double mean = stats_mean(logs, count), half = stats_half(logs, count, speedup_coverage);
        *out = (struct ratio){exp(mean), exp(mean - half), exp(mean + half)};
    }
    free(blocks);
    free(logs);
    return status;
}

enum status speedup_ratio(const struct cell *baseline, const struct cell *candidate,
                          double (*time)(const struct sample *sample), struct ratio *out)
{
    return estimate(baseline, candidate, time, out);
}

enum status speedup_seconds(const struct cell *cell, struct ratio *out)
{
    return estimate(NULL, cell, speedup_real_s, out);
}

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

static bool is_single(const struct run *run, const struct cell *cell)
{
    return run->variants[cell->variant].threads == 1;
}

/* CPU time is the better clock where it is all the time a variant takes: it does not count what
 * other processes took. */
static bool prefers_cpu(const struct cell *baseline, const struct cell *cell,
                        const struct ratio *cpu)
{
    return isfinite(cpu->ratio) && noise_is_cpu_bound(baseline) && noise_is_cpu_bound(cell);
}

static enum status speed_up(const struct run *run, const struct cell *cell, struct speedup *speedup)
{
    const struct ratio none = {NAN, NAN, NAN};
    *speedup = (struct speedup){.confidence = 0.95, .real = none, .cpu = none};
    const struct cell *baseline = run_cell(run, run->baseline, cell->size);
    if (baseline == NULL || baseline->status != CELL_OK || cell->status != CELL_OK ||
        cell->samples_count == 0 || baseline->samples_count == 0) {
        return STATUS_OK;
    }
    enum status status = speedup_ratio(baseline, cell, speedup_real_s, &speedup->real);
    if (status == STATUS_OK && is_single(run, cell) && is_single(run, baseline)) {
        status = speedup_ratio(baseline, cell, speedup_cpu_s, &speedup->cpu);
    }
    speedup->by_cpu = prefers_cpu(baseline, cell, &speedup->cpu);
    const struct ratio *ratio = speedup->by_cpu ? &speedup->cpu : &speedup->real;
    speedup->present = isfinite(ratio->ratio);
    speedup->verdict = speedup_verdict(ratio);
    return status;
}

bool speedup_is_settled(const struct ratio *ratio, double precision)
{
    if (!isfinite(ratio->low) || !isfinite(ratio->high)) {
        return false;
    }
    if (ratio->high <= ratio->low * (1 + precision)) {
        return true;
    }
    double half = log(ratio->high / ratio->low) / 2;
    double nearer = fmin(fabs(log(ratio->low)), fabs(log(ratio->high)));
    bool excludes_one = ratio->low > 1 || ratio->high < 1;
    return excludes_one && nearer >= clear_halves * half;
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
            speed_up(run, cell, &speedup) != STATUS_OK || !speedup.present) {
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
    return status == STATUS_OK ? speed_up(run, cell, &cell->speedup) : status;
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
