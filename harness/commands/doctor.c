/* fortyfold doctor: is this machine fit? */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/command.h"
#include "base/json.h"
#include "base/paths.h"
#include "base/text.h"
#include "base/units.h"
#include "commands/checks.h"
#include "commands/commands.h"
#include "commands/session.h"
#include "measure/ask.h"
#include "measure/conditions.h"
#include "measure/host.h"
#include "measure/machine.h"

/* Long enough for other programs' habits to show. */
static const double noise_s = 10;

static const struct tool {
    const char *program;
    const char *version_option;
    const char *why;
    enum check_state missing; /* CHECK_UNFIT: nothing works without it */
    const char *remedy;
} tools[] = {
    {"gcc", "--version", "builds the harness and the kernels", CHECK_UNFIT, "./setup"},
    {"make", "--version", "carries out every command of the README", CHECK_UNFIT, "./setup"},
    {"pkg-config", "--version", "names the Python that is embedded", CHECK_UNFIT, "./setup"},
    {"gnuplot", "--version", "draws the curves", CHECK_UNFIT, "./setup"},
    {"pandoc", "--version", "makes reports and slides", CHECK_UNFIT, "./setup"},
    {"hyperfine", "--version", "times whole commands, for comparison", CHECK_NOTE, "./setup"},
    {"git", "--version", "records the commit that was measured", CHECK_NOTE, "./setup"},
};

/* The first version number in a program's answer: "gnuplot 5.4 patchlevel 4" → "5.4". */
static char *version_of(const struct tool *tool)
{
    char *output = NULL;
    const char *const command[] = {tool->program, tool->version_option, NULL};
    if (command_run(command, NULL, &output) != STATUS_OK) {
        status_clear();
        return NULL;
    }
    output[strcspn(output, "\n")] = '\0';
    char *space = strrchr(output, ' ');
    char *number = strpbrk(output, "0123456789");
    /* gcc's own number is the last word; elsewhere the first is the version. */
    const char *from = strncmp(output, "gcc", 3) == 0 && space != NULL ? space + 1 : number;
    char *version = from == NULL ? strdup("") : strndup(from, strcspn(from, " ,"));
    free(output);
    return version;
}

static void check_tools(struct checks *checks)
{
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        const struct tool *tool = &tools[i];
        char *version = version_of(tool);
        if (version == NULL) {
            checks_say(checks, tool->missing, tool->program, tool->remedy, "%s is missing; it %s",
                       tool->program, tool->why);
        } else {
            checks_say(checks, CHECK_FIT, tool->program, NULL, "%s %s", tool->program, version);
        }
        free(version);
    }
}

/* Development packages that no program shows. */
static void check_packages(struct checks *checks)
{
    static const struct {
        const char *name, *why;
    } packages[] = {{"python3-embed", "Python's headers and its embedding API"},
                    {"jansson", "reads and writes JSON"},
                    {"criterion", "tests the C modules"}};
    for (size_t i = 0; i < sizeof packages / sizeof *packages; i++) {
        char *version = NULL;
        const char *const command[] = {"pkg-config", "--modversion", packages[i].name, NULL};
        if (command_run(command, NULL, &version) == STATUS_OK) {
            checks_say(checks, CHECK_FIT, packages[i].name, NULL, "%s %s", packages[i].name,
                       text_trim(version));
        } else {
            status_clear();
            checks_say(checks, CHECK_UNFIT, packages[i].name, "./setup",
                       "the development package of %s is missing; it is needed for: %s",
                       packages[i].name, packages[i].why);
        }
        free(version);
    }
}

static void check_modules(struct checks *checks, struct worker *worker)
{
    static const struct {
        const char *name, *remedy;
        enum check_state missing;
    } modules[] = {{"numpy", "./setup", CHECK_UNFIT},
                   {"kernels", "make", CHECK_UNFIT},
                   {"pytest", "./setup", CHECK_NOTE}};
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        bool there = false;
        if (ask_require(worker, modules[i].name, &there) == STATUS_OK && there) {
            checks_say(checks, CHECK_FIT, modules[i].name, NULL, "Python finds the module %s",
                       modules[i].name);
        } else {
            checks_say(checks, modules[i].missing, modules[i].name, modules[i].remedy,
                       "Python (%s) does not find the module %s", worker->executable,
                       modules[i].name);
        }
    }
}

/* Another python3 first on PATH is no fault, but explains figures that differ. */
static void check_path(struct checks *checks, const struct worker *worker)
{
    char *output = NULL;
    const char *const command[] = {"python3", "-c",
                                   "import os, sys; print(os.path.realpath(sys.executable))", NULL};
    char *ours = realpath(worker->executable, NULL);
    if (command_run(command, NULL, &output) == STATUS_OK && ours != NULL) {
        const char *theirs = text_trim(output);
        if (strcmp(theirs, ours) != 0) {
            checks_say(checks, CHECK_NOTE, "python-path",
                       "nothing to do; type the full path to use the same Python by hand",
                       "`python3` on your PATH is %s; Fortyfold measures %s", theirs, ours);
        }
    }
    status_clear();
    free(ours);
    free(output);
}

