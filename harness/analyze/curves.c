#include "analyze/curves.h"

#include <math.h>
#include <stdlib.h>

#include "analyze/blocks.h"
#include "analyze/fit.h"
#include "analyze/noise.h"
#include "analyze/speedup.h"
#include "analyze/stats.h"

/* A fixed cost is told only where it is seen: where time grows more slowly than the square root of
 * the size from the smallest size to the next. A sum of powers from 1/2 up, a·N + b·N² say, is
 * nowhere so flat on logarithmic axes, yet passes well for a constant and one power. */
static const double flat_slope_most = 0.5;
/* A law that misses a point by more is none. By how much it misses widens the interval of the
 * fixed cost: short arrays take other paths through a program than long ones, so that no law holds
 * to the per cent there. */
static const double fixed_misfit_most = 0.25;

/* The logarithms of one variant's times, or of two variants' ratios: a row a block, a column a
 * size. NAN where a block has none. */
struct logs {
    double *sizes, *logs;
    size_t sizes_count, blocks_count;
};

static void logs_free(struct logs *grid)
{
    free(grid->sizes);
    free(grid->logs);
}

static size_t count_blocks(const struct run *run)
{
    size_t count = 0;
    for (size_t i = 0; i < run->cells_count; i++) {
        const struct cell *cell = &run->cells[i];
        if (cell->samples_count > 0) {
            size_t last = (size_t)cell->samples[cell->samples_count - 1].block + 1;
            count = last > count ? last : count;
        }
    }
    return count;
}

static const struct cell *good_cell(const struct run *run, size_t variant, size_t size)
{
    const struct cell *cell = run_cell(run, variant, size);
    return cell != NULL && cell->status == CELL_OK && cell->samples_count > 0 ? cell : NULL;
}

/* Puts the logarithms of one size into the next column. */
static enum status add_size(const struct cell *baseline, const struct cell *cell,
                            double (*time)(const struct sample *), size_t columns,
                            struct logs *grid)
{
    size_t count = 0;
    struct block_log *blocks = malloc((cell->samples_count + 1) * sizeof *blocks);
    enum status status = blocks == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for curves")
                                        : blocks_logs(baseline, cell, time, blocks, &count);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        grid->logs[blocks[i].block * columns + grid->sizes_count] = blocks[i].log;
    }
    grid->sizes[grid->sizes_count++] = (double)cell->size;
    free(blocks);
    return status;
}

/* `baseline` is SIZE_MAX for the times of a variant itself. Sizes at which a variant failed are
 * left out. */
static enum status make_logs(const struct run *run, size_t baseline, size_t variant,
                             double (*time)(const struct sample *), struct logs *grid)
{
    const size_t columns = run->plan.sizes_count, blocks = count_blocks(run);
    *grid = (struct logs){.sizes = calloc(columns + 1, sizeof *grid->sizes),
                          .logs = malloc((columns * blocks + 1) * sizeof *grid->logs),
                          .blocks_count = blocks};
    if (grid->sizes == NULL || grid->logs == NULL) {
        logs_free(grid);
        return status_fail(STATUS_NO_MEMORY, "no memory for curves");
    }
    for (size_t i = 0; i < columns * blocks; i++) {
        grid->logs[i] = NAN;
    }
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < columns; i++) {
        const struct cell *cell = good_cell(run, variant, run->plan.sizes[i]);
        const struct cell *other =
            baseline == SIZE_MAX ? cell : good_cell(run, baseline, run->plan.sizes[i]);
        if (cell != NULL && other != NULL) {
            status = add_size(baseline == SIZE_MAX ? NULL : other, cell, time, columns, grid);
        }
    }
    /* The rows move together when some sizes are left out. */
    for (size_t b = 1; b < blocks && grid->sizes_count < columns; b++) {
        for (size_t i = 0; i < grid->sizes_count; i++) {
            grid->logs[b * grid->sizes_count + i] = grid->logs[b * columns + i];
        }
    }
    if (status != STATUS_OK) {
        logs_free(grid);
    }
    return status;
}

static bool is_complete(const double *logs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (isnan(logs[i])) {
            return false;
        }
    }
    return true;
}

struct interval {
    double mean, low, high;
};

static struct interval over_blocks(const double *values, size_t count)
{
    double mean = stats_mean(values, count), half = stats_half95(values, count);
    return (struct interval){mean, mean - half, mean + half};
}

