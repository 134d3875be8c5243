/* fortyfold check: is an exercise right, and how fast is it here? */
#include <argp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyze/score.h"
#include "base/text.h"
#include "base/units.h"
#include "commands/commands.h"
#include "commands/options.h"
#include "commands/session.h"
#include "measure/trial.h"
#include "model/exercise.h"
#include "plan/lab.h"
#include "show/attempt.h"
#include "show/progress.h"
#include "show/table.h"

/* A check is asked for many times an hour: 15 s of blocks, and samples in threes, one of each
 * program in each place of a round. From three blocks on the score decides whether there are
 * enough (analyze/score.h): a program far from the target is known at once. */
static const double check_budget_s = 15;
static const double check_timeout_s = 10;
enum { CHECK_SAMPLES = 3, CHECK_BLOCKS_LEAST = 3 };

enum option_key {
    OPTION_SIZE = 256,
    OPTION_SEED,
    OPTION_BLOCKS,
    OPTION_BUDGET,
    OPTION_TIMEOUT,
    OPTION_MEMORY,
    OPTION_OUTPUT,
    OPTION_FORMAT,
};

struct options {
    struct session_request request;
    const char *lab, *file;
    bool as_json;
};

/* Everything about one check; what is in it is freed at its end. */
struct check {
    const struct options *options;
    char *folder;  /* of the lab */
    char *program; /* the student's file: absolute, or relative to the lab's folder */
    char *shown;   /* the same as a person would name it */
    struct lab lab;
    struct plan plan;
    size_t yours, solution;
    struct stat before; /* the file when the check began */
    struct run run;
    struct attempt attempt;
};

static const struct argp_option options_table[] = {
    {"size", OPTION_SIZE, "N", 0, "measure at this size instead of the lab's", 0},
    {"seed", OPTION_SEED, "S", 0, "repeat the problems of another check", 0},
    {"blocks", OPTION_BLOCKS, "B", 0,
     "fresh sets of processes, exactly so many (default: until the answer is clear)", 1},
    {"budget", OPTION_BUDGET, "SEC", 0, "stop starting blocks after this long (default 15)", 1},
    {"timeout", OPTION_TIMEOUT, "SEC", 0, "for one call (default 10)", 1},
    {"memory", OPTION_MEMORY, "BYTES", 0, "for one process, as in 2G (default: half of it)", 1},
    {"output", OPTION_OUTPUT, "DIR", 0, "write here instead of results/check-LAB-DATE-TIME", 2},
    {"format", OPTION_FORMAT, "F", 0, "on standard output: text or json", 2},
    {0},
};

static const char text_before[] =
    "Is your exercise right, and how fast is it on this machine?"
    "\vLAB is a name from `fortyfold list`, or a folder with a lab.toml. FILE is your program; "
    "without it, the lab's own exercise file.\n"
    "\n"
    "  fortyfold check mds\n"
    "  fortyfold check mds ~/faster.py\n"
    "\n"
    "First your program answers small problems, new ones each time. If one answer is wrong you see "
    "which, and no time. Then it is measured side by side with the program that you started from "
    "and with the worked answer, for about 15 s. What is asked for is a share of what the worked "
    "answer gains here, counted in doublings of speed: half of 16 times is 4 times.\n"
    "\n"
    "The figures stay in results/check-LAB-DATE-TIME, as those of a run do: `fortyfold report` "
    "draws them. results/latest stays what it was.\n"
    "\n"
    "Exit status: 0 right and fast enough; 1 wrong, or not fast enough yet; 2 bad usage or input; "
    "3 your program raised an exception, crashed, hung or ran out of memory; 4 right, but whether "
    "it is fast enough is not resolved; 130 interrupted.";

