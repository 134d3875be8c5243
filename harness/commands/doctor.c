/* fortyfold doctor: is this machine fit? */
#include <argp.h>
#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/command.h"
#include "base/json.h"
#include "base/paths.h"
#include "base/text.h"
#include "base/units.h"
#include "commands/commands.h"
#include "commands/session.h"
#include "measure/ask.h"
#include "measure/host.h"
#include "measure/machine.h"

enum state { FIT, NOTE, UNFIT, STATE_COUNT };

static const char *const state_words[STATE_COUNT] = {"ok", "note", "FAIL"};
static const char *const state_colours[STATE_COUNT] = {"\033[32m", "\033[33m", "\033[31m"};

/* What was found so far: one JSON object a check, which the two forms of output share. */
struct doctor {
    json_t *checks;
    size_t unfit_count;
};

static void say(struct doctor *doctor, enum state state, const char *code, const char *remedy,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

static void say(struct doctor *doctor, enum state state, const char *code, const char *remedy,
                const char *format, ...)
{
    char message[512];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    json_t *check = json_object();
    json_set_text(check, "state", state_words[state]);
    json_set_text(check, "code", code);
    json_set_text(check, "message", message);
    json_set_text(check, "remedy", state == FIT ? NULL : remedy);
    json_array_append_new(doctor->checks, check);
    doctor->unfit_count += state == UNFIT;
}

static const struct tool {
    const char *program;
    const char *version_option;
    const char *why;
    enum state missing; /* UNFIT: nothing works without it */
    const char *remedy;
} tools[] = {
    {"gcc", "--version", "builds the harness and the kernels", UNFIT, "./setup"},
    {"make", "--version", "carries out every command of the README", UNFIT, "./setup"},
    {"pkg-config", "--version", "names the Python that is embedded", UNFIT, "./setup"},
    {"gnuplot", "--version", "draws the curves", UNFIT, "./setup"},
    {"pandoc", "--version", "makes reports and slides", UNFIT, "./setup"},
    {"hyperfine", "--version", "times whole commands, for comparison", NOTE, "./setup"},
    {"git", "--version", "records the commit that was measured", NOTE, "./setup"},
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

static void check_tools(struct doctor *doctor)
{
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        const struct tool *tool = &tools[i];
        char *version = version_of(tool);
        if (version == NULL) {
            say(doctor, tool->missing, tool->program, tool->remedy, "%s is missing; it %s",
                tool->program, tool->why);
        } else {
            say(doctor, FIT, tool->program, NULL, "%s %s", tool->program, version);
        }
        free(version);
    }
}

/* Development packages that no program shows. */
static void check_packages(struct doctor *doctor)
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
            say(doctor, FIT, packages[i].name, NULL, "%s %s", packages[i].name, text_trim(version));
        } else {
            status_clear();
            say(doctor, UNFIT, packages[i].name, "./setup",
                "the development package of %s is missing; it is needed for: %s", packages[i].name,
                packages[i].why);
        }
        free(version);
    }
}

static void check_modules(struct doctor *doctor, struct worker *worker)
{
    static const struct {
        const char *name, *remedy;
        enum state missing;
    } modules[] = {
        {"numpy", "./setup", UNFIT}, {"kernels", "make", UNFIT}, {"pytest", "./setup", NOTE}};
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
        bool there = false;
        if (ask_require(worker, modules[i].name, &there) == STATUS_OK && there) {
            say(doctor, FIT, modules[i].name, NULL, "Python finds the module %s", modules[i].name);
        } else {
            say(doctor, modules[i].missing, modules[i].name, modules[i].remedy,
                "Python (%s) does not find the module %s", worker->executable, modules[i].name);
        }
    }
}

/* Another python3 first on PATH is no fault, but explains figures that differ. */
static void check_path(struct doctor *doctor, const struct worker *worker)
{
    char *output = NULL;
    const char *const command[] = {"python3", "-c",
                                   "import os, sys; print(os.path.realpath(sys.executable))", NULL};
    char *ours = realpath(worker->executable, NULL);
    if (command_run(command, NULL, &output) == STATUS_OK && ours != NULL) {
        const char *theirs = text_trim(output);
        if (strcmp(theirs, ours) != 0) {
            say(doctor, NOTE, "python-path",
                "nothing to do; type the full path to use the same Python by hand",
                "`python3` on your PATH is %s; Fortyfold measures %s", theirs, ours);
        }
    }
    status_clear();
    free(ours);
    free(output);
}

static enum status check_python(struct doctor *doctor)
{
    struct worker worker = {0};
    enum status status = session_reader(&worker);
    if (status != STATUS_OK) {
        say(doctor, UNFIT, "worker", "run ./setup, then make", "no worker starts: %s",
            status_explanation(status));
        status_clear();
        worker_stop(&worker);
        return STATUS_OK;
    }
    struct software software;
    status = software_read(&worker, &software);
    if (status == STATUS_OK) {
        bool inside = strcmp(software.python_host, "executable") == 0;
        say(doctor, inside ? FIT : NOTE, "python",
            "nothing to do where the distribution builds python3 so; compare runs of one host only",
            "Python %s runs in %s (%s), NumPy %s", software.python, software.python_executable,
            software.python_host, *software.numpy == '\0' ? "missing" : software.numpy);
    }
    struct run holder = {.software = software};
    run_free(&holder);
    check_modules(doctor, &worker);
    check_path(doctor, &worker);
    worker_stop(&worker);
    return status;
}

