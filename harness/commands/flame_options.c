#include "commands/flame_options.h"

#include <argp.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "commands/commands.h"
#include "commands/options.h"
#include "profile/interpreter.h"

enum option_key {
    OPTION_SIZE = 256,
    OPTION_RATE,
    OPTION_DURATION,
    OPTION_CHILDREN,
    OPTION_IDLE,
    OPTION_NATIVE,
    OPTION_NO_NATIVE,
    OPTION_ICICLE,
    OPTION_LINES,
    OPTION_DRAW,
    OPTION_DIFF,
    OPTION_TITLE,
};

/* A thousand looks a second cost the program a few percent and show a share of 1 % in 10 s with an
 * error of a tenth of it; above 20,000 the looks would be most of what runs. */
static const double rate_default_hz = 1000, rate_most_hz = 20000;

static const struct argp_option options_table[] = {
    {"size", OPTION_SIZE, "N", 0, "of a lab's problem (default: the largest of preset quick)", 0},
    {"pid", 'p', "PID", 0, "a program that runs already", 0},
    {"duration", OPTION_DURATION, "SEC", 0,
     "sample for so long (default: a lab 5 s, else to the program's end or Ctrl-C)", 1},
    {"rate", OPTION_RATE, "HZ", 0, "looks a second, on average (default 1000)", 1},
    {"children", OPTION_CHILDREN, NULL, 0, "the processes that it starts, too", 1},
    {"idle", OPTION_IDLE, NULL, 0, "show sleeping threads in the graph as well, marked \"idle\"",
     1},
    {"native", OPTION_NATIVE, "WHICH", OPTION_ARG_OPTIONAL,
     "compiled code below Python's functions: libraries (default) or all, which shows the "
     "interpreter's own functions, too",
     1},
    {"no-native", OPTION_NO_NATIVE, NULL, 0, "Python's functions only: the cheapest way of looking",
     1},
    {"output", 'o', "FILE", 0,
     "FILE.svg, FILE.folded or FILE.speedscope.json; may be given again (default: .svg and "
     ".folded in results/flame)",
     2},
    {"icicle", OPTION_ICICLE, NULL, 0, "the root on top", 2},
    {"lines", OPTION_LINES, NULL, 0, "a box for each line of a function, not for each function", 2},
    {"title", OPTION_TITLE, "TEXT", 0, "of the graph", 2},
    {"draw", OPTION_DRAW, "FILE.folded", 0,
     "make graphs of stacks that were saved, by flame or by another tool (default: .svg in "
     "results/flame); --icicle, --lines and --title as above",
     3},
    {"diff", OPTION_DIFF, "OLD.folded", 0,
     "compare with NEW.folded, named after it: a graph of NEW in which orange functions have a "
     "larger "
     "share than in OLD and blue ones a smaller",
     3},
    {0},
};

static const char text_before[] =
    "Shows where the time of a Python program goes: a flame graph of its stacks, sampled from "
    "outside."
    "\v  fortyfold flame mds/naive --size 100\n"
    "  fortyfold flame -- python3 program.py 500\n"
    "  fortyfold flame --pid 1234 --duration 10 -o now.svg\n"
    "  fortyfold flame --draw naive.folded --icicle -o naive.svg\n"
    "  fortyfold flame --diff naive.folded numpy.folded -o change.svg\n"
    "\n"
    "The program is not changed and nothing is imported into it. At random moments, a thousand a "
    "second, each thread that is on a processor is stopped for some ten microseconds, its stack is "
    "read, and it goes on; threads that sleep are counted, and left asleep. (Where program and "
    "flame have but one processor, which the one leaves when the other runs, --no-native stops "
    "nothing, and costs less.) A function's share of "
    "the samples is its share of the time: within about 1 % after 10 s.\n"
    "\n"
    "The table has the widest functions. total: of all samples, those with the function somewhere "
    "in the stack. self: those in which it was the innermost, so that its own lines (or what the "
    "interpreter does for them) were at work. In the graph a box is a function, as wide as its "
    "total; above it stands what it called. Open the .svg in a browser: a click widens a "
    "box, Ctrl-F searches.\n"
    "\n"
    "A lab's variant (or, of its exercise, \"start\", \"yours\" or \"solution\") is called again "
    "and again for the duration; making its arguments and importing modules are not in the graph. "
    "Of \"python3\" in a command the distribution's own is meant; a path names "
    "another. " INTERPRETER_KNOWN " can be read.\n"
    "\n"
    "Exit status: 0; 2 bad usage, no such program, or one that may not be observed; 3 the program "
    "ended with a status other than 0 (the graph is complete); 130 interrupted (what was sampled "
    "is kept).";

