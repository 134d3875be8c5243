/* fortyfold check: is an exercise right, and how fast is it here? */
#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "commands/commands.h"
#include "commands/examine.h"
#include "commands/options.h"
#include "model/exercise.h"
#include "show/attempt.h"
#include "show/table.h"

/* A check is asked for many times an hour: 15 s of blocks, and samples in threes, one of each
 * program in each place of a round. From five blocks on the score decides whether there are
 * enough (analyze/score.h): a program far from the target is known at once. */
static const double check_budget_s = 15;
static const double check_timeout_s = 10;
enum { CHECK_SAMPLES = 3, CHECK_BLOCKS_LEAST = 5 };

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
    struct examine_request request;
    bool as_json;
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
    struct plan_request *plan = &options->request.session.plan;
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
        options->request.session.output = text;
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
    struct examine_request *request = &options->request;
    if (key == ARGP_KEY_ARG && request->file == NULL) {
        *(request->lab == NULL ? &request->lab : &request->file) = text;
        return 0;
    }
    if (key == ARGP_KEY_ARG) {
        argp_error(state, "one file at a time");
        return 0;
    }
    if (key == ARGP_KEY_END && request->lab == NULL) {
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

static enum status report(const struct attempt *attempt, bool as_json)
{
    const char *no_colour = getenv("NO_COLOR");
    bool colour = isatty(STDOUT_FILENO) && (no_colour == NULL || *no_colour == '\0');
    if (as_json) {
        return attempt_print_json(attempt, stdout);
    }
    enum status status = attempt_print(attempt, colour, stdout);
    if (status == STATUS_OK && attempt->run != NULL) {
        table_print_files(attempt->run, stdout);
    }
    return status;
}

enum status command_check(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {options_table, parse, "LAB [FILE]", text_before,
                                     NULL,          NULL,  NULL};
    static const enum exit_status exits[ATTEMPT_ANSWERS_COUNT] = {
        [ATTEMPT_REACHED] = EXIT_YES,
        [ATTEMPT_NOT_REACHED] = EXIT_NO,
        [ATTEMPT_NOT_RESOLVED] = EXIT_NOT_RESOLVED,
        [ATTEMPT_WRONG] = EXIT_NO,
        [ATTEMPT_FAILED] = EXIT_WORKER,
    };
    struct options options = {.request.session.plan = {.preset = EXERCISE_PRESET,
                                                       .blocks = CHECK_BLOCKS_LEAST,
                                                       .samples = CHECK_SAMPLES,
                                                       .precision = PLAN_PRECISION_DEFAULT,
                                                       .budget_s = check_budget_s,
                                                       .timeout_s = check_timeout_s}};
    struct examination examination;
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0) {
        return status_fail(STATUS_BAD_INPUT, "bad usage");
    }
    char *words[1] = {"check"};
    argv[0] = words[0]; /* for the record of the command */
    options.request.session.command = argv;
    options.request.session.command_count = argc;
    enum status status = examine(&options.request, &examination);
    if (status == STATUS_OK && examine_file_changed(&examination)) {
        fprintf(stderr, "fortyfold check: warning: %s was changed meanwhile: check again\n",
                examination.shown);
    }
    if (status == STATUS_OK) {
        status = report(&examination.attempt, options.as_json);
        *answer = exits[examination.attempt.answer];
    }
    examine_free(&examination);
    return status;
}
