/* fortyfold flame: where the time of a Python program goes, seen from outside. */
#include <argp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyze/hot.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "base/units.h"
#include "base/words.h"
#include "commands/commands.h"
#include "commands/flame_files.h"
#include "commands/flame_target.h"
#include "commands/options.h"
#include "commands/session.h"
#include "model/exercise.h"
#include "plan/lab.h"
#include "plan/plan.h"
#include "profile/folded.h"
#include "profile/interpreter.h"
#include "profile/sampler.h"
#include "show/hot.h"
#include "show/progress.h"

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
    OPTION_DIFF,
    OPTION_TITLE,
};

/* A thousand looks a second cost the program a few percent and show a share of 1 % in 10 s with an
 * error of a tenth of it; above 20,000 the looks would be most of what runs. */
static const double rate_default_hz = 1000, rate_most_hz = 20000;

/* Of a lab: enough for shares to about 1 %. */
static const double lab_duration_s = 5;

enum { ROWS = 10 };

/* Functions with less do not help anybody. */
static const double share_least = 0.005;

struct options {
    struct sampler_options sampler;
    struct flame_files files;
    const char *size;
    const char *older; /* --diff */
    char **words;      /* a command, LAB/VARIANT, or NEW.folded */
    size_t words_count;
    bool is_command; /* the words stood after "--" */
    pid_t pid;
    char *title, *name; /* of the graph; of its files */
    struct target target;
    struct progress progress;
};

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
    {"no-native", OPTION_NO_NATIVE, NULL, 0, "Python's functions only", 1},
    {"output", 'o', "FILE", 0,
     "FILE.svg, FILE.folded or FILE.speedscope.json; may be given again (default: .svg and "
     ".folded in results/flame)",
     2},
    {"icicle", OPTION_ICICLE, NULL, 0, "the root on top", 2},
    {"lines", OPTION_LINES, NULL, 0, "a box for each line of a function, not for each function", 2},
    {"title", OPTION_TITLE, "TEXT", 0, "of the graph", 2},
    {"diff", OPTION_DIFF, "OLD.folded", 0,
     "compare with NEW.folded, named after it: a graph of NEW in which red functions have a larger "
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
    "  fortyfold flame --diff naive.folded numpy.folded -o change.svg\n"
    "\n"
    "The program is not changed and nothing is imported into it. At random moments, a thousand a "
    "second, each thread that is on a processor is stopped for some ten microseconds, its stack is "
    "read, and it goes on; threads that sleep are counted, and left asleep. A function's share of "
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

static void take_words(struct options *options, struct argp_state *state)
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

static void take_rate(struct options *options, const char *text, struct argp_state *state)
{
    double *rate_hz = &options->sampler.rate_hz;
    if (!text_parse_double(text, rate_hz) || *rate_hz < 0.1 || *rate_hz > rate_most_hz) {
        argp_error(state, "--rate takes looks a second, 0.1 to %g, not \"%s\"", rate_most_hz, text);
    }
}

static error_t parse_output(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
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
    struct options *options = state->input;
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

static void tick(void *context, double elapsed_s)
{
    struct options *options = context;
    double duration_s = options->sampler.duration_s;
    progress_set(&options->progress, duration_s > 0 ? elapsed_s / duration_s : NAN, NULL);
}

static void tick_waiting(void *context)
{
    progress_set(context, NAN, "imports and arguments");
}

static bool colour_on(FILE *out)
{
    const char *no_colour = getenv("NO_COLOR");
    return isatty(fileno(out)) && (no_colour == NULL || *no_colour == '\0');
}

/* The functions that took most, the widest first. */
static enum status print_table(const struct profile *profile)
{
    struct hot_function *functions = NULL;
    struct hot_row rows[ROWS];
    size_t count = 0, shown = 0;
    enum status status = hot_functions(profile, &functions, &count);
    double all = (double)profile->samples_count;
    for (size_t i = 0; status == STATUS_OK && i < count && shown < ROWS; i++) {
        const struct hot_function *function = &functions[i];
        struct hot_row row = {function->file, function->function, function->kind,
                              (double)function->self_count / all,
                              (double)function->total_count / all};
        if (row.total_share >= share_least) {
            rows[shown++] = row;
        }
    }
    if (status == STATUS_OK) {
        status = hot_print(rows, shown, colour_on(stdout), stdout);
    }
    free(functions);
    return status;
}

/* Says how the profile came about: "9,812 samples in 10 s …". */
static void print_counts(const struct options *options, const struct profile *profile,
                         const struct sampler_report *report)
{
    printf("\n  %s samples in %s, %g a second asked for", units_count(profile->samples_count).text,
           units_seconds(profile->elapsed_s).text, profile->rate_hz);
    if (profile->interpreter != NULL) {
        printf("; %s", profile->interpreter);
    }
    printf("\n  on a processor %s, idle %s%s\n", units_count(report->awake_count).text,
           units_count(report->idle_count).text,
           report->idle_count == 0       ? ""
           : options->sampler.shows_idle ? " (in the graph)"
                                         : " (left out; --idle shows them)");
    printf("  missed %s (moments when we were not given a processor in time), rejected %s (stacks "
           "in the middle of a change)\n",
           units_count(profile->missed_count).text, units_count(profile->rejected_count).text);
    if (report->outside_count > 0) {
        printf("  left out %s (making the arguments of each call)\n",
               units_count(report->outside_count).text);
    }
    if (report->refused[0] != '\0') {
        printf("  a child process was not sampled: it is %s; flame can read %s\n", report->refused,
               INTERPRETER_KNOWN);
    }
}

static enum status conclude(const struct options *options, const struct profile *profile,
                            const struct sampler_report *report)
{
    if (profile->samples_count == 0 || !report->saw_python) {
        print_counts(options, profile, report);
        return status_fail(
            STATUS_BAD_INPUT, "%s",
            !report->saw_python
                ? "no Python was seen in it (--children looks at what it starts, too)"
            : report->idle_count > 0 ? "it was asleep all the time; --idle shows where"
                                     : "there is no sample: it ended too soon (try --rate 10000)");
    }
    printf("%s\n\n", options->title);
    enum status status = print_table(profile);
    if (status == STATUS_OK) {
        print_counts(options, profile, report);
        status = flame_files_write(&options->files, profile, NULL);
    }
    for (size_t i = 0; status == STATUS_OK && i < options->files.count; i++) {
        printf("  %s\n", options->files.paths[i]);
    }
    return status;
}

/* Samples, shows and writes. What was sampled before an interrupt is kept. */
static enum status observe(struct options *options, enum exit_status *answer)
{
    struct profile profile = {0};
    struct sampler_report report = {0};
    enum status status = flame_files_default(&options->files, options->name, false);
    if (status == STATUS_OK) {
        progress_start(&options->progress, stderr, "flame");
        options->sampler.notice = tick;
        options->sampler.context = options;
        profile.title = strdup(options->title);
        status = sampler_run(&options->sampler, &profile, &report);
        progress_finish(&options->progress);
    }
    if (status == STATUS_OK && options->is_command) {
        status = target_check_executed(&options->target, options->words[0]);
    }
    if (status == STATUS_OK && options->is_command) {
        if (report.ending == SAMPLER_TIME_OVER) {
            report.wait_status = target_wait_end(&options->target);
        } else if (report.ending == SAMPLER_TARGET_ENDED) {
            options->target.pid = 0; /* it was waited for */
        }
    }
    if (status == STATUS_OK) {
        status = conclude(options, &profile, &report);
    }
    profile_free(&profile);
    *answer = report.ending == SAMPLER_INTERRUPTED ? EXIT_INTERRUPTED : EXIT_YES;
    if (status == STATUS_OK && options->is_command && *answer == EXIT_YES &&
        report.wait_status != 0) {
        bool was_killed = WIFSIGNALED(report.wait_status);
        printf("  the program %s %d\n", was_killed ? "was ended by signal" : "ended with status",
               was_killed ? WTERMSIG(report.wait_status) : WEXITSTATUS(report.wait_status));
        *answer = EXIT_WORKER;
    }
    return status;
}

static enum status flame_command(struct options *options, enum exit_status *answer)
{
    const char *program = target_program(options->words[0]);
    char *line = words_join(options->words);
    char *first = strdup(program);
    if (line == NULL || first == NULL) {
        free(line);
        free(first);
        return status_fail(STATUS_NO_MEMORY, "no memory for the command");
    }
    free(options->words[0]);
    options->words[0] = first;
    options->title = line;
    /* The script's name, where there is one. */
    const char *named = options->words[0];
    for (size_t i = 1; i < options->words_count && named == options->words[0]; i++) {
        named = *options->words[i] != '-' ? options->words[i] : named;
    }
    const char *slash = strrchr(named, '/');
    options->name = strdup(slash == NULL ? named : slash + 1);
    enum status status = options->name == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for a name")
                             : target_start_command(options->words, &options->target);
    if (status == STATUS_OK) {
        options->sampler.pid = options->target.pid;
        options->sampler.release_fd = options->target.release_fd;
        options->sampler.is_child = true;
        status = observe(options, answer);
    }
    return status;
}

static enum status flame_pid(struct options *options, enum exit_status *answer)
{
    options->title = text_format("process %d", (int)options->pid);
    options->name = text_format("pid-%d", (int)options->pid);
    options->sampler.pid = options->pid;
    return options->title == NULL || options->name == NULL
               ? status_fail(STATUS_NO_MEMORY, "no memory for a name")
               : observe(options, answer);
}

/* Reads the lab and decides what to call. */
static enum status plan_lab(const struct options *options, const char *lab_name,
                            const char *variant, struct lab *lab, struct plan *plan)
{
    struct worker reader = {0};
    char *folder = NULL;
    enum status status = lab_find(lab_name, &folder);
    if (status == STATUS_OK) {
        status = session_reader(&reader);
    }
    if (status == STATUS_OK) {
        status = lab_read(&reader, folder, lab);
    }
    worker_stop(&reader);
    free(folder);
    struct plan_request request = {.variants = variant, .sizes = options->size};
    /* Of an exercise: "start", "yours" and "solution", as `check` calls them. */
    if (status == STATUS_OK && lab->exercise.file != NULL &&
        lab_variant_index(lab, variant) == lab->variants_count) {
        status = exercise_arrange(lab, lab->exercise.file);
        request.preset = EXERCISE_PRESET;
    }
    return status == STATUS_OK ? plan_build(lab, &request, plan) : status;
}

static enum status run_lab(struct options *options, const struct lab *lab, struct plan *plan,
                           size_t variant, enum exit_status *answer)
{
    const struct variant *chosen = &lab->variants[variant];
    size_t last = plan->sizes_count; /* the largest that the variant is fit for */
    while (options->size == NULL && last > 1 && chosen->max_size != 0 &&
           plan->sizes[last - 1] > chosen->max_size) {
        last--;
    }
    plan->sizes[0] = plan->sizes[last - 1];
    options->title = text_format("%s/%s, N = %zu", lab->name, chosen->name, plan->sizes[0]);
    options->name = text_format("%s-%s-%zu", lab->name, chosen->name, plan->sizes[0]);
    if (options->title == NULL || options->name == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a name");
    }
    enum status status = target_start_lab(lab, plan, variant, &options->target);
    if (status == STATUS_OK) {
        progress_start(&options->progress, stderr, "flame");
        status = target_wait_ready(&options->target, tick_waiting, &options->progress);
        progress_finish(&options->progress);
    }
    if (status == STATUS_OK) {
        struct sampler_options *sampler = &options->sampler;
        sampler->pid = options->target.pid;
        sampler->duration_s = sampler->duration_s > 0 ? sampler->duration_s : lab_duration_s;
        sampler->labels = (struct labels){lab->folder, TARGET_DRIVER_FILE, TARGET_DRIVER_CALL};
        status = observe(options, answer);
    }
    return status;
}

static enum status flame_lab(struct options *options, enum exit_status *answer)
{
    char *lab_name = strdup(options->words[0]);
    char *slash = lab_name == NULL ? NULL : strrchr(lab_name, '/');
    struct lab lab = {0};
    struct plan plan = {0};
    enum status status;
    if (slash == NULL || options->words_count > 1) {
        free(lab_name);
        return status_fail(STATUS_BAD_INPUT,
                           "name a lab and its variant, as in `fortyfold flame mds/naive`, or a "
                           "program after \"--\", as in `fortyfold flame -- python3 program.py`");
    }
    *slash = '\0';
    status = plan_lab(options, lab_name, slash + 1, &lab, &plan);
    if (status == STATUS_OK) {
        status = run_lab(options, &lab, &plan, lab_variant_index(&lab, slash + 1), answer);
    }
    plan_free(&plan);
    lab_free(&lab);
    free(lab_name);
    return status;
}

static enum status flame_difference(struct options *options)
{
    struct profile older = {0}, newer = {0};
    enum status status = flame_files_default(&options->files, "difference", true);
    if (options->words_count != 1) {
        status =
            status_fail(STATUS_BAD_INPUT,
                        "name two files, as in `fortyfold flame --diff OLD.folded NEW.folded`");
    }
    if (status == STATUS_OK) {
        status = folded_read(options->older, &older);
    }
    if (status == STATUS_OK) {
        status = folded_read(options->words[0], &newer);
    }
    if (status == STATUS_OK) {
        status = flame_files_write(&options->files, &newer, &older);
    }
    for (size_t i = 0; status == STATUS_OK && i < options->files.count; i++) {
        printf("%s\n", options->files.paths[i]);
    }
    profile_free(&older);
    profile_free(&newer);
    return status;
}

static enum status dispatch(struct options *options, enum exit_status *answer)
{
    enum status status = flame_files_check(&options->files, options->older != NULL);
    if (status != STATUS_OK) {
        return status;
    }
    if (options->older != NULL) {
        return flame_difference(options);
    }
    if (options->pid != 0 && options->words_count == 0) {
        return flame_pid(options, answer);
    }
    if (options->pid != 0 || options->words_count == 0) {
        return status_fail(STATUS_BAD_INPUT,
                           "name one thing: LAB/VARIANT, or a program after \"--\", or --pid PID; "
                           "`fortyfold flame --help` has examples");
    }
    return options->is_command ? flame_command(options, answer) : flame_lab(options, answer);
}

enum status command_flame(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {options_table,
                                     parse,
                                     "LAB/VARIANT\n-- COMMAND...\n--pid PID\n--diff OLD.folded "
                                     "NEW.folded",
                                     text_before,
                                     NULL,
                                     NULL,
                                     NULL};
    struct options options = {
        .sampler = {.release_fd = -1,
                    .rate_hz = rate_default_hz,
                    .native = SAMPLER_NATIVE_LIBRARIES},
        .target = {0, -1, -1, -1},
    };
    *answer = EXIT_YES;
    argp_err_exit_status = EXIT_USAGE;
    enum status status = argp_parse(&argp, argc, argv, 0, NULL, &options) != 0
                             ? status_fail(STATUS_BAD_INPUT, "bad usage")
                             : dispatch(&options, answer);
    target_end(&options.target);
    flame_files_free(&options.files);
    words_free(options.words);
    free(options.title);
    free(options.name);
    return status;
}
