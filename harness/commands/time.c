/* fortyfold time: whole commands, in turn. */
#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/programs.h"
#include "base/text.h"
#include "base/units.h"
#include "base/words.h"
#include "commands/commands.h"
#include "commands/record.h"
#include "measure/host.h"
#include "measure/program.h"
#include "model/plan.h"
#include "show/programs.h"
#include "show/progress.h"
#include "store/programs.h"

enum option_key {
    OPTION_VS = 256,
    OPTION_WARMUP,
    OPTION_SEED,
    OPTION_TIMEOUT,
    OPTION_SHOW_OUTPUT,
    OPTION_IGNORE_FAILURE,
    OPTION_FORMAT,
};

enum { RUNS_DEFAULT = 10, WARMUP_DEFAULT = 1, RUNS_MAX = 100000, COMMANDS_MAX = 64 };

struct options {
    struct programs programs;
    const char *others[COMMANDS_MAX]; /* of --vs: they come after the command itself */
    size_t others_count;
    struct program_limits limits;
    bool ignores_failure;
    bool as_json;
    bool seed_given;
};

static const struct argp_option options_table[] = {
    {"runs", 'r', "R", 0, "measured runs of each command (default 10)", 0},
    {"vs", OPTION_VS, "COMMAND", 0,
     "run this in turn with the command, and compare; may be given again. One word for us: quote "
     "it; it is split as a shell would, without a shell",
     0},
    {"warmup", OPTION_WARMUP, "W", 0,
     "runs of each before, which are not measured (default 1): they bring files into memory", 0},
    {"seed", OPTION_SEED, "S", 0, "repeat the order of another time", 0},
    {"timeout", OPTION_TIMEOUT, "SEC", 0, "kill a run that takes longer (default: none)", 1},
    {"ignore-failure", OPTION_IGNORE_FAILURE, NULL, 0,
     "count runs that end with a status other than 0", 1},
    {"show-output", OPTION_SHOW_OUTPUT, NULL, 0, "let the commands print; else it is dropped", 1},
    {"format", OPTION_FORMAT, "F", 0, "on standard output: table or json", 2},
    {0},
};

static const char text_before[] =
    "Times whole commands from start to end: real, user, sys and CPU time, and peak memory."
    "\v  fortyfold time -- sleep 0.1\n"
    "  fortyfold time -r 20 --vs 'python3 fast.py 500' -- python3 slow.py 500\n"
    "\n"
    "real is what a clock on the wall shows; user is what the processors spent in the program, sys "
    "in the kernel for it, over all threads and finished child processes. cpu is the sum: below "
    "real the program waited, above real it used several processors. The kernel divides the sum "
    "into user and sys by samples of its timer, so the two are rough below some 10 ms.\n"
    "\n"
    "Peak memory is the largest resident size of any one process of the command. Linux lets a "
    "program inherit the size of whoever started it as the least value; fortyfold is so small "
    "that this stays below what a program with a C library takes (\"≤\" marks where it does "
    "not). Starting Python itself takes some 10 ms and 10 MB: to time a function, not a program, "
    "use `fortyfold timeit` or a lab.\n"
    "\n"
    "With --vs the commands take turns, in random order, so that a machine that slows down slows "
    "all of them. The speedup is the mean (in logarithms) of the ratios within the rounds: above 1 "
    "the other command is faster than COMMAND. It is \"not resolved\" when its 95 % interval "
    "holds 1: then more runs (-r), or the truth that there is no difference.\n"
    "\n"
    "A command gets no standard input and no shell; for pipes write sh -c '...'. What it leaves "
    "running is killed after each run.\n"
    "\n"
    "Exit status: 0; 2 bad usage, or no such command; 3 a command failed or took too long (the "
    "others are complete); 130 interrupted (what was measured is shown).";

static bool parse_count(const char *text, uint64_t least, size_t *out)
{
    uint64_t number;
    bool good = text_parse_u64(text, &number) && number >= least && number <= RUNS_MAX;
    *out = good ? (size_t)number : 0;
    return good;
}

