/* fortyfold timeit: the command line of `python3 -m timeit`, and an interval. */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/speedup.h"
#include "base/text.h"
#include "base/units.h"
#include "commands/commands.h"
#include "measure/statement.h"
#include "model/plan.h"
#include "show/clean.h"
#include "show/timeit.h"

enum option_key { OPTION_BLOCKS = 256, OPTION_TIMEOUT };

enum {
    REPEAT_DEFAULT = 5,
    BLOCKS_DEFAULT = 5,
    BLOCKS_MAX = 1000,
    REPEAT_MAX = 1000000,
    PRECISION_DEFAULT = 3,
    FURTHER_SAMPLES = 3,
    TRACEBACK_LINES = 200,
};

/* In the processes after the first a loop of this length tells enough; one that takes longer than
 * the second figure is long enough for its own warm-up, and is taken once. */
static const double further_s = 0.05, long_s = 0.1;

struct options {
    struct statement statement;
    uint64_t number; /* 0: find it */
    size_t repeat;
    size_t blocks;
    int verbose;
    struct timeit_style style;
};

static const struct argp_option options_table[] = {
    {"number", 'n', "N", 0, "loops in a sample (default: 1, 2, 5, 10, … until they take 0.2 s)", 0},
    {"repeat", 'r', "R", 0, "samples, of which the best is shown (default 5)", 0},
    {"setup", 's', "S", 0, "run this before every sample, not timed; again: one more line", 0},
    {"unit", 'u', "U", 0, "nsec, usec, msec or sec (default: what fits)", 0},
    {"process", 'p', NULL, 0, "CPU time of the process instead of real time", 0},
    {"verbose", 'v', NULL, 0, "every sample; again: more digits", 0},
    {"blocks", OPTION_BLOCKS, "B", 0,
     "fresh processes for the median and its interval (default 5); 1: none, and python's lines "
     "alone",
     1},
    {"timeout", OPTION_TIMEOUT, "SEC", 0, "for one sample (default: none)", 1},
    /* Python still takes these two, and ignores them. */
    {"time", 't', NULL, OPTION_HIDDEN, NULL, 2},
    {"clock", 'c', NULL, OPTION_HIDDEN, NULL, 2},
    {NULL, 'h', NULL, OPTION_HIDDEN, NULL, 2},
    {0},
};

static const char text_before[] =
    "Times a Python statement: the options and the lines of `python3 -m timeit`, whose own loop "
    "is run, and one line more, with an interval."
    "\vEach STMT is one line of the statement; indent a line by quoting it. The loop runs in the "
    "python3 that fortyfold measures with, isolated (no PYTHONPATH), garbage collector off; what "
    "it prints is dropped.\n"
    "\n"
    "  fortyfold timeit 'sum(range(1000))'\n"
    "  fortyfold timeit -s 'import math' -s 'x = 2.0' 'math.sqrt(x)'\n"
    "  fortyfold timeit 'for i in range(9):' '    i * i'\n"
    "\n"
    "\"best of 5\" is the fastest of five samples in one process: a lower bound, good for asking "
    "what the machine can do. Start the same statement again and it differs by more than those "
    "samples do (other addresses, another hash seed). So the last line takes the median in each "
    "of several fresh processes, and the 95 % interval over them: a difference smaller than that "
    "interval is not one. To compare two programs, let them run in turn: `fortyfold time --vs`.\n"
    "\n"
    "Exit status: 0; 1 the statement raised or does not compile (its traceback is shown); 2 bad "
    "usage; 3 it crashed or hung; 130 interrupted.";

/* As Python's int(): blanks around and a sign are fine. */
static long long parse_integer(const char *text, const char *name, struct argp_state *state)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0) {
        argp_error(state, "-%s takes a whole number, not \"%s\"", name, text);
    }
    return number;
}

