/* fortyfold run: measures labs. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "commands/commands.h"
#include "commands/options.h"
#include "commands/session.h"
#include "plan/lab.h"
#include "show/table.h"
#include "store/results.h"

enum { LABS_MAX = 64 };

enum option_key {
    OPTION_VARIANT = 256,
    OPTION_SIZE,
    OPTION_PRESET,
    OPTION_SEED,
    OPTION_BLOCKS,
    OPTION_SAMPLES,
    OPTION_BUDGET,
    OPTION_PRECISION,
    OPTION_TIMEOUT,
    OPTION_MEMORY,
    OPTION_OUTPUT,
    OPTION_RESUME,
    OPTION_FORMAT,
    OPTION_CONTROL,
    OPTION_NO_PICTURES,
};

struct options {
    struct session_request request;
    const char *labs[LABS_MAX];
    size_t labs_count;
    const char *format;
    bool no_pictures;
};

static const struct argp_option options_table[] = {
    {"variant", OPTION_VARIANT, "A,B", 0, "only these variants (and the baseline)", 0},
    {"size", OPTION_SIZE, "N,M", 0, "these sizes instead of the preset's", 0},
    {"preset", OPTION_PRESET, "NAME", 0, "quick (the default), full or claim", 0},
    {"seed", OPTION_SEED, "S", 0, "repeat the problems and the order of another run", 0},
    {"blocks", OPTION_BLOCKS, "B", 0,
     "fresh sets of workers, exactly so many (default: at least 5, until --precision)", 1},
    {"precision", OPTION_PRECISION, "P", 0,
     "add blocks until each speedup's interval is narrower (default 2%), or clearly away from 1",
     1},
    {"samples", OPTION_SAMPLES, "R", 0, "samples of each variant in a block (default 5)", 1},
    {"budget", OPTION_BUDGET, "SEC", 0, "stop starting blocks after this long", 1},
    {"timeout", OPTION_TIMEOUT, "SEC", 0, "for one sample (default 60)", 1},
    {"memory", OPTION_MEMORY, "BYTES", 0, "for one worker, as in 2G (default: half of it)", 1},
    {"output", OPTION_OUTPUT, "DIR", 0, "write here instead of results/RUN", 2},
    {"resume", OPTION_RESUME, "DIR", 0, "go on with an interrupted run", 2},
    {"control", OPTION_CONTROL, "A", 0, "measure A against itself: what differs is noise", 0},
    {"no-pictures", OPTION_NO_PICTURES, NULL, 0, "write the figures, not the pictures", 2},
    {"format", OPTION_FORMAT, "F", 0, "on standard output: table, json, markdown or csv", 2},
    {0},
};

static const char text_before[] =
    "Measures labs: every variant at every size, side by side, each answer checked."
    "\vA LAB is a name from `fortyfold list`, or the path of a folder with a lab.toml.\n"
    "\n"
    "  fortyfold run mds\n"
    "  fortyfold run mds --variant numpy,c --size 50,100,200\n"
    "  fortyfold run particles --preset full --budget 300\n"
    "  fortyfold run --resume results/latest\n"
    "\n"
    "Exit status: 0 all is well; 1 a variant's answer is wrong; 2 bad usage or input; 3 a variant "
    "crashed, hung or ran out of memory; 130 interrupted (what was measured is kept).";

static bool parse_plan_option(int key, const char *text, struct plan_request *plan)
{
    switch (key) {
    case OPTION_VARIANT:
        plan->variants = text;
        return true;
    case OPTION_SIZE:
        plan->sizes = text;
        return true;
    case OPTION_PRESET:
        plan->preset = text;
        return true;
    case OPTION_SEED:
        plan->seed_given = options_seed(text, &plan->seed);
        return plan->seed_given;
    case OPTION_BLOCKS:
        return options_count(text, "blocks", &plan->blocks);
    case OPTION_SAMPLES:
        return options_count(text, "samples", &plan->samples);
    case OPTION_PRECISION:
        return options_share(text, "precision", &plan->precision);
    case OPTION_BUDGET:
        return options_time(text, "budget", &plan->budget_s);
    case OPTION_TIMEOUT:
        return options_time(text, "timeout", &plan->timeout_s);
    default:
        return units_parse_bytes(text, &plan->memory_bytes) == STATUS_OK;
    }
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case OPTION_OUTPUT:
        options->request.output = text;
        return 0;
    case OPTION_RESUME:
        options->request.resume = text;
        return 0;
    case OPTION_FORMAT:
        options->format = text;
        return 0;
    case OPTION_CONTROL:
        options->request.plan.control = text;
        return 0;
    case OPTION_NO_PICTURES:
        options->no_pictures = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->labs_count == LABS_MAX) {
            argp_error(state, "at most %d labs at a time", LABS_MAX);
        } else {
            options->labs[options->labs_count++] = text;
        }
        return 0;
    default:
        break;
    }
    if (key < OPTION_VARIANT || key > OPTION_MEMORY) {
        return ARGP_ERR_UNKNOWN;
    }
    if (!parse_plan_option(key, text, &options->request.plan)) {
        argp_error(state, "%s", status_explanation(STATUS_BAD_INPUT));
    }
    return 0;
}

static enum status check(const struct options *options)
{
    enum table_format format;
    if (strcmp(options->format, "json") != 0 && !table_format_find(options->format, &format)) {
        return status_fail(STATUS_BAD_INPUT, "--format is table, json, markdown or csv, not \"%s\"",
                           options->format);
    }
    if (options->request.resume != NULL && options->labs_count > 0) {
        return status_fail(STATUS_BAD_INPUT,
                           "--resume goes on with its own lab; name no other lab");
    }
    if (options->request.resume == NULL && options->labs_count == 0) {
        return status_fail(STATUS_BAD_INPUT, "name a lab, as in `fortyfold run mds`; "
                                             "`fortyfold list` lists them");
    }
    if (options->request.output != NULL && *options->request.output == '\0') {
        return status_fail(STATUS_BAD_INPUT, "--output needs the name of a folder");
    }
    if (options->request.output != NULL &&
        (options->labs_count > 1 || options->request.resume != NULL)) {
        return status_fail(STATUS_BAD_INPUT, "--output goes with one lab, and not with --resume");
    }
    return STATUS_OK;
}

static enum status print(const struct run *run, const char *format)
{
    enum table_format found;
    if (strcmp(format, "json") == 0) {
        return results_print(run, stdout);
    }
    if (strcmp(format, "table") == 0 || !table_format_find(format, &found)) {
        return session_print(run, stdout);
    }
    return table_print(run, found, false, stdout);
}

/* The gravest of the labs' answers. */
static enum exit_status graver(enum exit_status a, enum exit_status b)
{
    static const enum exit_status by_weight[] = {EXIT_YES, EXIT_NO, EXIT_WORKER, EXIT_INTERRUPTED};
    enum exit_status graver = a;
    for (size_t i = 0; i < sizeof by_weight / sizeof *by_weight; i++) {
        if (by_weight[i] == a || by_weight[i] == b) {
            graver = by_weight[i];
        }
    }
    return graver;
}