/* The means over the complete blocks, as seconds; returns how many blocks are complete. */
static size_t mean_times(const struct logs *grid, double *times_s)
{
    size_t count = 0;
    for (size_t i = 0; i < grid->sizes_count; i++) {
        times_s[i] = 0;
    }
    for (size_t b = 0; b < grid->blocks_count; b++) {
        const double *row = grid->logs + b * grid->sizes_count;
        if (is_complete(row, grid->sizes_count)) {
            count++;
            for (size_t i = 0; i < grid->sizes_count; i++) {
                times_s[i] += row[i];
            }
        }
    }
    for (size_t i = 0; i < grid->sizes_count; i++) {
        times_s[i] = exp(times_s[i] / (double)count);
    }
    return count;
}

static bool is_flat(const double *sizes, const double *times_s)
{
    return log(times_s[1] / times_s[0]) <= flat_slope_most * log(sizes[1] / sizes[0]);
}

/* Fits both laws to each complete block. `times_s` has room for the sizes, `exponents` and
 * `fixed_s` for the blocks. */
static void fit_blocks(const struct logs *grid, double *times_s, double *exponents, double *fixed_s,
                       struct fit *out)
{
    size_t powers = 0, offsets = 0;
    struct fit_power power;
    struct fit_offset offset;
    for (size_t b = 0; b < grid->blocks_count; b++) {
        const double *row = grid->logs + b * grid->sizes_count;
        if (!is_complete(row, grid->sizes_count)) {
            continue;
        }
        for (size_t i = 0; i < grid->sizes_count; i++) {
            times_s[i] = exp(row[i]);
        }
        if (fit_power(grid->sizes, times_s, grid->sizes_count, &power)) {
            exponents[powers++] = power.exponent;
        }
        if (fit_offset(grid->sizes, times_s, grid->sizes_count, &offset)) {
            fixed_s[offsets++] = offset.fixed_s;
        }
    }
    size_t complete = mean_times(grid, times_s);
    if (powers == 0 || !fit_power(grid->sizes, times_s, grid->sizes_count, &power)) {
        return;
    }
    struct interval exponent = over_blocks(exponents, powers),
                    fixed = over_blocks(fixed_s, offsets);
    out->exponent = exponent.mean;
    out->exponent_low = exponent.low;
    out->exponent_high = exponent.high;
    out->misfit_ratio = power.misfit_ratio;
    if (offsets == complete && fit_offset(grid->sizes, times_s, grid->sizes_count, &offset) &&
        offset.misfit_ratio <= fixed_misfit_most && is_flat(grid->sizes, times_s)) {
        double missed_s = offset.misfit_ratio * fixed.mean;
        bool resolved = fixed.low - missed_s > 0;
        out->fixed_s = resolved ? fixed.mean : NAN;
        out->fixed_low_s = resolved ? fixed.low - missed_s : NAN;
        out->fixed_high_s = resolved ? fixed.high + missed_s : NAN;
    }
}

/* CPU time where it is all the time that both take, at every size, as for speedups. */
static bool is_by_cpu(const struct run *run, size_t a, size_t b)
{
    for (size_t i = 0; i < run->plan.sizes_count; i++) {
        const struct cell *cells[] = {good_cell(run, a, run->plan.sizes[i]),
                                      good_cell(run, b, run->plan.sizes[i])};
        for (size_t j = 0; j < 2; j++) {
            if (cells[j] != NULL && !noise_is_cpu_bound(cells[j])) {
                return false;
            }
        }
    }
    return run->variants[a].threads == 1 && run->variants[b].threads == 1;
}

static enum status fit_variant(const struct run *run, size_t variant, struct fit *out)
{
    struct logs grid;
    out->by_cpu = is_by_cpu(run, variant, variant);
    enum status status =
        make_logs(run, SIZE_MAX, variant, out->by_cpu ? speedup_cpu_s : speedup_real_s, &grid);
    if (status != STATUS_OK) {
        return status;
    }
    double *room = malloc((grid.sizes_count + 2 * grid.blocks_count + 1) * sizeof *room);
    if (room == NULL) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for fits");
    } else {
        double *exponents = room + grid.sizes_count;
        fit_blocks(&grid, room, exponents, exponents + grid.blocks_count, out);
    }
    free(room);
    logs_free(&grid);
    return status;
}

