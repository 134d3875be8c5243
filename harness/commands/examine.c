#include "commands/examine.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/score.h"
#include "base/text.h"
#include "measure/trial.h"
#include "model/exercise.h"
#include "plan/lab.h"
#include "show/clean.h"
#include "show/progress.h"

enum { REASON_COLUMNS_MAX = 300 };

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for a check");
}

static bool is_python(const char *path)
{
    size_t length = strlen(path);
    return length > 3 && strcmp(path + length - 3, ".py") == 0;
}

/* The rest of a path inside a folder; NULL when it is elsewhere. */
static const char *inside(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/' ? path + length + 1 : NULL;
}

/* Finds the student's file: one in the lab is named as the lab names it, so that it is imported as
 * the lab's own. */
static enum status find_program(struct examination *it)
{
    char here[PATH_MAX], path[PATH_MAX];
    const char *asked = it->request->file;
    char *own = text_format("%s/%s", it->folder, it->lab.exercise.file);
    const char *wanted = asked != NULL ? asked : own;
    enum status status = STATUS_OK;
    if (own == NULL) {
        status = no_memory();
    } else if (realpath(wanted, path) == NULL || stat(path, &it->before) != 0) {
        status = status_fail(STATUS_BAD_INPUT, "there is no file %s", wanted);
    } else if (!S_ISREG(it->before.st_mode) || !is_python(path)) {
        status = status_fail(STATUS_BAD_INPUT,
                             "%s is not a Python file; give one whose name ends in .py", wanted);
    } else if (access(path, R_OK) != 0) {
        status = status_fail(STATUS_BAD_INPUT, "%s cannot be read; mend its permissions", wanted);
    } else {
        const char *in_lab = inside(path, it->folder);
        const char *nearby = getcwd(here, sizeof here) == NULL ? NULL : inside(path, here);
        it->program = strdup(in_lab != NULL ? in_lab : path);
        it->shown = strdup(asked != NULL ? asked : nearby != NULL ? nearby : path);
        status = it->program == NULL || it->shown == NULL ? no_memory() : STATUS_OK;
    }
    free(own);
    return status;
}

static enum status arrange(void *context, struct lab *lab)
{
    const struct examination *it = context;
    return exercise_arrange(lab, it->program);
}

/* Reads the lab and plans the check. */
static enum status prepare(struct examination *it)
{
    struct worker reader = {0};
    enum status status = session_reader(&reader);
    if (status == STATUS_OK) {
        status = lab_find(it->request->lab, &it->folder);
    }
    if (status == STATUS_OK) {
        status = lab_read(&reader, it->folder, &it->lab);
    }
    worker_stop(&reader);
    if (status == STATUS_OK && it->lab.exercise.file == NULL) {
        status = status_fail(
            STATUS_BAD_INPUT,
            "the lab %s has no exercise; `fortyfold list` says which labs have one", it->lab.name);
    }
    if (status == STATUS_OK) {
        status = find_program(it);
    }
    if (status == STATUS_OK) {
        status = arrange(it, &it->lab);
    }
    if (status == STATUS_OK) {
        it->yours = lab_variant_index(&it->lab, EXERCISE_YOURS);
        it->solution = lab_variant_index(&it->lab, EXERCISE_SOLUTION);
        status = plan_build(&it->lab, &it->request->session.plan, &it->plan);
    }
    return status;
}

static void tick(void *context)
{
    progress_set(context, 0, "small problems, without a clock");
}

static enum status try_small(struct examination *it)
{
    struct progress progress;
    size_t *sizes = NULL, count = 0;
    enum status status = exercise_trials(&it->lab, &sizes, &count);
    if (status == STATUS_OK) {
        progress_start(&progress, stderr, it->lab.name);
        worker_while_waiting(isatty(STDERR_FILENO) ? tick : NULL, &progress);
        status = trial_run(&it->lab, &it->plan, it->yours, sizes, count, &it->attempt.trial);
        worker_while_waiting(NULL, NULL);
        progress_finish(&progress);
    }
    free(sizes);
    return status;
}

static bool is_enough(void *context, struct run *run)
{
    const struct examination *it = context;
    struct score score;
    bool settled = false;
    const struct cell *yours = run_cell(run, it->yours, run->plan.sizes[0]);
    return (yours != NULL && yours->status != CELL_OK) ||
           (score_run(run, it->yours, it->solution, it->lab.exercise.target, &score, &settled) ==
                STATUS_OK &&
            settled);
}