static enum status measure_one(const struct session_request *request, const struct options *options,
                               enum exit_status *answer)
{
    struct run run;
    enum status status = session_run(request, &run);
    if (status == STATUS_OK && !options->no_pictures) {
        status = session_pictures(&run, false);
    }
    if (status == STATUS_OK) {
        status = print(&run, options->format);
    }
    if (status == STATUS_OK) {
        *answer = session_answer(&run);
        if (*answer == EXIT_INTERRUPTED) {
            fprintf(stderr,
                    "Interrupted; what was measured is kept. Go on with:\n"
                    "  bin/fortyfold run --resume %s\n",
                    run.folder);
        }
    }
    run_free(&run);
    return status;
}

enum status command_measure(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {options_table, parse, "LAB...", text_before, NULL, NULL, NULL};
    struct options options = {.format = "table"};
    argp_err_exit_status = EXIT_USAGE;
    char *words[1] = {"run"};
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0) {
        return status_fail(STATUS_BAD_INPUT, "bad usage");
    }
    enum status status = check(&options);
    argv[0] = words[0]; /* for the record of the command */
    options.request.command = argv;
    options.request.command_count = argc;
    /* All of them first: a misspelt one must not cost the time of those before it. */
    for (size_t i = 0; status == STATUS_OK && i < options.labs_count; i++) {
        char *folder = NULL;
        status = lab_find(options.labs[i], &folder);
        free(folder);
    }
    size_t count = options.request.resume != NULL ? 1 : options.labs_count;
    for (size_t i = 0; status == STATUS_OK && i < count && *answer != EXIT_INTERRUPTED; i++) {
        enum exit_status one = EXIT_YES;
        options.request.lab = options.labs[i];
        status = measure_one(&options.request, &options, &one);
        *answer = graver(*answer, one);
    }
    return status;
}