/* The verdict on one size of two variants' ratios. `logs` has room for the blocks. */
static enum verdict size_verdict(const struct logs *grid, size_t size, double *logs)
{
    size_t count = 0;
    for (size_t b = 0; b < grid->blocks_count; b++) {
        double value = grid->logs[b * grid->sizes_count + size];
        if (!isnan(value)) {
            logs[count++] = value;
        }
    }
    struct interval mean = over_blocks(logs, count);
    return speedup_verdict(&(struct ratio){exp(mean.mean), exp(mean.low), exp(mean.high)});
}

/* A straight line between two sizes is trusted to tell a crossover only where they are at most this
 * factor apart: neither curve is straight over more (a fixed cost bends it). */
static const double trusted_step = 4;

/* Where the curves of the blocks cross between two sizes. False: fewer than two blocks show it.
 * `logs` has room for twice the blocks. */
static bool cross(const struct logs *grid, size_t from, size_t to, double *logs,
                  struct crossover *out)
{
    size_t count = 0;
    double *straight = logs, *smooth = logs + grid->blocks_count;
    bool knows_bend = true;
    for (size_t b = 0; b < grid->blocks_count; b++) {
        const double *row = grid->logs + b * grid->sizes_count;
        struct fit_crossing found;
        if (is_complete(row + from, to - from + 1) &&
            fit_crossing(grid->sizes, row, grid->sizes_count, from, to, &found)) {
            straight[count] = log(found.straight);
            smooth[count++] = log(found.smooth);
            knows_bend = knows_bend && found.has_smooth;
        }
    }
    struct interval line = over_blocks(straight, count), bend = over_blocks(smooth, count);
    out->size = exp(bend.mean);
    /* What lies between the two is not known. The sizes at both ends are resolved: what is sought
     * lies between them. */
    out->low = fmax(exp(fmin(line.low, bend.low)), grid->sizes[from]);
    out->high = fmin(exp(fmax(line.high, bend.high)), grid->sizes[to]);
    if (!knows_bend || grid->sizes[to] > trusted_step * grid->sizes[from]) {
        out->low = grid->sizes[from];
        out->high = grid->sizes[to];
    }
    return count >= 2;
}

static enum status add_crossover(struct run *run, struct crossover crossover)
{
    struct crossover *longer =
        realloc(run->crossovers, (run->crossovers_count + 1) * sizeof *longer);
    if (longer == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for crossovers");
    }
    longer[run->crossovers_count++] = crossover;
    run->crossovers = longer;
    return STATUS_OK;
}

/* Only resolved sizes count: two variants that are equally fast cross all the time. */
static enum status cross_pair(struct run *run, size_t a, size_t b)
{
    struct logs grid;
    bool by_cpu = is_by_cpu(run, a, b);
    enum status status = make_logs(run, a, b, by_cpu ? speedup_cpu_s : speedup_real_s, &grid);
    if (status != STATUS_OK) {
        return status;
    }
    double *logs = malloc((2 * grid.blocks_count + 1) * sizeof *logs);
    enum verdict before = VERDICT_NOT_RESOLVED;
    if (logs == NULL) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for crossovers");
    }
    for (size_t i = 0, from = 0; status == STATUS_OK && i < grid.sizes_count; i++) {
        enum verdict now = size_verdict(&grid, i, logs);
        if (now == VERDICT_NOT_RESOLVED) {
            continue;
        }
        struct crossover found = {.faster = now == VERDICT_FASTER ? b : a,
                                  .slower = now == VERDICT_FASTER ? a : b,
                                  .by_cpu = by_cpu};
        if (before != VERDICT_NOT_RESOLVED && now != before &&
            cross(&grid, from, i, logs, &found)) {
            status = add_crossover(run, found);
        }
        before = now;
        from = i;
    }
    free(logs);
    logs_free(&grid);
    return status;
}

enum status curves_find(struct run *run)
{
    const struct plan *plan = &run->plan;
    run_clear_curves(run);
    run->fits = calloc(plan->variants_count + 1, sizeof *run->fits);
    enum status status =
        run->fits == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for fits") : STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < plan->variants_count; i++) {
        struct fit *fit = &run->fits[run->fits_count++];
        *fit = (struct fit){plan->variants[i], NAN, NAN, NAN, NAN, NAN, NAN, NAN, false};
        status = fit_variant(run, plan->variants[i], fit);
    }
    for (size_t i = 0; status == STATUS_OK && i < plan->variants_count; i++) {
        for (size_t j = i + 1; status == STATUS_OK && j < plan->variants_count; j++) {
            status = cross_pair(run, plan->variants[i], plan->variants[j]);
        }
    }
    return status;
}