static void take_words(struct flame_options *options, struct argp_state *state)
{
    options->words_count = (size_t)(state->argc - state->next);
    options->words = words_copy(state->argv + state->next, options->words_count);
    /* What argp leaves of "--" is nothing; it stands before the first word. */
    options->is_command = strcmp(state->argv[state->next - 1], "--") == 0;
    if (options->words == NULL) {
        argp_failure(state, EXIT_USAGE, 0, "no memory for the command");
    }
    state->next = state->argc;
}

static void take_rate(struct flame_options *options, const char *text, struct argp_state *state)
{
    double *rate_hz = &options->sampler.rate_hz;
    if (!text_parse_double(text, rate_hz) || *rate_hz < 0.1 || *rate_hz > rate_most_hz) {
        argp_error(state, "--rate takes looks a second, 0.1 to %g, not \"%s\"", rate_most_hz, text);
    }
}

static error_t parse_output(int key, char *text, struct argp_state *state)
{
    struct flame_options *options = state->input;
    switch (key) {
    case 'o':
        if (options->files.count == FLAME_FILES_MOST) {
            argp_error(state, "at most %d files", FLAME_FILES_MOST);
        }
        options->files.paths[options->files.count++] = text;
        return 0;
    case OPTION_ICICLE:
        options->files.drawing.icicle = true;
        return 0;
    case OPTION_LINES:
        options->files.drawing.lines = true;
        return 0;
    case OPTION_TITLE:
        options->files.drawing.title = text;
        return 0;
    case OPTION_DRAW:
        options->saved = text;
        return 0;
    case OPTION_DIFF:
        options->older = text;
        return 0;
    case ARGP_KEY_ARGS:
        take_words(options, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct flame_options *options = state->input;
    struct sampler_options *sampler = &options->sampler;
    uint64_t number;
    switch (key) {
    case OPTION_SIZE:
        options->size = text;
        return 0;
    case 'p':
        if (!text_parse_u64(text, &number) || number == 0 || number > INT32_MAX) {
            argp_error(state, "--pid takes the number of a process, not \"%s\"", text);
        }
        options->pid = (pid_t)number;
        return 0;
    case OPTION_RATE:
        take_rate(options, text, state);
        return 0;
    case OPTION_DURATION:
        if (!options_time(text, "duration", &sampler->duration_s)) {
            argp_error(state, "%s", status_explanation(STATUS_BAD_INPUT));
        }
        return 0;
    case OPTION_CHILDREN:
        sampler->follows_children = true;
        return 0;
    case OPTION_IDLE:
        sampler->shows_idle = true;
        return 0;
    case OPTION_NO_NATIVE:
        sampler->native = SAMPLER_NATIVE_NONE;
        return 0;
    case OPTION_NATIVE:
        if (text != NULL && strcmp(text, "all") != 0 && strcmp(text, "libraries") != 0) {
            argp_error(state, "--native is libraries or all, not \"%s\"", text);
        }
        sampler->native =
            text != NULL && *text == 'a' ? SAMPLER_NATIVE_ALL : SAMPLER_NATIVE_LIBRARIES;
        return 0;
    default:
        return parse_output(key, text, state);
    }
}

enum status flame_options_parse(int argc, char **argv, struct flame_options *options)
{
    static const struct argp argp = {
        options_table,
        parse,
        "LAB/VARIANT\n-- COMMAND...\n--pid PID\n--draw FILE.folded\n--diff OLD.folded "
        "NEW.folded",
        text_before,
        NULL,
        NULL,
        NULL};
    *options = (struct flame_options){
        .sampler = {.release_fd = -1,
                    .rate_hz = rate_default_hz,
                    .native = SAMPLER_NATIVE_LIBRARIES},
    };
    argp_err_exit_status = EXIT_USAGE;
    return argp_parse(&argp, argc, argv, 0, NULL, options) != 0
               ? status_fail(STATUS_BAD_INPUT, "bad usage")
               : STATUS_OK;
}

void flame_options_free(struct flame_options *options)
{
    flame_files_free(&options->files);
    words_free(options->words);
}