static void check_clock_speed(struct doctor *doctor, const struct host *host)
{
    if (host->governor == NULL) {
        say(doctor, NOTE, "governor", "nothing to do in a virtual machine",
            "the processor's governor is not shown to this system");
    } else if (strcmp(host->governor, "performance") != 0) {
        say(doctor, NOTE, "governor",
            "sudo cpupower frequency-set --governor performance (linux-cpupower)",
            "the governor is \"%s\": the clock follows the load, first samples are slower",
            host->governor);
    } else {
        say(doctor, FIT, "governor", NULL, "the governor is \"performance\"");
    }
    if (machine_turbo() == 1) {
        say(doctor, NOTE, "turbo", "compare ratios, never times of different minutes",
            "turbo is on: the clock falls when the machine is warm or both cores work");
    }
}

static void check_noise(struct doctor *doctor, const struct host *host)
{
    double load = machine_load();
    if (load > 0.5 * (double)host->cores_count) {
        say(doctor, NOTE, "load", "close other programs, wait a minute, look again",
            "%.1f processes want to run on %zu cores: intervals will be wide", load,
            host->cores_count);
    } else {
        say(doctor, FIT, "load", NULL, "load %.2f on %zu cores", load, host->cores_count);
    }
    if (host->virtualised != NULL && strcmp(host->virtualised, "none") != 0) {
        struct machine_reading reading;
        machine_read(&reading);
        say(doctor, NOTE, "virtual", "nothing to do; run.json has each sample's steal time",
            "this is a virtual machine (%s): others may take its processors (%.1f s since boot)",
            host->virtualised, isfinite(reading.steal_s) ? reading.steal_s : 0.0);
    }
    if (machine_smt() == 1) {
        say(doctor, NOTE, "smt", "leave the machine alone while it measures",
            "two hardware threads share a core: a busy neighbour slows a sample");
    }
    if (machine_on_battery() == 1) {
        say(doctor, NOTE, "battery", "plug it in", "it runs on battery: the clock is held low");
    }
}

static void check_room(struct doctor *doctor)
{
    uint64_t memory = machine_available_bytes(), swap = machine_swap_used_bytes();
    char *results = paths_in_root("results");
    if (memory < UINT64_C(1) << 30) {
        say(doctor, NOTE, "memory", "close other programs, or run with --memory 256M",
            "only %s of memory are free", units_bytes(memory).text);
    } else {
        say(doctor, FIT, "memory", NULL, "%s of memory free", units_bytes(memory).text);
    }
    if (swap > UINT64_C(64) << 20) {
        say(doctor, NOTE, "swap", "close other programs", "%s are swapped out",
            units_bytes(swap).text);
    }
    if (results == NULL || access(results, W_OK) != 0) {
        say(doctor, UNFIT, "results", "work in a checkout of your own",
            "the folder results/ cannot be written");
    } else if (machine_disk_free_bytes(results) < UINT64_C(100) << 20) {
        say(doctor, UNFIT, "disk", "free some room, or use --output elsewhere",
            "less than 100 MiB are free for results/");
    } else {
        say(doctor, FIT, "disk", NULL, "%s free for results/",
            units_bytes(machine_disk_free_bytes(results)).text);
    }
    free(results);
}

static void print(const struct doctor *doctor)
{
    const char *no_colour = getenv("NO_COLOR");
    bool colour = isatty(STDOUT_FILENO) && (no_colour == NULL || *no_colour == '\0');
    const json_t *check;
    size_t index;
    json_array_foreach(doctor->checks, index, check)
    {
        const char *word = json_peek_text(check, "state");
        size_t state = 0;
        while (state + 1 < STATE_COUNT && strcmp(state_words[state], word) != 0) {
            state++;
        }
        printf("%s%-4s%s  %s\n", colour ? state_colours[state] : "", word, colour ? "\033[0m" : "",
               json_peek_text(check, "message"));
        if (*json_peek_text(check, "remedy") != '\0') {
            printf("      → %s\n", json_peek_text(check, "remedy"));
        }
    }
    printf("\n%s\n", doctor->unfit_count == 0
                         ? "This machine is fit."
                         : "Something is missing: do what the arrows say, then look again.");
}

static const struct argp_option options_table[] = {
    {"json", 'j', NULL, 0, "as JSON, for scripts", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    (void)text;
    if (key == 'j') {
        *(bool *)state->input = true;
        return 0;
    }
    return ARGP_ERR_UNKNOWN;
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
    bool as_json = false;
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &as_json) != 0) {
        return status_fail(STATUS_BAD_INPUT, "bad usage");
    }
    struct doctor doctor = {json_array(), 0};
    struct run holder = {0};
    enum status status = host_read(&holder.host);
    if (status == STATUS_OK) {
        check_tools(&doctor);
        check_packages(&doctor);
        status = check_python(&doctor);
    }
    if (status == STATUS_OK) {
        check_clock_speed(&doctor, &holder.host);
        check_noise(&doctor, &holder.host);
        check_room(&doctor);
        if (as_json) {
            json_dumpf(doctor.checks, stdout, JSON_INDENT(1));
            printf("\n");
        } else {
            print(&doctor);
        }
    }
    *answer = doctor.unfit_count == 0 ? EXIT_YES : EXIT_NO;
    json_decref(doctor.checks);
    run_free(&holder);
    return status;
}