static enum status time_it(struct examination *it)
{
    struct session_request request = it->request->session;
    /* The same problems as those of the trials' seed, whoever drew it. */
    request.plan.seed = it->plan.seed;
    request.plan.seed_given = true;
    request.plan.variants = EXERCISE_YOURS "," EXERCISE_SOLUTION;
    request.lab = it->folder;
    request.kind = "check";
    request.arrange = arrange;
    request.enough = is_enough;
    request.context = it;
    return session_run(&request, &it->run);
}

static void fail_attempt(struct attempt *attempt, enum cell_status status, const char *reason)
{
    attempt->answer = status == CELL_WRONG ? ATTEMPT_WRONG : ATTEMPT_FAILED;
    attempt->status = status;
    attempt->reason = reason == NULL ? "" : reason;
}

/* What the measured run says. */
static enum status judge(struct examination *it)
{
    static const enum attempt_answer answers[SCORE_VERDICTS_COUNT] = {
        [SCORE_REACHED] = ATTEMPT_REACHED,
        [SCORE_NOT_REACHED] = ATTEMPT_NOT_REACHED,
        [SCORE_NOT_RESOLVED] = ATTEMPT_NOT_RESOLVED,
        [SCORE_NO_SCALE] = ATTEMPT_NOT_RESOLVED,
    };
    struct attempt *attempt = &it->attempt;
    struct run *run = &it->run;
    size_t size = run->plan.sizes[0];
    const struct cell *baseline = run_cell(run, run->baseline, size);
    const struct cell *yours = run_cell(run, it->yours, size);
    attempt->run = run;
    if (baseline->status != CELL_OK) {
        char *reason = clean_last_line(baseline->reason, REASON_COLUMNS_MAX);
        enum status status = status_fail(
            STATUS_BAD_INPUT,
            "the lab's own program %s fails at N = %zu: %s; if somebody changed it, "
            "`git diff %s` shows how",
            run->variants[run->baseline].name, size, reason == NULL ? "" : reason, it->folder);
        free(reason);
        return status;
    }
    if (yours->status != CELL_OK) {
        fail_attempt(attempt, yours->status, yours->reason);
        attempt->size = size;
        return STATUS_OK;
    }
    enum status status =
        score_run(run, it->yours, it->solution, it->lab.exercise.target, &attempt->score, NULL);
    attempt->answer = answers[attempt->score.verdict];
    return status;
}

bool examine_file_changed(const struct examination *examination)
{
    struct stat now;
    const struct stat *before = &examination->before;
    const char *program = examination->program;
    char *path =
        program[0] == '/' ? strdup(program) : text_format("%s/%s", examination->folder, program);
    bool changed = path != NULL &&
                   (stat(path, &now) != 0 || now.st_size != before->st_size ||
                    now.st_ino != before->st_ino || now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
                    now.st_mtim.tv_nsec != before->st_mtim.tv_nsec);
    free(path);
    return changed;
}

enum status examine(const struct examine_request *request, struct examination *examination)
{
    struct attempt *attempt = &examination->attempt;
    *examination = (struct examination){.request = request};
    enum status status = prepare(examination);
    if (status != STATUS_OK) {
        return status;
    }
    *attempt = (struct attempt){.lab_name = request->lab,
                                .file = examination->shown,
                                .lab = &examination->lab,
                                .seed = examination->plan.seed,
                                .parameters = examination->plan.parameters};
    status = try_small(examination);
    if (status == STATUS_OK && attempt->trial.status != CELL_OK) {
        fail_attempt(attempt, attempt->trial.status, attempt->trial.reason);
        attempt->size = attempt->trial.size;
        attempt->problem_seed = attempt->trial.seed;
        return STATUS_OK;
    }
    if (status == STATUS_OK) {
        status = time_it(examination);
    }
    if (status == STATUS_OK && strcmp(examination->run.ended_by, "interrupt") == 0) {
        status = status_fail(STATUS_INTERRUPTED, "interrupted before there was an answer");
    }
    return status == STATUS_OK ? judge(examination) : status;
}

void examine_free(struct examination *examination)
{
    trial_free(&examination->attempt.trial);
    run_free(&examination->run);
    plan_free(&examination->plan);
    lab_free(&examination->lab);
    free(examination->folder);
    free(examination->program);
    free(examination->shown);
}
