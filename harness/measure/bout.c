#include "measure/bout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "measure/ask.h"
#include "measure/bounds.h"
#include "measure/machine.h"
#include "measure/process.h"

/* One variant at one size in one block. */
struct contender {
    size_t variant;
    struct worker worker;
    bool live;
    uint64_t calls;
    struct sample sample; /* of the current round */
    double took_s;        /* all its calls, by the clock on the wall; 0 when it gave none */
};

/* The contenders of one size in one block. */
struct bout {
    const struct setting *setting;
    struct verifier *verifier;
    uint32_t block;
    size_t size;
    struct contender *contenders;
    size_t count;
};

static enum status tell_failed(const struct bout *bout, size_t variant, enum cell_status status,
                               const char *reason)
{
    return setting_tell(bout->setting, &(struct event){.kind = EVENT_FAILED,
                                                       .block = bout->block,
                                                       .size = bout->size,
                                                       .variant = variant,
                                                       .status = status,
                                                       .reason = reason});
}

static enum status tell_step(const struct bout *bout, uint32_t round, size_t variant)
{
    return setting_tell(bout->setting, &(struct event){.kind = EVENT_STEP,
                                                       .block = bout->block,
                                                       .round = round,
                                                       .size = bout->size,
                                                       .variant = variant});
}

/* After a request to a worker: a failure of the worker is the variant's, told and dealt with; what
 * comes back is a failure of the harness only. */
static enum status settle(const struct bout *bout, struct contender *contender, enum status status)
{
    if (status != STATUS_REFUSED && status != STATUS_WORKER) {
        return status;
    }
    const char *reason = contender->worker.failure.reason;
    enum cell_status failure = contender->worker.failure.status;
    status = tell_failed(bout, contender->variant, failure == CELL_OK ? CELL_ERROR : failure,
                         reason == NULL ? "its answer cannot be understood" : reason);
    worker_stop(&contender->worker);
    contender->live = false;
    return status;
}

static enum status warm(const struct bout *bout, struct contender *contender)
{
    const struct plan *plan = bout->setting->plan;
    const struct lab *lab = bout->setting->lab;
    const struct variant *variant = &lab->variants[contender->variant];
    struct event event = {.kind = EVENT_WORKER,
                          .block = bout->block,
                          .size = bout->size,
                          .variant = contender->variant};
    event.hash_seed = plan_hash_seed(plan, bout->size, bout->block, contender->variant);
    const struct worker_limits limits = {variant->threads, plan->memory_bytes, plan->timeout_s,
                                         variant->threads == 1 ? bout->setting->cpu : -1};
    bool same;
    struct problem problem = plan_warmup_problem(plan, bout->size, bout->block, &same);
    uint64_t begin_ns = clock_now_ns();
    enum status status =
        worker_start_in(variant->interpreter, event.hash_seed, &limits, &contender->worker);
    event.startup_s = clock_s_from_ns(clock_now_ns() - begin_ns);
    if (status == STATUS_OK) {
        status = ask_load(&contender->worker, lab->folder, variant->file, variant->function,
                          &event.import_s);
    }
    if (status == STATUS_OK) {
        status = ask_problem(&contender->worker, lab->folder, lab->problem_file);
    }
    if (status == STATUS_OK) {
        status = ask_calibrate(&contender->worker, &problem, same ? SETTING_TARGET_S : 0,
                               SETTING_POOL_BYTES, &event.first_call_s, &event.warmup_s,
                               &event.calls_count);
    }
    if (status != STATUS_OK) {
        return settle(bout, contender, status);
    }
    contender->calls = event.calls_count;
    event.interpreter = variant->interpreter == NULL ? NULL : contender->worker.python;
    contender->live = true;
    return setting_tell(bout->setting, &event);
}

static enum status compare(const struct bout *bout, struct contender *contender,
                           const struct value *values, size_t count)
{
    const struct lab *lab = bout->setting->lab;
    const struct tolerance tolerance = {lab->tolerance_absolute, lab->tolerance_relative};
    struct residual residual = {0, 0};
    char why[600] = "";
    bool match = true;
    for (size_t i = 0; i < count && match; i++) {
        match = verify_compare(&bout->verifier->expected, &values[i], &tolerance, &residual, why,
                               sizeof why);
    }
    contender->sample.residual = residual.max_absolute;
    contender->sample.residual_relative = (float)residual.max_relative;
    if (match) {
        return STATUS_OK;
    }
    contender->live = false;
    worker_stop(&contender->worker);
    return tell_failed(bout, contender->variant, CELL_WRONG, why);
}