static bool parse_option(int key, char *text, struct options *options)
{
    struct plan_request *plan = &options->request.plan;
    size_t ignored;
    switch (key) {
    case OPTION_SIZE:
        plan->sizes = text;
        return options_count(text, "size", &ignored);
    case OPTION_SEED:
        plan->seed_given = options_seed(text, &plan->seed);
        return plan->seed_given;
    case OPTION_BLOCKS:
        plan->precision = 0;
        return options_count(text, "blocks", &plan->blocks);
    case OPTION_BUDGET:
        return options_time(text, "budget", &plan->budget_s);
    case OPTION_TIMEOUT:
        return options_time(text, "timeout", &plan->timeout_s);
    case OPTION_MEMORY:
        return units_parse_bytes(text, &plan->memory_bytes) == STATUS_OK;
    case OPTION_OUTPUT:
        options->request.output = text;
        return *text != '\0' ||
               status_fail(STATUS_BAD_INPUT, "--output needs the name of a folder") == STATUS_OK;
    default:
        options->as_json = strcmp(text, "json") == 0;
        return options->as_json || strcmp(text, "text") == 0 ||
               status_fail(STATUS_BAD_INPUT, "--format is text or json, not \"%s\"", text) ==
                   STATUS_OK;
    }
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    if (key == ARGP_KEY_ARG && options->file == NULL) {
        *(options->lab == NULL ? &options->lab : &options->file) = text;
        return 0;
    }
    if (key == ARGP_KEY_ARG) {
        argp_error(state, "one file at a time");
        return 0;
    }
    if (key == ARGP_KEY_END && options->lab == NULL) {
        argp_error(state, "name a lab, as in `fortyfold check mds`; `fortyfold list` lists them");
        return 0;
    }
    if (key < OPTION_SIZE || key > OPTION_FORMAT) {
        return ARGP_ERR_UNKNOWN;
    }
    if (!parse_option(key, text, options)) {
        argp_error(state, "%s", status_explanation(STATUS_BAD_INPUT));
    }
    return 0;
}

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
static enum status find_program(struct check *check)
{
    char here[PATH_MAX], path[PATH_MAX];
    const char *asked = check->options->file;
    char *own = text_format("%s/%s", check->folder, check->lab.exercise.file);
    const char *wanted = asked != NULL ? asked : own;
    enum status status = STATUS_OK;
    if (own == NULL) {
        status = no_memory();
    } else if (realpath(wanted, path) == NULL || stat(path, &check->before) != 0) {
        status = status_fail(STATUS_BAD_INPUT, "there is no file %s", wanted);
    } else if (!S_ISREG(check->before.st_mode) || !is_python(path)) {
        status = status_fail(STATUS_BAD_INPUT,
                             "%s is not a Python file; give one whose name ends in .py", wanted);
    } else if (access(path, R_OK) != 0) {
        status = status_fail(STATUS_BAD_INPUT, "%s cannot be read; mend its permissions", wanted);
    } else {
        const char *in_lab = inside(path, check->folder);
        const char *nearby = getcwd(here, sizeof here) == NULL ? NULL : inside(path, here);
        check->program = strdup(in_lab != NULL ? in_lab : path);
        check->shown = strdup(asked != NULL ? asked : nearby != NULL ? nearby : path);
        status = check->program == NULL || check->shown == NULL ? no_memory() : STATUS_OK;
    }
    free(own);
    return status;
}

static enum status arrange(void *context, struct lab *lab)
{
    const struct check *check = context;
    return exercise_arrange(lab, check->program);
}

/* Reads the lab and plans the check. */
static enum status prepare(struct check *check)
{
    struct worker reader = {0};
    enum status status = session_reader(&reader);
    if (status == STATUS_OK) {
        status = lab_find(check->options->lab, &check->folder);
    }
    if (status == STATUS_OK) {
        status = lab_read(&reader, check->folder, &check->lab);
    }
    worker_stop(&reader);
    if (status == STATUS_OK && check->lab.exercise.file == NULL) {
        status =
            status_fail(STATUS_BAD_INPUT,
                        "the lab %s has no exercise; `fortyfold list` says which labs have one",
                        check->lab.name);
    }
    if (status == STATUS_OK) {
        status = find_program(check);
    }
    if (status == STATUS_OK) {
        status = arrange(check, &check->lab);
    }
    if (status == STATUS_OK) {
        check->yours = lab_variant_index(&check->lab, EXERCISE_YOURS);
        check->solution = lab_variant_index(&check->lab, EXERCISE_SOLUTION);
        status = plan_build(&check->lab, &check->options->request.plan, &check->plan);
    }
    return status;
}

static void tick(void *context)
{
    progress_set(context, 0, "small problems, without a clock");
}

static enum status try_small(struct check *check)
{
    struct progress progress;
    size_t *sizes = NULL, count = 0;
    enum status status = exercise_trials(&check->lab, &sizes, &count);
    if (status == STATUS_OK) {
        progress_start(&progress, stderr, check->lab.name);
        worker_while_waiting(isatty(STDERR_FILENO) ? tick : NULL, &progress);
        status =
            trial_run(&check->lab, &check->plan, check->yours, sizes, count, &check->attempt.trial);
        worker_while_waiting(NULL, NULL);
        progress_finish(&progress);
    }
    free(sizes);
    return status;
}

static bool is_enough(void *context, struct run *run)
{
    const struct check *check = context;
    struct score score;
    bool settled = false;
    const struct cell *yours = run_cell(run, check->yours, run->plan.sizes[0]);
    return (yours != NULL && yours->status != CELL_OK) ||
           (score_run(run, check->yours, check->solution, check->lab.exercise.target, &score,
                      &settled) == STATUS_OK &&
            settled);
}

static enum status time_it(struct check *check)
{
    struct session_request request = check->options->request;
    /* The same problems as those of the trials' seed, whoever drew it. */
    request.plan.seed = check->plan.seed;
    request.plan.seed_given = true;
    request.plan.variants = EXERCISE_YOURS "," EXERCISE_SOLUTION;
    request.lab = check->folder;
    request.kind = "check";
    request.arrange = arrange;
    request.enough = is_enough;
    request.context = check;
    return session_run(&request, &check->run);
}

static void fail_attempt(struct attempt *attempt, enum cell_status status, const char *reason)
{
    attempt->answer = status == CELL_WRONG ? ATTEMPT_WRONG : ATTEMPT_FAILED;
    attempt->status = status;
    attempt->reason = reason == NULL ? "" : reason;
}