static void take_command(struct options *options, struct argp_state *state)
{
    size_t count = (size_t)(state->argc - state->next);
    char **words = words_copy(state->argv + state->next, count);
    if (programs_add(&options->programs, words) != STATUS_OK) {
        argp_failure(state, EXIT_USAGE, 0, "no memory for the command");
    }
}

static error_t parse_switch(int key, const char *text, struct options *options,
                            struct argp_state *state)
{
    switch (key) {
    case OPTION_SHOW_OUTPUT:
        options->limits.show_output = true;
        return 0;
    case OPTION_IGNORE_FAILURE:
        options->ignores_failure = true;
        return 0;
    case OPTION_FORMAT:
        options->as_json = strcmp(text, "json") == 0;
        if (!options->as_json && strcmp(text, "table") != 0) {
            argp_error(state, "--format is table or json, not \"%s\"", text);
        }
        return 0;
    case ARGP_KEY_ARGS: /* all from the first that is no option of ours */
        take_command(options, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 'r':
        if (!parse_count(text, 1, &options->programs.rounds_count)) {
            argp_error(state, "-r takes 1 to %d runs, not \"%s\"", RUNS_MAX, text);
        }
        return 0;
    case OPTION_WARMUP:
        if (!parse_count(text, 0, &options->programs.warmup_count)) {
            argp_error(state, "--warmup takes 0 to %d runs, not \"%s\"", RUNS_MAX, text);
        }
        return 0;
    case OPTION_SEED:
        options->seed_given = text_parse_u64(text, &options->programs.seed);
        if (!options->seed_given) {
            argp_error(state, "--seed takes a whole number, not \"%s\"", text);
        }
        return 0;
    case OPTION_TIMEOUT:
        if (units_parse_seconds(text, &options->limits.timeout_s) != STATUS_OK ||
            options->limits.timeout_s <= 0) {
            argp_error(state, "--timeout takes seconds above 0, not \"%s\"", text);
        }
        return 0;
    case OPTION_VS:
        if (options->others_count == COMMANDS_MAX) {
            argp_error(state, "at most %d commands", COMMANDS_MAX);
        }
        options->others[options->others_count++] = text;
        return 0;
    default:
        return parse_switch(key, text, options, state);
    }
}

static enum status gather(struct options *options)
{
    struct programs *programs = &options->programs;
    if (programs->count == 0) {
        return status_fail(STATUS_BAD_INPUT,
                           "name a command, as in `fortyfold time -- sleep 0.1`; --vs 'COMMAND' "
                           "names others beside it");
    }
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < options->others_count; i++) {
        char **words = NULL;
        status = words_split(options->others[i], &words);
        if (status == STATUS_OK) {
            status = programs_add(programs, words);
        }
    }
    if (!options->seed_given) {
        programs->seed = plan_fresh_seed();
    }
    programs->floor_bytes = program_floor_bytes();
    return status;
}

/* A bar moves while a command runs for long. */
static void tick(void *context)
{
    progress_set(context, NAN, NULL);
}

static char *describe_failure(const struct program_run *run, const char *when, uint32_t round)
{
    static const char remedy[] = "--show-output shows what it says, --ignore-failure counts it";
    return run->signal != 0 ? text_format("signal %d (%s) in %s %u; %s", run->signal,
                                          strsignal(run->signal), when, round + 1, remedy)
                            : text_format("exit status %d in %s %u; %s", run->exit_status, when,
                                          round + 1, remedy);
}

/* One run of a command that has not failed; in a warm-up it is not kept. */
static enum status run_one(const struct options *options, struct program *program,
                           struct program_run *place, bool is_warmup)
{
    enum program_ending ending;
    struct program_run run;
    const char *when = is_warmup ? "warm-up" : "run";
    enum status status = program_run(program->words, &options->limits, &run, &ending);
    if (status != STATUS_OK) {
        return status;
    }
    run.round = place->round;
    run.position = place->position;
    if (ending == PROGRAM_TIMED_OUT) {
        return program_fail(program, CELL_TIMEOUT,
                            text_format("not at its end after %g s (--timeout) in %s %u",
                                        options->limits.timeout_s, when, run.round + 1));
    }
    bool failed = run.exit_status != 0;
    if (failed && !options->ignores_failure) {
        return program_fail(program, run.signal != 0 ? CELL_CRASHED : CELL_ERROR,
                            describe_failure(&run, when, run.round));
    }
    program->failures_count += failed && !is_warmup;
    return is_warmup ? STATUS_OK : program_add_run(program, &run);
}