static void fill_sample(const struct wire_times *times, struct sample *sample)
{
    double calls = (double)times->calls_count;
    sample->calls_count = times->calls_count < UINT32_MAX ? (uint32_t)times->calls_count : 0;
    sample->real_s = (double)times->real_ns / calls * 1e-9;
    sample->cpu_s = (double)times->cpu_ns / calls * 1e-9;
    sample->user_s = (double)times->user_us / calls * 1e-6;
    sample->sys_s = (double)times->sys_us / calls * 1e-6;
    sample->involuntary_switches_count = (uint32_t)times->involuntary_switches_count;
    sample->major_faults_count = (uint32_t)times->major_faults_count;
    sample->minor_faults_count = (uint32_t)times->minor_faults_count;
    sample->delayed_s = times->delayed_ns == UINT64_MAX ? NAN : (float)times->delayed_ns * 1e-9F;
}

/* The samples that were taken since the machine's counters were read last. */
struct span {
    const size_t *order; /* contenders, as they were sampled */
    size_t first, end;
};

/* Divides what the machine's counters say between two readings among the samples in between, by
 * their length: nothing finer is known. */
static void share_out(const struct bout *bout, const struct span *span,
                      const struct machine_reading *before, const struct machine_reading *after)
{
    double took_s = 0, cpu_s = 0;
    for (size_t i = span->first; i < span->end; i++) {
        const struct contender *contender = &bout->contenders[span->order[i]];
        took_s += contender->took_s;
        cpu_s += contender->sample.cpu_s * (double)contender->calls;
    }
    /* What we used ourselves is not others'; the ticks of one and the other differ. */
    double others_s = fmax(0, after->busy_s - before->busy_s - cpu_s);
    for (size_t i = span->first; i < span->end; i++) {
        struct contender *contender = &bout->contenders[span->order[i]];
        double share = took_s > 0 ? contender->took_s / took_s : 0;
        contender->sample.steal_s = (float)(share * (after->steal_s - before->steal_s));
        contender->sample.pressure_s = (float)(share * (after->pressure_s - before->pressure_s));
        contender->sample.others_s = (float)(share * others_s);
    }
}

static enum status take_sample(const struct bout *bout, uint32_t round, uint32_t position,
                               struct contender *contender)
{
    struct wire_times times = {0};
    struct value values[2] = {{0}, {0}};
    size_t count = 0;
    uint64_t pick = plan_pick(bout->setting->plan, bout->size, bout->block, round,
                              contender->variant, contender->calls);
    memset(&contender->sample, 0, sizeof contender->sample);
    contender->sample.block = bout->block;
    contender->sample.round = round;
    contender->sample.position = position;
    enum status status = ask_run(&contender->worker, pick, verify_limit_bytes(bout->verifier),
                                 &times, values, &count);
    contender->took_s = 0;
    if (status == STATUS_OK && times.calls_count != contender->calls) {
        status = STATUS_WORKER;
    }
    if (status == STATUS_OK) {
        fill_sample(&times, &contender->sample);
        contender->took_s = (double)times.real_ns * 1e-9;
        status = compare(bout, contender, values, count);
    } else {
        status = settle(bout, contender, status);
    }
    value_free(&values[0]);
    value_free(&values[1]);
    return status;
}

/* In the order of the samples, so that each waits equally long for its own. */
static enum status prepare_all(const struct bout *bout, uint32_t round,
                               const struct problem *problem, const size_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct contender *contender = &bout->contenders[order[i]];
        enum status status = tell_step(bout, round, contender->variant);
        if (status == STATUS_OK) {
            status =
                settle(bout, contender, ask_prepare(&contender->worker, problem, contender->calls));
        }
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

/* The contenders that are left, in the plan's order; returns how many. */
static size_t draw_order(const struct bout *bout, uint32_t round, size_t *order)
{
    size_t count = 0;
    for (size_t i = 0; i < bout->count; i++) {
        if (bout->contenders[i].live) {
            order[count++] = i;
        }
    }
    plan_order(bout->setting->plan, bout->size, bout->block, round, order, count);
    return count;
}

/* Drops those that failed meanwhile; returns how many are left. */
static size_t keep_live(const struct bout *bout, size_t *order, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (bout->contenders[order[i]].live) {
            order[kept++] = order[i];
        }
    }
    return kept;
}

static enum status tell_round(const struct bout *bout, uint32_t round, const size_t *order,
                              size_t count)
{
    enum status status = STATUS_OK;
    size_t *variants = calloc(count + 1, sizeof *variants);
    struct sample *samples = calloc(count + 1, sizeof *samples);
    struct event event = {.kind = EVENT_ROUND,
                          .block = bout->block,
                          .round = round,
                          .size = bout->size,
                          .order = variants,
                          .samples = samples};
    if (variants == NULL || samples == NULL) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for a round");
    }
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        const struct contender *contender = &bout->contenders[order[i]];
        if (contender->live) {
            variants[event.count] = contender->variant;
            samples[event.count++] = contender->sample;
        }
    }
    if (status == STATUS_OK && event.count > 0) {
        status = setting_tell(bout->setting, &event);
    }
    free(variants);
    free(samples);
    return status;
}

