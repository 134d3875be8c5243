#include "measure/rounds.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "measure/ask.h"
#include "measure/bout.h"
#include "measure/machine.h"
#include "measure/process.h"
#include "measure/verify.h"

/* Rounds of a block at a size that are there already (a resumed run). */
static uint32_t rounds_done(const struct run *run, uint32_t block, size_t size)
{
    uint32_t done = 0;
    for (size_t i = 0; i < run->order_count; i++) {
        const struct round_order *order = &run->order[i];
        if (order->block == block && order->size == size && order->round + 1 > done) {
            done = order->round + 1;
        }
    }
    return done;
}

/* A variant that hung at one size would hang at every larger one, once for each. */
static enum status skip_larger(const struct setting *setting, size_t size)
{
    const struct plan *plan = setting->plan;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < plan->variants_count; i++) {
        const struct cell *cell = run_cell(setting->run, plan->variants[i], size);
        if (cell == NULL || cell->status != CELL_TIMEOUT) {
            continue;
        }
        char *reason = text_format("it ran out of time at size %zu", size);
        for (size_t j = 0; status == STATUS_OK && reason != NULL && j < plan->sizes_count; j++) {
            if (plan->sizes[j] > size) {
                status = setting_tell(setting, &(struct event){.kind = EVENT_FAILED,
                                                               .size = plan->sizes[j],
                                                               .variant = plan->variants[i],
                                                               .status = CELL_SKIPPED,
                                                               .reason = reason});
            }
        }
        free(reason);
    }
    return status;
}

/* Cells that will not be measured: too large for the variant, or it lacks something. */
static enum status skip_unfit(const struct setting *setting, struct worker *worker, size_t index)
{
    const struct variant *variant = &setting->lab->variants[index];
    const struct plan *plan = setting->plan;
    const char *missing = NULL;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < variant->requirements_count; i++) {
        bool there = true;
        status = ask_require(worker, variant->requirements[i], &there);
        missing = there ? missing : variant->requirements[i];
    }
    if (status == STATUS_OK && variant->interpreter != NULL) {
        bool there = true;
        status = ask_require(worker, variant->interpreter, &there);
        missing = there ? missing : variant->interpreter;
    }
    for (size_t i = 0; status == STATUS_OK && i < plan->sizes_count; i++) {
        size_t size = plan->sizes[i];
        bool large = variant->max_size != 0 && size > variant->max_size;
        if (!large && missing == NULL) {
            continue;
        }
        char *reason =
            missing == NULL ? text_format("lab.toml runs it up to size %zu only", variant->max_size)
            : strchr(missing, ':') != NULL
                ? text_format("it needs %s, which this processor or build has not", missing)
                : text_format("it needs %s, which is not there (./setup --all installs "
                              "it, then `make` builds what builds on it)",
                              missing);
        if (reason == NULL) {
            return status_fail(STATUS_NO_MEMORY, "no memory for a reason");
        }
        status = setting_tell(setting, &(struct event){.kind = EVENT_FAILED,
                                                       .size = size,
                                                       .variant = index,
                                                       .status = CELL_SKIPPED,
                                                       .reason = reason});
        free(reason);
    }
    return status;
}

static enum status play_block(const struct setting *setting, struct verifier *verifier,
                              uint32_t block)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < setting->plan->sizes_count; i++) {
        size_t size = setting->plan->sizes[i];
        uint32_t done = rounds_done(setting->run, block, size);
        if (done < setting->plan->samples_count) {
            status = bout_play(setting, verifier, block, size, done);
        }
        if (status == STATUS_OK) {
            status = skip_larger(setting, size);
        }
    }
    if (status == STATUS_OK) {
        status = setting_tell(setting, &(struct event){.kind = EVENT_BLOCK, .block = block});
    }
    return status;
}

enum status rounds_run(const struct setting *setting, const char **ended_by)
{
    const struct plan *plan = setting->plan;
    struct verifier verifier;
    uint64_t begin_ns = clock_now_ns();
    /* No limit on memory: it runs the lab's own code, and the oracle's arguments may be large. */
    const struct worker_limits limits = {1, 0, plan->timeout_s, -1};
    machine_pin(setting->cpu);
    *ended_by = "plan";
    enum status status = verify_open(setting->lab, &limits, &verifier);
    if (status == STATUS_INTERRUPTED) {
        *ended_by = "interrupt";
        return STATUS_OK;
    }
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; status == STATUS_OK && i < plan->variants_count; i++) {
        status = skip_unfit(setting, &verifier.worker, plan->variants[i]);
    }
    uint32_t first = (uint32_t)setting->run->blocks_done;
    for (uint32_t block = first; status == STATUS_OK && block < plan->blocks_count; block++) {
        double spent_s = setting->spent_s + clock_s_from_ns(clock_now_ns() - begin_ns);
        if (plan->precision > 0 && block >= plan->blocks_least && setting->enough != NULL &&
            setting->enough(setting->enough_context)) {
            *ended_by = "precision";
            break;
        }
        if (block > 0 && plan->budget_s > 0 && spent_s >= plan->budget_s) {
            *ended_by = "budget";
            break;
        }
        status = play_block(setting, &verifier, block);
    }
    verify_close(&verifier);
    machine_pin(-1);
    if (status == STATUS_INTERRUPTED) {
        *ended_by = "interrupt";
        status = STATUS_OK;
    }
    return status;
}