static enum status run_round(struct options *options, struct progress *progress, size_t number,
                             size_t *order)
{
    struct programs *programs = &options->programs;
    const struct plan plan = {.seed = programs->seed};
    bool is_warmup = number < programs->warmup_count;
    uint32_t round = (uint32_t)(is_warmup ? number : number - programs->warmup_count);
    size_t total = programs->count * (programs->warmup_count + programs->rounds_count);
    for (size_t i = 0; i < programs->count; i++) {
        order[i] = i;
    }
    plan_order(&plan, 0, is_warmup, round, order, programs->count);
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < programs->count; i++) {
        struct program *program = &programs->list[order[i]];
        struct program_run place = {.round = round, .position = (uint32_t)i};
        progress_set(progress, (double)(number * programs->count + i) / (double)total,
                     program->title);
        if (program->status == CELL_OK) {
            status = run_one(options, program, &place, is_warmup);
        }
    }
    return status;
}

/* All rounds. An interrupt ends them and is no failure: what was measured is shown. */
static enum status run_all(struct options *options)
{
    struct programs *programs = &options->programs;
    struct progress progress;
    size_t *order = calloc(programs->count, sizeof *order);
    enum status status =
        order == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for an order") : STATUS_OK;
    progress_start(&progress, stderr, "time");
    options->limits.waiting = tick;
    options->limits.context = &progress;
    size_t rounds = programs->warmup_count + programs->rounds_count;
    for (size_t i = 0; status == STATUS_OK && i < rounds; i++) {
        status = run_round(options, &progress, i, order);
    }
    options->limits.waiting = NULL;
    options->limits.context = NULL;
    progress_finish(&progress);
    free(order);
    if (status == STATUS_INTERRUPTED) {
        programs->interrupted = true;
        return STATUS_OK;
    }
    return status;
}

static enum status print(const struct options *options, const char *started)
{
    if (options->as_json) {
        struct run holder = {0};
        enum status status = host_read(&holder.host);
        if (status == STATUS_OK) {
            status = programs_write(&options->programs, &holder.host, started, stdout);
        }
        run_free(&holder);
        return status;
    }
    const char *no_colour = getenv("NO_COLOR");
    bool colour = isatty(STDOUT_FILENO) && (no_colour == NULL || *no_colour == '\0');
    return programs_print(&options->programs, colour, stdout);
}

static enum exit_status judge(const struct programs *programs)
{
    for (size_t i = 0; i < programs->count; i++) {
        if (programs->list[i].status != CELL_OK) {
            return EXIT_WORKER;
        }
    }
    return EXIT_YES;
}

enum status command_time(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {options_table, parse, "-- COMMAND...", text_before, NULL,
                                     NULL,          NULL};
    struct options options = {.programs.rounds_count = RUNS_DEFAULT,
                              .programs.warmup_count = WARMUP_DEFAULT};
    argp_err_exit_status = EXIT_USAGE;
    char *started = record_timestamp();
    enum status status = argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &options) != 0
                             ? status_fail(STATUS_BAD_INPUT, "bad usage")
                             : gather(&options);
    if (status == STATUS_OK) {
        status = run_all(&options);
    }
    if (status == STATUS_OK) {
        status = analyze_programs(&options.programs);
    }
    if (status == STATUS_OK) {
        status = print(&options, started);
    }
    *answer = options.programs.interrupted ? EXIT_INTERRUPTED : judge(&options.programs);
    programs_free(&options.programs);
    free(started);
    return status;
}
