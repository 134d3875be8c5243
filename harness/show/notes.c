#include "show/notes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "show/growth.h"

enum { CROSSOVERS_SHOWN_MAX = 6 };

bool notes_has_time(const struct cell *cell)
{
    return cell->status == CELL_OK && cell->samples_count > 0 && isfinite(cell->summary.median_s) &&
           cell->summary.median_s > 0.0;
}

const struct ratio *notes_ratio(const struct cell *cell)
{
    const struct speedup *speedup = &cell->speedup;
    const struct ratio *ratio = speedup->by_cpu ? &speedup->cpu : &speedup->real;
    bool known =
        notes_has_time(cell) && speedup->present && isfinite(ratio->ratio) && ratio->ratio > 0.0;
    return known ? ratio : NULL;
}

size_t notes_samples_count(const struct run *run)
{
    size_t most = 0;
    for (size_t i = 0; i < run->cells_count; i++) {
        most = run->cells[i].samples_count > most ? run->cells[i].samples_count : most;
    }
    return most;
}

char *notes_interval(const struct ratio *ratio)
{
    if (isnan(ratio->low) || isnan(ratio->high)) {
        return text_format("%s (no interval)", units_ratio(ratio->ratio).text);
    }
    return text_format("%s [%s–%s]", units_ratio(ratio->ratio).text, units_factor(ratio->low).text,
                       units_factor(ratio->high).text);
}

/* The cell with the largest ratio of those with a verdict, at the largest size that has one. */
static const struct cell *best_cell(const struct run *run, enum verdict verdict)
{
    const struct cell *best = NULL;
    for (size_t i = 0; i < run->cells_count; i++) {
        const struct cell *cell = &run->cells[i];
        const struct ratio *ratio = notes_ratio(cell);
        if (ratio == NULL || cell->speedup.verdict != verdict || cell->variant == run->baseline) {
            continue;
        }
        if (best == NULL || cell->size > best->size ||
            (cell->size == best->size && ratio->ratio > notes_ratio(best)->ratio)) {
            best = cell;
        }
    }
    return best;
}

static bool any_time(const struct run *run, size_t variant)
{
    for (size_t i = 0; i < run->cells_count; i++) {
        if ((variant == SIZE_MAX || run->cells[i].variant == variant) &&
            notes_has_time(&run->cells[i])) {
            return true;
        }
    }
    return false;
}

static char *say(const struct run *run, const struct cell *cell, const char *comparison)
{
    const char *cpu = run->host.cpu;
    char *interval = notes_interval(notes_ratio(cell));
    char *text = interval == NULL
                     ? NULL
                     : text_format("%s is %s %s %s at N=%s%s%s.", run->variants[cell->variant].name,
                                   interval, comparison, run->variants[run->baseline].name,
                                   units_count(cell->size).text, cpu != NULL ? " on " : "",
                                   cpu != NULL ? cpu : "");
    free(interval);
    return text;
}

char *notes_summary(const struct run *run)
{
    const struct cell *faster = best_cell(run, VERDICT_FASTER);
    const struct cell *unsure = best_cell(run, VERDICT_NOT_RESOLVED);
    if (faster != NULL) {
        return say(run, faster, "faster than");
    }
    if (!any_time(run, SIZE_MAX)) {
        return text_format("Nothing was measured: no variant gave a right answer in time.");
    }
    if (!any_time(run, run->baseline)) {
        return text_format("%s, the baseline, has no time, so that there is no speedup.",
                           run->variants[run->baseline].name);
    }
    if (unsure != NULL) {
        return say(run, unsure, "(not resolved) the speed of");
    }
    const struct cell *slower = best_cell(run, VERDICT_SLOWER);
    return slower != NULL ? say(run, slower, "the speed of")
                          : text_format("There is nothing to compare with %s.",
                                        run->variants[run->baseline].name);
}

char *notes_origin(const struct run *run)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    if (run->host.cpu != NULL) {
        fprintf(out, "%s · ", run->host.cpu);
    }
    if (run->software.python != NULL) {
        fprintf(out, "Python %s · ", run->software.python);
    }
    if (run->started != NULL) {
        fprintf(out, "%.10s · ", run->started); /* the date of an RFC 3339 time */
    }
    fprintf(out, "seed %llu", (unsigned long long)run->plan.seed);
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static void add(struct notes *notes, char *line, enum status *status)
{
    char **lines = realloc(notes->lines, (notes->count + 1) * sizeof *lines);
    if (lines != NULL) {
        notes->lines = lines;
    }
    if (line == NULL || lines == NULL) {
        *status = status_fail(STATUS_NO_MEMORY, "no memory for the notes of a table");
        free(line);
    } else {
        notes->lines[notes->count++] = line;
    }
}

/* Which clocks the speedups of the table use: 1 real, 2 CPU, 3 one here and the other there. */
static unsigned clocks_seen(const struct run *run)
{
    unsigned seen = 0;
    for (size_t i = 0; i < run->cells_count; i++) {
        if (notes_ratio(&run->cells[i]) != NULL && run->cells[i].variant != run->baseline) {
            seen |= run->cells[i].speedup.by_cpu ? 2u : 1u;
        }
    }
    return seen;
}

