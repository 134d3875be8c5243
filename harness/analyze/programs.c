#include "analyze/programs.h"

#include <math.h>
#include <stdlib.h>

#include "analyze/speedup.h"
#include "analyze/stats.h"

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for statistics");
}

static enum status spread_one(const double *numbers, size_t count, struct program_spread *out)
{
    *out = (struct program_spread){.best = stats_min(numbers, count),
                                   .mean = stats_mean(numbers, count),
                                   .stddev = stats_stddev(numbers, count),
                                   .worst = count > 0 ? numbers[0] : NAN};
    for (size_t i = 1; i < count; i++) {
        out->worst = fmax(out->worst, numbers[i]);
    }
    enum status status = stats_median(numbers, count, &out->median);
    return status == STATUS_OK ? stats_mad(numbers, count, &out->mad) : status;
}

static enum status spread(struct program *program)
{
    double *numbers = malloc((program->runs_count + 1) * sizeof *numbers);
    enum status status = numbers == NULL ? no_memory() : STATUS_OK;
    for (size_t q = 0; status == STATUS_OK && q < PROGRAM_QUANTITIES; q++) {
        for (size_t i = 0; i < program->runs_count; i++) {
            numbers[i] = program_value(&program->runs[i], (enum program_quantity)q);
        }
        status = spread_one(numbers, program->runs_count, &program->spread[q]);
    }
    free(numbers);
    return status;
}

/* The runs as samples, each alone in its block. */
static enum status as_cell(const struct program *program, struct cell *cell)
{
    *cell = (struct cell){.samples = calloc(program->runs_count + 1, sizeof *cell->samples),
                          .samples_count = program->runs_count};
    if (cell->samples == NULL) {
        return no_memory();
    }
    for (size_t i = 0; i < program->runs_count; i++) {
        const struct program_run *run = &program->runs[i];
        cell->samples[i] =
            (struct sample){.block = run->round, .real_s = run->real_s, .cpu_s = run->cpu_s};
    }
    return STATUS_OK;
}

static enum status compare(const struct program *baseline, struct program *program)
{
    struct cell ours = {0}, theirs = {0};
    enum status status = as_cell(baseline, &theirs);
    if (status == STATUS_OK) {
        status = as_cell(program, &ours);
    }
    if (status == STATUS_OK) {
        status = speedup_ratio(&theirs, &ours, speedup_real_s, &program->real);
    }
    if (status == STATUS_OK) {
        status = speedup_ratio(&theirs, &ours, speedup_cpu_s, &program->cpu);
    }
    program->verdict = speedup_verdict(&program->real);
    free(ours.samples);
    free(theirs.samples);
    return status;
}

enum status analyze_programs(struct programs *programs)
{
    const struct ratio none = {NAN, NAN, NAN};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < programs->count; i++) {
        struct program *program = &programs->list[i], *baseline = &programs->list[0];
        program->real = program->cpu = none;
        program->verdict = VERDICT_NOT_RESOLVED;
        status = spread(program);
        if (status == STATUS_OK && i > 0 && program->status == CELL_OK &&
            baseline->status == CELL_OK) {
            status = compare(baseline, program);
        }
    }
    return status;
}
