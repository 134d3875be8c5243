#include "analyze/score.h"

#include <math.h>
#include <stdlib.h>

#include "analyze/blocks.h"
#include "analyze/noise.h"
#include "analyze/speedup.h"
#include "analyze/stats.h"

/* As for speedups (analyze/speedup.c): a verdict is clear when the nearer end of the interval is
 * farther from what it is judged by than this many half-widths. */
static const double clear_halves = 3;

/* One block has no interval. But processes of the same code differ by per cents: a program that
 * takes twice the baseline's time in it (a logarithm of −log 2) is not going to reach a target
 * above 1. Such a program may be so slow that the time is up after one block. */
static const double slow_beyond_doubt_log = -0.693147180559945;

/* Half the width of the interval of the mean of y − f·r. */
static double half_of(const double *y, const double *r, size_t count, double f, double *mean)
{
    double *difference = malloc((count + 1) * sizeof *difference);
    double half = NAN;
    *mean = NAN;
    if (difference == NULL) {
        return NAN;
    }
    for (size_t i = 0; i < count; i++) {
        difference[i] = y[i] - f * r[i];
    }
    *mean = stats_mean(difference, count);
    half = stats_half(difference, count, speedup_coverage);
    free(difference);
    return half;
}

/* Sum of products of deviations, over (n − 1)·n: the covariance of two means. */
static double covariance(const double *a, const double *b, size_t count)
{
    double mean_a = stats_mean(a, count), mean_b = stats_mean(b, count), sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (a[i] - mean_a) * (b[i] - mean_b);
    }
    return sum / ((double)count * (double)(count - 1));
}

/* Fieller: the f with (y − f·r)² ≤ t²·var(y − f·r) lie between the roots of a·f² − 2·b·f + c, which
 * are real whenever a > 0; a > 0 says that the worked answer's speedup is resolved. */
static bool interval(const double *y, const double *r, size_t count, double *low, double *high)
{
    double t = stats_t((double)(count - 1), speedup_coverage), mean_y = stats_mean(y, count),
           mean_r = stats_mean(r, count);
    double a = mean_r * mean_r - t * t * covariance(r, r, count);
    double b = mean_r * mean_y - t * t * covariance(r, y, count);
    double c = mean_y * mean_y - t * t * covariance(y, y, count);
    if (!(a > 0) || !(mean_r > 0)) {
        return false;
    }
    double root = sqrt(fmax(0, b * b - a * c));
    *low = (b - root) / a;
    *high = (b + root) / a;
    return true;
}

void score_judge(const double *yours_logs, const double *solution_logs, size_t count, double target,
                 struct score *score)
{
    double yours = stats_mean(yours_logs, count), solution = stats_mean(solution_logs, count);
    score->target = target;
    score->target_ratio = exp(target * solution);
    score->fraction = solution > 0 ? yours / solution : NAN;
    score->low = score->high = NAN;
    score->verdict = SCORE_NOT_RESOLVED;
    if (count < 2) {
        bool slow = count == 1 && solution > 0 && yours_logs[0] < slow_beyond_doubt_log;
        score->verdict = slow ? SCORE_NOT_REACHED : SCORE_NOT_RESOLVED;
        return;
    }
    if (!interval(yours_logs, solution_logs, count, &score->low, &score->high)) {
        score->fraction = score->target_ratio = NAN;
        score->verdict = SCORE_NO_SCALE;
    } else if (score->low >= target) {
        score->verdict = SCORE_REACHED;
    } else if (score->high < target) {
        score->verdict = SCORE_NOT_REACHED;
    }
}

bool score_is_settled(const double *yours_logs, const double *solution_logs, size_t count,
                      double target, double precision)
{
    double mean, half = half_of(yours_logs, solution_logs, count, target, &mean);
    if (!isfinite(half)) {
        return false;
    }
    /* |mean| − half is the distance of the nearer end from 0. */
    return exp(2 * half) <= 1 + precision || fabs(mean) - half >= clear_halves * half;
}

/* The logarithms of the blocks that both have, in the same order. */
static size_t pair_blocks(const struct block_log *a, size_t a_count, const struct block_log *b,
                          size_t b_count, double *a_logs, double *b_logs)
{
    size_t count = 0;
    for (size_t i = 0, j = 0; i < a_count && j < b_count;) {
        if (a[i].block == b[j].block) {
            a_logs[count] = a[i++].log;
            b_logs[count++] = b[j++].log;
        } else if (a[i].block < b[j].block) {
            i++;
        } else {
            j++;
        }
    }
    return count;
}

static bool is_cpu_bound(const struct run *run, const struct cell *cell)
{
    return run->variants[cell->variant].threads == 1 && noise_is_cpu_bound(cell);
}

static bool has_samples(const struct cell *cell)
{
    return cell != NULL && cell->status == CELL_OK && cell->samples_count > 0;
}

static enum status score_cells(const struct cell *baseline, const struct cell *yours,
                               const struct cell *solution, double precision, struct score *score,
                               bool *settled)
{
    double (*time)(const struct sample *) = score->by_cpu ? speedup_cpu_s : speedup_real_s;
    size_t room = yours->samples_count + solution->samples_count + 1;
    size_t yours_count = 0, solution_count = 0;
    struct block_log *yours_blocks = calloc(room, sizeof *yours_blocks);
    struct block_log *solution_blocks = calloc(room, sizeof *solution_blocks);
    double *yours_logs = calloc(room, sizeof *yours_logs);
    double *solution_logs = calloc(room, sizeof *solution_logs);
    enum status status = yours_blocks == NULL || solution_blocks == NULL || yours_logs == NULL ||
                                 solution_logs == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for a score")
                             : blocks_logs(baseline, yours, time, yours_blocks, &yours_count);
    if (status == STATUS_OK) {
        status = blocks_logs(baseline, solution, time, solution_blocks, &solution_count);
    }
    if (status == STATUS_OK) {
        size_t count = pair_blocks(yours_blocks, yours_count, solution_blocks, solution_count,
                                   yours_logs, solution_logs);
        *settled = score_is_settled(yours_logs, solution_logs, count, score->target, precision);
        score_judge(yours_logs, solution_logs, count, score->target, score);
        status = speedup_ratio(baseline, yours, time, &score->yours);
    }
    if (status == STATUS_OK) {
        status = speedup_ratio(baseline, solution, time, &score->solution);
    }
    free(yours_blocks);
    free(solution_blocks);
    free(yours_logs);
    free(solution_logs);
    return status;
}

enum status score_run(struct run *run, size_t yours, size_t solution, double target,
                      struct score *score, bool *settled)
{
    const struct ratio none = {NAN, NAN, NAN};
    size_t size = run->plan.sizes[0];
    const struct cell *cells[] = {run_cell(run, run->baseline, size), run_cell(run, yours, size),
                                  run_cell(run, solution, size)};
    bool ignored = false, there = true, by_cpu = true;
    *score = (struct score){.yours = none,
                            .solution = none,
                            .fraction = NAN,
                            .low = NAN,
                            .high = NAN,
                            .target = target,
                            .target_ratio = NAN,
                            .verdict = SCORE_NOT_RESOLVED};
    enum status status = noise_mark(run);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        there = there && has_samples(cells[i]);
        by_cpu = by_cpu && there && is_cpu_bound(run, cells[i]);
    }
    if (status != STATUS_OK || !there) {
        return status;
    }
    score->by_cpu = by_cpu;
    return score_cells(cells[0], cells[1], cells[2], run->plan.precision, score,
                       settled == NULL ? &ignored : settled);
}
