#include "measure/trial.h"

#include <stdlib.h>
#include <string.h>

#include "measure/ask.h"
#include "measure/orphans.h"
#include "measure/verify.h"

/* Trials draw their problems where no block of a run does. */
static const uint32_t trial_block = UINT32_MAX;

/* After a request to the worker: what the program did wrong goes into the trial. */
static enum status settle(const struct worker *worker, enum status status, struct trial *trial)
{
    if (status != STATUS_REFUSED && status != STATUS_WORKER) {
        return status;
    }
    const char *reason = worker->failure.reason;
    trial->status = worker->failure.status == CELL_OK ? CELL_ERROR : worker->failure.status;
    trial->reason = strdup(reason == NULL ? "its answer cannot be understood" : reason);
    status_clear();
    return trial->reason == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for a trial")
                                 : STATUS_OK;
}

static enum status load(const struct lab *lab, const struct variant *variant, struct worker *worker,
                        struct trial *trial)
{
    double ignored_s;
    enum status status =
        ask_load(worker, lab->folder, variant->file, variant->function, &ignored_s);
    if (status == STATUS_OK) {
        status = ask_problem(worker, lab->folder, lab->problem_file);
    }
    return settle(worker, status, trial);
}

static enum status compare(const struct verifier *verifier, const struct value *value,
                           struct trial *trial)
{
    const struct lab *lab = verifier->lab;
    const struct tolerance tolerance = {lab->tolerance_absolute, lab->tolerance_relative};
    struct residual residual = {0, 0};
    char why[600] = "";
    if (verify_compare(&verifier->expected, value, &tolerance, &residual, why, sizeof why)) {
        trial->right_count++;
        return STATUS_OK;
    }
    trial->status = CELL_WRONG;
    trial->reason = strdup(why);
    return trial->reason == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for a trial")
                                 : STATUS_OK;
}

static enum status try_problem(struct verifier *verifier, struct worker *worker,
                               const struct problem *problem, struct trial *trial)
{
    struct wire_times ignored;
    struct value values[2] = {{0}, {0}};
    size_t count = 0;
    trial->size = problem->size;
    trial->seed = problem->seed;
    enum status status = verify_solve(verifier, problem);
    if (status != STATUS_OK) {
        return status;
    }
    status = ask_prepare(worker, problem, 1);
    if (status == STATUS_OK) {
        status = ask_run(worker, 0, verify_limit_bytes(verifier), &ignored, values, &count);
    }
    status =
        status == STATUS_OK ? compare(verifier, &values[0], trial) : settle(worker, status, trial);
    value_free(&values[0]);
    value_free(&values[1]);
    return status;
}

enum status trial_run(const struct lab *lab, const struct plan *plan, size_t variant,
                      const size_t *sizes, size_t count, struct trial *trial)
{
    const struct variant *tried = &lab->variants[variant];
    const struct worker_limits free_limits = {1, 0, plan->timeout_s, -1};
    const struct worker_limits limits = {tried->threads, plan->memory_bytes, plan->timeout_s, -1};
    struct verifier verifier;
    struct worker worker = {0};
    memset(trial, 0, sizeof *trial);
    orphans_adopt();
    enum status status = verify_open(lab, &free_limits, &verifier);
    if (status != STATUS_OK) {
        return status;
    }
    status = worker_start(plan_hash_seed(plan, sizes[0], trial_block, variant), &limits, &worker);
    if (status == STATUS_OK) {
        status = load(lab, tried, &worker, trial);
    }
    for (size_t i = 0; i < count * TRIAL_PROBLEMS; i++) {
        if (status != STATUS_OK || trial->status != CELL_OK) {
            break;
        }
        struct problem problem = plan_problem(plan, sizes[i / TRIAL_PROBLEMS], trial_block,
                                              (uint32_t)(i % TRIAL_PROBLEMS));
        status = try_problem(&verifier, &worker, &problem, trial);
    }
    trial->printed = worker.limits.threads == 0 ? NULL : worker_output(&worker);
    worker_stop(&worker);
    verify_close(&verifier);
    return status;
}