static enum status play_round(const struct bout *bout, uint32_t round)
{
    struct problem problem = plan_problem(bout->setting->plan, bout->size, bout->block, round);
    size_t *order = calloc(bout->count + 1, sizeof *order);
    enum status status = order == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for a round")
                                       : verify_solve(bout->verifier, &problem);
    size_t count = status == STATUS_OK ? draw_order(bout, round, order) : 0;
    if (status == STATUS_OK) {
        status = prepare_all(bout, round, &problem, order, count);
    }
    count = status == STATUS_OK ? keep_live(bout, order, count) : 0;
    struct machine_reading before, after;
    struct span span = {order, 0, 0};
    machine_read(&before);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct contender *contender = &bout->contenders[order[i]];
        status = tell_step(bout, round, contender->variant);
        if (status == STATUS_OK) {
            status = take_sample(bout, round, (uint32_t)i, contender);
        }
        span.end = i + 1;
        if (span.end == count || machine_due(&before)) {
            machine_read(&after);
            share_out(bout, &span, &before, &after);
            before = after; /* one span's end is the next one's beginning */
            span.first = span.end;
        }
    }
    if (status == STATUS_OK) {
        status = tell_round(bout, round, order, count);
    }
    free(order);
    return status;
}

/* Before the rounds and after them: the machine's limits, for the variants that name a kernel. */
static enum status tell_limits(const struct bout *bout)
{
    enum status status = STATUS_OK;
    const struct lab *lab = bout->setting->lab;
    for (size_t i = 0; status == STATUS_OK && i < bout->count; i++) {
        const struct contender *contender = &bout->contenders[i];
        const struct variant *variant = &lab->variants[contender->variant];
        const struct kernel *kernel = contender->live ? bounds_kernel(variant) : NULL;
        double units = kernel == NULL || variant->threads > 1
                           ? NAN
                           : bounds_units(lab, bout->setting->plan->parameters, kernel, bout->size);
        const char *bound = NULL;
        double limit_s = isnan(units) ? NAN : bounds_call_s(kernel, units, &bound);
        if (limit_s > 0) {
            status = setting_tell(bout->setting, &(struct event){.kind = EVENT_LIMIT,
                                                                 .block = bout->block,
                                                                 .size = bout->size,
                                                                 .variant = contender->variant,
                                                                 .limit_s = limit_s,
                                                                 .reason = bound});
        }
    }
    return status;
}

static enum status tell_peaks(const struct bout *bout)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < bout->count; i++) {
        const struct contender *contender = &bout->contenders[i];
        if (contender->live) {
            status = setting_tell(
                bout->setting,
                &(struct event){.kind = EVENT_PEAK,
                                .block = bout->block,
                                .size = bout->size,
                                .variant = contender->variant,
                                .peak_rss_bytes = worker_peak_rss_bytes(&contender->worker)});
        }
    }
    return status;
}

/* The variants that may take part at this size, those without a failure, as they will start. */
static enum status enter(struct bout *bout)
{
    const struct plan *plan = bout->setting->plan;
    size_t *variants = calloc(plan->variants_count + 1, sizeof *variants);
    size_t count = 0;
    bout->contenders = calloc(plan->variants_count + 1, sizeof *bout->contenders);
    if (variants == NULL || bout->contenders == NULL) {
        free(variants);
        return status_fail(STATUS_NO_MEMORY, "no memory for the variants");
    }
    for (size_t i = 0; i < plan->variants_count; i++) {
        const struct cell *cell = run_cell(bout->setting->run, plan->variants[i], bout->size);
        if (cell != NULL && cell->status == CELL_OK) {
            variants[count++] = plan->variants[i];
        }
    }
    plan_start_order(plan, bout->size, bout->block, variants, count);
    for (size_t i = 0; i < count; i++) {
        bout->contenders[bout->count++].variant = variants[i];
    }
    free(variants);
    return STATUS_OK;
}

enum status bout_play(const struct setting *setting, struct verifier *verifier, uint32_t block,
                      size_t size, uint32_t first_round)
{
    const struct plan *plan = setting->plan;
    struct bout bout = {setting, verifier, block, size, NULL, 0};
    enum status status = enter(&bout);
    for (size_t i = 0; status == STATUS_OK && i < bout.count; i++) {
        status = tell_step(&bout, first_round, bout.contenders[i].variant);
        if (status == STATUS_OK) {
            status = warm(&bout, &bout.contenders[i]);
        }
    }
    if (status == STATUS_OK) {
        status = tell_limits(&bout);
    }
    for (uint32_t round = first_round; status == STATUS_OK && round < plan->samples_count;
         round++) {
        status = play_round(&bout, round);
    }
    if (status == STATUS_OK) {
        status = tell_limits(&bout);
    }
    if (status == STATUS_OK) {
        status = tell_peaks(&bout);
    }
    for (size_t i = 0; i < bout.count; i++) {
        worker_stop(&bout.contenders[i].worker);
    }
    free(bout.contenders);
    return status;
}
