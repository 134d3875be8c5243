#include "analyze/speedup.h"

#include <math.h>
#include <stdlib.h>

#include "analyze/blocks.h"
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

enum status speedup_of_cell(const struct run *run, size_t against, const struct cell *cell,
                            struct speedup *speedup)
{
    const struct ratio none = {NAN, NAN, NAN};
    *speedup = (struct speedup){.confidence = 0.95, .real = none, .cpu = none};
    const struct cell *baseline = run_cell(run, against, cell->size);
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