static enum status check_python(struct checks *checks)
{
    struct worker worker = {0};
    enum status status = session_reader(&worker);
    if (status != STATUS_OK) {
        checks_say(checks, CHECK_UNFIT, "worker", "run ./setup, then make", "no worker starts: %s",
                   status_explanation(status));
        status_clear();
        worker_stop(&worker);
        return STATUS_OK;
    }
    struct software software;
    status = software_read(&worker, &software);
    if (status == STATUS_OK) {
        bool inside = strcmp(software.python_host, "executable") == 0;
        checks_say(
            checks, inside ? CHECK_FIT : CHECK_NOTE, "python",
            "nothing to do where the distribution builds python3 so; compare runs of one host only",
            "Python %s runs in %s (%s), NumPy %s", software.python, software.python_executable,
            software.python_host, *software.numpy == '\0' ? "missing" : software.numpy);
    }
    struct run holder = {.software = software};
    run_free(&holder);
    check_modules(checks, &worker);
    checks_profilers(checks, &worker);
    check_path(checks, &worker);
    worker_stop(&worker);
    return status;
}

/* No fault: what it may cost is seen by "steal". */
static void check_virtual(struct checks *checks, const struct host *host)
{
    if (host->virtualised != NULL && strcmp(host->virtualised, "none") != 0) {
        checks_say(checks, CHECK_FIT, "virtual", NULL,
                   "this is a virtual machine (%s): others may take its processors, which is "
                   "watched",
                   host->virtualised);
    }
}

static void check_room(struct checks *checks)
{
    char *results = paths_in_root("results");
    if (results == NULL || access(results, W_OK) != 0) {
        checks_say(checks, CHECK_UNFIT, "results", "work in a checkout of your own",
                   "the folder results/ cannot be written");
    } else if (machine_disk_free_bytes(results) < UINT64_C(100) << 20) {
        checks_say(checks, CHECK_UNFIT, "disk", "free some room, or use --output elsewhere",
                   "less than 100 MiB are free for results/");
    } else {
        checks_say(checks, CHECK_FIT, "disk", NULL, "%s free for results/",
                   units_bytes(machine_disk_free_bytes(results)).text);
    }
    free(results);
}

struct options {
    bool as_json, control, no_noise;
};

static const struct argp_option options_table[] = {
    {"aa", 'a', NULL, 0, "measure programs against themselves: the smallest speedup that shows", 0},
    {"no-noise", 'n', NULL, 0, "do not measure the noise (10 seconds)", 0},
    {"json", 'j', NULL, 0, "as JSON, for scripts", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    (void)text;
    switch (key) {
    case 'a':
        options->control = true;
        return 0;
    case 'n':
        options->no_noise = true;
        return 0;
    case 'j':
        options->as_json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum status check_all(const struct options *options, const struct host *host,
                             struct checks *checks)
{
    struct surroundings surroundings;
    check_tools(checks);
    check_packages(checks);
    enum status status = check_python(checks);
    check_virtual(checks, host);
    conditions_begin("", 0, &surroundings);
    checks_conditions(checks, &surroundings, false);
    check_room(checks);
    if (options->no_noise) {
        checks_conditions(checks, &surroundings, true);
    }
    size_t shown = json_array_size(checks->list);
    if (!options->as_json) {
        checks_print(checks, 0, stdout);
    }
    if (status == STATUS_OK && !options->no_noise) {
        status = checks_noise(checks, noise_s);
        conditions_end(&surroundings);
        checks_conditions(checks, &surroundings, true);
    }
    if (status == STATUS_OK && options->control) {
        status = checks_control(checks);
    }
    if (status == STATUS_OK && !options->as_json) {
        checks_print(checks, shown, stdout);
    }
    return status;
}

enum status command_doctor(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {
        options_table,
        parse,
        NULL,
        "Tells whether this machine is fit: tools, packages, the interpreter, noise."
        "\vEach finding is ok, a note (figures are less exact, or a part is missing) or FAIL, with "
        "what to do after the arrow. Exit status: 0 fit, 1 not.",
        NULL,
        NULL,
        NULL};
    struct options options = {0};
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0) {
        return status_fail(STATUS_BAD_INPUT, "bad usage");
    }
    struct checks checks = {json_array(), 0};
    struct run holder = {0};
    enum status status = host_read(&holder.host);
    if (status == STATUS_OK) {
        status = check_all(&options, &holder.host, &checks);
    }
    if (status == STATUS_OK && options.as_json) {
        json_dumpf(checks.list, stdout, JSON_INDENT(1));
        printf("\n");
    } else if (status == STATUS_OK) {
        printf("\n%s\n", checks.unfit_count == 0
                             ? "This machine is fit."
                             : "Something is missing: do what the arrows say, then look again.");
    }
    *answer = checks.unfit_count == 0 ? EXIT_YES : EXIT_NO;
    json_decref(checks.list);
    run_free(&holder);
    return status;
}