bool notes_clocks_differ(const struct run *run)
{
    return clocks_seen(run) == 3;
}

static const char *clocks(const struct run *run)
{
    static const char *const names[] = {"", "real time", "CPU time",
                                        "real time (CPU time where marked)"};
    return names[clocks_seen(run)];
}

/* How a run ended, in a sentence; NULL when it was carried out as planned. */
static char *ending(const struct run *run)
{
    const char *by = run->ended_by == NULL ? "plan" : run->ended_by;
    if (strcmp(by, "precision") == 0) {
        return text_format("ended after %zu blocks: each interval is narrower than %g %%, or "
                           "clearly away from 1 (--precision)",
                           run->blocks_done, run->plan.precision * 100);
    }
    if (strcmp(by, "budget") == 0) {
        return text_format("ended after %zu blocks: the budget of %g s was spent (--budget)",
                           run->blocks_done, run->plan.budget_s);
    }
    return strcmp(by, "interrupt") == 0
               ? text_format("ended after %zu blocks: interrupted", run->blocks_done)
               : NULL;
}

/* What the sizes say together. Of more crossovers than these the rest stands in run.json. */
static void add_growth(const struct run *run, struct notes *notes, enum status *status)
{
    for (size_t next = 0; growth_is_known(run, next) && *status == STATUS_OK;) {
        add(notes, growth_exponents(run, &next), status);
    }
    for (size_t i = 0; i < run->crossovers_count && i < CROSSOVERS_SHOWN_MAX; i++) {
        add(notes, growth_crossover(run, &run->crossovers[i]), status);
    }
}

/* What the same program against itself has shown; NULL: that was not asked. */
static char *control_line(const struct run *run)
{
    const struct ratio *ratio = &run->control.ratio;
    if (!(ratio->low > 0) || run->control.variant >= run->variants_count) {
        return NULL;
    }
    return text_format("%s against itself at N=%s: %.3f [%.3f–%.3f]; %d blocks cannot tell "
                       "differences below %.2g %% here%s",
                       run->variants[run->control.variant].name,
                       units_count(run->control.size).text, ratio->ratio, ratio->low, ratio->high,
                       CONTROL_BLOCKS, (ratio_smallest(ratio) - 1) * 100,
                       ratio->low <= 1 && ratio->high >= 1 ? "" : ", and this one is none");
}

/* The conditions of the machine, by their codes; NULL: there are none. */
static char *machine_line(const struct run *run)
{
    char *text = NULL;
    size_t size = 0, count = 0;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; out != NULL && i < run->warnings_count; i++) {
        if (run->warnings[i].is_observed) {
            fprintf(out, "%s%s", count++ == 0 ? "less exact because of the machine's " : ", ",
                    run->warnings[i].code);
        }
    }
    if (count > 0) {
        fputs(" (warnings in report.html and run.json say what to do)", out);
    }
    if (out == NULL || fclose(out) != 0 || count == 0) {
        free(text);
        return NULL;
    }
    return text;
}

enum status notes_make(const struct run *run, struct notes *notes)
{
    enum status status = STATUS_OK;
    size_t r = notes_samples_count(run);
    const char *clock = clocks(run);
    *notes = (struct notes){0};
    if (r > 0) {
        add(notes,
            text_format("best of %zu: the fastest of %zu samples (%zu %s, %zu %s in each); real, "
                        "user, sys: medians, per call",
                        r, r, run->blocks_done, run->blocks_done == 1 ? "block" : "blocks",
                        run->plan.samples_count,
                        run->plan.samples_count == 1 ? "sample" : "samples"),
            &status);
    }
    if (clock[0] != '\0' && run->blocks_done > 1) {
        add(notes,
            text_format(
                "speedup: median of paired ratios of %s against %s; %g %% interval over %zu "
                "blocks",
                clock, run->variants[run->baseline].name, 95.0, run->blocks_done),
            &status);
    } else if (clock[0] != '\0') {
        add(notes,
            text_format(
                "speedup: median of paired ratios of %s against %s; one block gives no interval",
                clock, run->variants[run->baseline].name),
            &status);
    }
    if (r > 0) {
        add(notes,
            text_format(
                "residual: largest |result − oracle| in any timed sample (tolerance %g absolute, "
                "%g relative)",
                run->tolerance_absolute, run->tolerance_relative),
            &status);
    }
    add_growth(run, notes, &status);
    char *(*const parts[])(const struct run *) = {ending, control_line, machine_line};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *line = parts[i](run);
        if (line != NULL) { /* there is nothing to say, or no memory to say it */
            add(notes, line, &status);
        }
    }
    return status;
}

void notes_free(struct notes *notes)
{
    if (notes == NULL) {
        return;
    }
    for (size_t i = 0; i < notes->count; i++) {
        free(notes->lines[i]);
    }
    free(notes->lines);
    *notes = (struct notes){0};
}