/* Adds a line to a text. */
static void add_line(char **text, const char *line, struct argp_state *state)
{
    char *longer = *text == NULL ? strdup(line) : text_format("%s\n%s", *text, line);
    if (longer == NULL) {
        argp_failure(state, EXIT_USAGE, 0, "no memory for the statement");
    }
    free(*text);
    *text = longer;
}

static void set_number(struct options *options, const char *text, struct argp_state *state)
{
    long long number = parse_integer(text, "n", state);
    if (number < 0) {
        argp_error(state, "-n takes a number of loops above 0 (or 0: find it), not \"%s\"", text);
    }
    options->number = (uint64_t)number;
}

static void set_repeat(struct options *options, const char *text, struct argp_state *state)
{
    long long repeat = parse_integer(text, "r", state);
    if (repeat > REPEAT_MAX) {
        argp_error(state, "-r takes at most %d samples", REPEAT_MAX);
    }
    options->repeat = repeat < 1 ? 1 : (size_t)repeat; /* as timeit does */
}

static void set_unit(struct options *options, const char *text, struct argp_state *state)
{
    if (!timeit_is_unit(text)) {
        argp_error(state, "-u is nsec, usec, msec or sec, not \"%s\"", text);
    }
    options->style.unit = text;
}

static error_t parse_ours(int key, const char *text, struct options *options,
                          struct argp_state *state)
{
    uint64_t blocks;
    switch (key) {
    case OPTION_BLOCKS:
        if (!text_parse_u64(text, &blocks) || blocks < 1 || blocks > BLOCKS_MAX) {
            argp_error(state, "--blocks takes 1 to %d, not \"%s\"", BLOCKS_MAX, text);
        }
        options->blocks = (size_t)blocks;
        return 0;
    case OPTION_TIMEOUT:
        if (units_parse_seconds(text, &options->statement.timeout_s) != STATUS_OK ||
            options->statement.timeout_s <= 0) {
            argp_error(state, "--timeout takes seconds above 0, not \"%s\"", text);
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 'n':
        set_number(options, text, state);
        return 0;
    case 'r':
        set_repeat(options, text, state);
        return 0;
    case 's':
        add_line(&options->statement.setup, text, state);
        return 0;
    case 'u':
        set_unit(options, text, state);
        return 0;
    case 'p':
        options->statement.by_cpu = true;
        return 0;
    case 'v':
        options->style.precision += options->verbose > 0;
        options->verbose++;
        return 0;
    case 'h':
        argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
        return 0;
    case 't':
    case 'c':
        return 0;
    case ARGP_KEY_ARGS: /* all from the first that is no option: a line may begin with "-" */
        for (int i = state->next; i < state->argc; i++) {
            add_line(&options->statement.text, state->argv[i], state);
        }
        return 0;
    default:
        return parse_ours(key, text, options, state);
    }
}

static void tell_step(uint64_t number, double seconds, void *context)
{
    const struct options *options = context;
    timeit_print_step(number, seconds, &options->style, stdout);
}

static enum status keep(struct cell *cell, uint32_t block, double seconds, uint64_t number)
{
    const struct sample sample = {
        .block = block, .round = (uint32_t)cell->samples_count, .real_s = seconds / (double)number};
    return cell_add_sample(cell, &sample);
}

/* The first process does what timeit does, and prints its lines. */
static enum status first_process(struct options *options, struct worker *worker, struct cell *cell)
{
    enum status status = statement_start(&options->statement, plan_fresh_seed(), worker);
    double *seconds = calloc(options->repeat, sizeof *seconds);
    if (seconds == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for %zu samples", options->repeat);
    }
    if (status == STATUS_OK && options->number == 0) {
        status = statement_autorange(worker, options->verbose > 0 ? tell_step : NULL, options,
                                     &options->number);
        fputs(status == STATUS_OK && options->verbose > 0 ? "\n" : "", stdout);
    }
    for (size_t i = 0; status == STATUS_OK && i < options->repeat; i++) {
        status = statement_loop(worker, options->number, &seconds[i]);
        if (status == STATUS_OK) {
            status = keep(cell, 0, seconds[i], options->number);
        }
    }
    if (status == STATUS_OK && options->verbose > 0) {
        timeit_print_raw(seconds, options->repeat, &options->style, stdout);
    }
    if (status == STATUS_OK) {
        timeit_print_best(options->number, seconds, options->repeat, &options->style, stdout,
                          stderr);
        fflush(stdout);
    }
    free(seconds);
    return status;
}

/* A further process: warm-up, then a few samples that need not be as long as the first's. */
static enum status further_process(const struct options *options, uint32_t block, uint64_t number,
                                   bool is_long, struct worker *worker, struct cell *cell)
{
    double seconds;
    enum status status = statement_start(&options->statement, plan_fresh_seed(), worker);
    if (status == STATUS_OK && !is_long) {
        status = statement_loop(worker, number, &seconds);
    }
    for (size_t i = 0; status == STATUS_OK && i < (is_long ? 1 : FURTHER_SAMPLES); i++) {
        status = statement_loop(worker, number, &seconds);
        if (status == STATUS_OK) {
            status = keep(cell, block, seconds, number);
        }
    }
    return status;
}

/* Blocks after the first. What an interrupt leaves is used. */
static enum status further_processes(const struct options *options, struct worker *worker,
                                     struct cell *cell, size_t *blocks)
{
    double loop_s = cell->samples_count == 0 ? 0 : cell->samples[cell->samples_count - 1].real_s;
    double wanted = loop_s > 0 ? further_s / loop_s : (double)options->number;
    uint64_t number = wanted < 1                         ? 1
                      : wanted < (double)options->number ? (uint64_t)wanted
                                                         : options->number;
    bool is_long = loop_s * (double)number > long_s;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && *blocks < options->blocks) {
        worker_stop(worker);
        status = further_process(options, (uint32_t)*blocks, number, is_long, worker, cell);
        *blocks += status == STATUS_OK;
    }
    return status;
}

