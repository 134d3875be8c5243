/* fortyfold: the table of subcommands. The only place that exits, and that prints a failure. */
#include <errno.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/text.h"
#include "commands/commands.h"

static const struct command commands[] = {
    {"list", "the labs, their variants and sizes", command_list},
    {"run", "measure labs: table, curve, pictures, report", command_measure},
    {"time", "whole commands: real, user, sys, peak memory; in turn with --vs", command_time},
    {"timeit", "a Python statement, as python3 -m timeit, with an interval", command_timeit},
    {"check", "an exercise: is it right, and fast enough", command_check},
    {"hint", "the next hint for an exercise", command_hint},
    {"flame", "where the time of a Python program goes: a flame graph", command_flame},
    {"claims", "published figures against this machine", command_claims},
    {"compare", "two runs, cell by cell: faster, slower, or not resolved", command_compare},
    {"export", "a run for pyperf, hyperfine, Google Benchmark, as CSV, Markdown", command_export},
    {"report", "make a run's pictures and report again", command_report},
    {"roofline", "this machine's limits, and how near the kernels come", command_roofline},
    {"doctor", "is this machine fit: tools, packages, noise; what to do", command_doctor},
};

enum { COMMANDS_COUNT = sizeof commands / sizeof *commands };

static void print_help(FILE *out)
{
    fprintf(out, "Usage: fortyfold COMMAND [OPTION...]\n"
                 "Measures how much faster each version of a program is, and checks every answer.\n"
                 "\n");
    for (size_t i = 0; i < COMMANDS_COUNT; i++) {
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    }
    fprintf(out,
            "\n`fortyfold COMMAND --help` explains a command. Begin with:\n"
            "  fortyfold run mds\n"
            "\n"
            "Exit status: 0 yes; 1 the answer is no (wrong, not reproduced); 2 bad usage or\n"
            "input; 3 a worker failed, the rest is complete; 4 not resolved; 130 interrupted,\n"
            "what was measured is kept.\n");
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < COMMANDS_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

/* A full disk behind standard output must not look like success. */
static bool lost_output(void)
{
    static bool is_told;
    bool is_lost = fflush(stdout) != 0 || ferror(stdout);
    if (is_lost && !is_told) {
        is_told = true;
        fprintf(stderr, "fortyfold: cannot write to standard output: %s\n", strerror(errno));
    }
    return is_lost;
}

static enum exit_status flushed(enum exit_status answer)
{
    return lost_output() && answer == EXIT_YES ? EXIT_USAGE : answer;
}

/* argp leaves by itself after --help, with 0; our own way out has flushed before. */
static bool is_answered;

static void check_output(void)
{
    if (!is_answered && lost_output()) {
        _exit(EXIT_USAGE);
    }
}

static enum exit_status run(const struct command *command, int argc, char **argv)
{
    enum exit_status answer = EXIT_YES;
    char *name = text_format("fortyfold %s", command->name);
    enum status status = name == NULL ? STATUS_NO_MEMORY : interrupt_install();
    if (status == STATUS_OK) {
        argv[0] = name;
        status = command->run(argc, argv, &answer);
    }
    free(name);
    if (status != STATUS_OK) {
        fprintf(stderr, "fortyfold %s: %s\n", command->name, status_explanation(status));
        answer = status_exit(status);
    }
    answer = flushed(answer);
    is_answered = true;
    return answer;
}

int main(int argc, char **argv)
{
    atexit(check_output);
    setlocale(LC_CTYPE, "C.UTF-8");
    const char *name = argc > 1 ? argv[1] : "--help";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_help(argc > 1 ? stdout : stderr);
        return flushed(argc > 1 ? EXIT_YES : EXIT_USAGE);
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        printf("fortyfold " FORTYFOLD_VERSION "\n");
        return flushed(EXIT_YES);
    }
    const struct command *command = find(name);
    if (command == NULL) {
        fprintf(stderr, "fortyfold: there is no command \"%s\"; `fortyfold --help` lists them\n",
                name);
        return EXIT_USAGE;
    }
    return run(command, argc - 1, argv + 1);
}