/* What the measured run says. */
static enum status judge(struct check *check)
{
    static const enum attempt_answer answers[SCORE_VERDICTS_COUNT] = {
        [SCORE_REACHED] = ATTEMPT_REACHED,
        [SCORE_NOT_REACHED] = ATTEMPT_NOT_REACHED,
        [SCORE_NOT_RESOLVED] = ATTEMPT_NOT_RESOLVED,
        [SCORE_NO_SCALE] = ATTEMPT_NOT_RESOLVED,
    };
    struct attempt *attempt = &check->attempt;
    struct run *run = &check->run;
    size_t size = run->plan.sizes[0];
    const struct cell *baseline = run_cell(run, run->baseline, size);
    const struct cell *yours = run_cell(run, check->yours, size);
    attempt->run = run;
    if (baseline->status != CELL_OK) {
        return status_fail(STATUS_BAD_INPUT, "the lab's own program %s fails at N = %zu: %s",
                           run->variants[run->baseline].name, size, baseline->reason);
    }
    if (yours->status != CELL_OK) {
        fail_attempt(attempt, yours->status, yours->reason);
        attempt->size = size;
        return STATUS_OK;
    }
    enum status status = score_run(run, check->yours, check->solution, check->lab.exercise.target,
                                   &attempt->score, NULL);
    attempt->answer = answers[attempt->score.verdict];
    return status;
}

static void warn_if_changed(const struct check *check)
{
    struct stat now;
    char *path = check->program[0] == '/' ? strdup(check->program)
                                          : text_format("%s/%s", check->folder, check->program);
    if (path != NULL && (stat(path, &now) != 0 || now.st_size != check->before.st_size ||
                         now.st_ino != check->before.st_ino ||
                         memcmp(&now.st_mtim, &check->before.st_mtim, sizeof now.st_mtim) != 0)) {
        fprintf(stderr, "fortyfold check: warning: %s was changed meanwhile: check again\n",
                check->shown);
    }
    free(path);
}

static enum status report(const struct check *check)
{
    const char *no_colour = getenv("NO_COLOR");
    bool colour = isatty(STDOUT_FILENO) && (no_colour == NULL || *no_colour == '\0');
    if (check->options->as_json) {
        return attempt_print_json(&check->attempt, stdout);
    }
    enum status status = attempt_print(&check->attempt, colour, stdout);
    if (status == STATUS_OK && check->attempt.run != NULL) {
        table_print_files(check->attempt.run, stdout);
    }
    return status;
}

/* Right first; a time only then. */
static enum status carry_out(struct check *check, enum exit_status *answer)
{
    static const enum exit_status exits[ATTEMPT_ANSWERS_COUNT] = {
        [ATTEMPT_REACHED] = EXIT_YES,
        [ATTEMPT_NOT_REACHED] = EXIT_NO,
        [ATTEMPT_NOT_RESOLVED] = EXIT_NOT_RESOLVED,
        [ATTEMPT_WRONG] = EXIT_NO,
        [ATTEMPT_FAILED] = EXIT_WORKER,
    };
    struct attempt *attempt = &check->attempt;
    attempt->lab_name = check->options->lab;
    attempt->file = check->shown;
    attempt->lab = &check->lab;
    attempt->seed = check->plan.seed;
    attempt->parameters = check->plan.parameters;
    enum status status = try_small(check);
    if (status == STATUS_OK && attempt->trial.status != CELL_OK) {
        fail_attempt(attempt, attempt->trial.status, attempt->trial.reason);
        attempt->size = attempt->trial.size;
        attempt->problem_seed = attempt->trial.seed;
    } else if (status == STATUS_OK) {
        status = time_it(check);
        if (status == STATUS_OK && strcmp(check->run.ended_by, "interrupt") == 0) {
            status = status_fail(STATUS_INTERRUPTED,
                                 "interrupted before there was an answer; check again");
        }
        status = status == STATUS_OK ? judge(check) : status;
    }
    if (status == STATUS_OK) {
        warn_if_changed(check);
        status = report(check);
        *answer = exits[attempt->answer];
    }
    return status;
}

enum status command_check(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {options_table, parse, "LAB [FILE]", text_before,
                                     NULL,          NULL,  NULL};
    struct options options = {.request.plan = {.preset = EXERCISE_PRESET,
                                               .blocks = CHECK_BLOCKS_LEAST,
                                               .samples = CHECK_SAMPLES,
                                               .precision = PLAN_PRECISION_DEFAULT,
                                               .budget_s = check_budget_s,
                                               .timeout_s = check_timeout_s}};
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0) {
        return status_fail(STATUS_BAD_INPUT, "bad usage");
    }
    char *words[1] = {"check"};
    argv[0] = words[0]; /* for the record of the command */
    options.request.command = argv;
    options.request.command_count = argc;
    struct check check = {.options = &options};
    enum status status = prepare(&check);
    if (status == STATUS_OK) {
        status = carry_out(&check, answer);
    }
    trial_free(&check.attempt.trial);
    run_free(&check.run);
    plan_free(&check.plan);
    lab_free(&check.lab);
    free(check.folder);
    free(check.program);
    free(check.shown);
    return status;
}