static enum status time_statement(struct options *options, struct worker *worker)
{
    struct cell cell = {0};
    size_t blocks = 1;
    enum status status = first_process(options, worker, &cell);
    if (status == STATUS_OK && options->blocks > 1) {
        status = further_processes(options, worker, &cell, &blocks);
    }
    bool has_median = blocks > 1 && (status == STATUS_OK || status == STATUS_INTERRUPTED);
    struct ratio loop_s;
    if (has_median && speedup_seconds(&cell, &loop_s) == STATUS_OK) {
        timeit_print_median(&loop_s, blocks, &options->style, stdout);
    }
    free(cell.samples);
    return status;
}

/* As python has it: nothing is the statement that does nothing. */
static void pass_if_empty(char **text)
{
    if (*text == NULL || **text == '\0') {
        free(*text);
        *text = strdup("pass");
    }
}

enum status command_timeit(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {options_table, parse, "[STMT...]", text_before,
                                     NULL,          NULL,  NULL};
    struct options options = {
        .repeat = REPEAT_DEFAULT, .blocks = BLOCKS_DEFAULT, .style = {NULL, PRECISION_DEFAULT}};
    struct worker worker = {0};
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options) != 0) {
        return status_fail(STATUS_BAD_INPUT, "bad usage");
    }
    struct statement *statement = &options.statement;
    pass_if_empty(&statement->setup);
    pass_if_empty(&statement->text);
    enum status status = statement->setup == NULL || statement->text == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for the statement")
                             : time_statement(&options, &worker);
    if (status == STATUS_REFUSED) {
        /* A traceback is more than the one line that main prints. */
        clean_print_block(worker.failure.reason, "", TRACEBACK_LINES, stderr);
        *answer = EXIT_NO;
        status = STATUS_OK;
    }
    worker_stop(&worker);
    free(statement->setup);
    free(statement->text);
    return status;
}
