#include "commands/control.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/analyze.h"
#include "measure/machine.h"
#include "measure/orphans.h"
#include "measure/rounds.h"
#include "plan/plan.h"

static enum status keep(void *context, const struct event *event)
{
    return event_apply(event, context);
}

/* Only what the analysis looks at: the variants' threads, and which is the baseline. */
static enum status describe(const struct lab *lab, struct run *run)
{
    run->baseline = lab->baseline;
    run->variants = calloc(lab->variants_count, sizeof *run->variants);
    if (run->variants == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a control");
    }
    for (size_t i = 0; i < lab->variants_count; i++) {
        run->variants[run->variants_count++] = (struct run_variant){
            .name = strdup(lab->variants[i].name),
            .label = strdup(lab->variants[i].label),
            .interpreter =
                lab->variants[i].interpreter == NULL ? NULL : strdup(lab->variants[i].interpreter),
            .threads = lab->variants[i].threads};
    }
    return run_make_cells(run);
}

static enum status carry_out(const struct lab *lab, struct run *run, struct ratio *ratio)
{
    const struct observer observer = {keep, run};
    const struct setting setting = {.lab = lab,
                                    .plan = &run->plan,
                                    .run = run,
                                    .observers = &observer,
                                    .observers_count = 1,
                                    .cpu = machine_measuring_cpu()};
    orphans_adopt();
    enum status status = rounds_run(&setting, &run->ended_by);
    if (status == STATUS_OK) {
        status = analyze_run(run);
    }
    /* The copy is the last cell. */
    const struct cell *copy = &run->cells[run->cells_count - 1];
    if (status == STATUS_OK && copy->status == CELL_OK && copy->speedup.present) {
        *ratio = copy->speedup.by_cpu ? copy->speedup.cpu : copy->speedup.real;
    }
    return status;
}

enum status control_measure(struct lab *lab, const char *variant, const char *preset, size_t size,
                            struct ratio *ratio)
{
    char sizes[32];
    snprintf(sizes, sizeof sizes, "%zu", size);
    struct plan_request request = {.preset = preset,
                                   .control = variant,
                                   .sizes = sizes,
                                   .blocks = CONTROL_BLOCKS,
                                   .samples = CONTROL_SAMPLES};
    struct run run = {0};
    *ratio = (struct ratio){NAN, NAN, NAN};
    enum status status = lab_add_control(lab, variant);
    if (status == STATUS_OK) {
        request.variants = lab->variants[lab->variants_count - 1].name;
        status = plan_build(lab, &request, &run.plan);
    }
    if (status == STATUS_OK) {
        status = describe(lab, &run);
    }
    if (status == STATUS_OK) {
        status = carry_out(lab, &run, ratio);
    }
    run_free(&run);
    return status;
}

/* How long a call takes, roughly; infinity where it was not measured. */
static double typical_s(const struct cell *cell)
{
    return cell->status == CELL_OK && cell->samples_count > 0 ? cell->samples[0].real_s : INFINITY;
}

enum status control_of_run(struct lab *lab, struct run *run)
{
    const struct cell *best = NULL;
    for (size_t i = 0; i < run->cells_count; i++) {
        const struct cell *cell = &run->cells[i];
        bool larger = best == NULL || cell->size > best->size;
        bool faster = best != NULL && cell->size == best->size && typical_s(cell) < typical_s(best);
        if (isfinite(typical_s(cell)) && (larger || faster)) {
            best = cell;
        }
    }
    if (best == NULL) {
        return STATUS_OK;
    }
    run->control.variant = best->variant;
    run->control.size = best->size;
    const char *preset = lab_preset(lab, run->plan.preset) != NULL ? run->plan.preset : NULL;
    return control_measure(lab, run->variants[best->variant].name, preset, best->size,
                           &run->control.ratio);
}
