/* fortyfold hint: help with an exercise, one step at a time. */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/paths.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/session.h"
#include "plan/lab.h"
#include "store/hints.h"

enum option_key { OPTION_AGAIN = 256 };

struct options {
    const char *lab;
    uint64_t number; /* 0: the next */
    bool again;
};

static const struct argp_option options_table[] = {
    {"again", OPTION_AGAIN, NULL, 0, "begin with the first hint again", 0},
    {0},
};

static const char text_before[] =
    "Shows the next hint for a lab's exercise."
    "\vEach call shows one more hint and says how many are left. With a number N, hint N.\n"
    "\n"
    "  fortyfold hint mds\n"
    "  fortyfold hint mds 2\n"
    "\n"
    "How many you have seen is kept in results/hints.json; without that file they begin anew.";

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case OPTION_AGAIN:
        options->again = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->lab == NULL) {
            options->lab = text;
        } else if (options->number != 0 || !text_parse_u64(text, &options->number) ||
                   options->number == 0) {
            argp_error(state, "a hint has a number, 1 or above, not \"%s\"", text);
        }
        return 0;
    case ARGP_KEY_END:
        if (options->lab == NULL) {
            argp_error(state,
                       "name a lab, as in `fortyfold hint mds`; `fortyfold list` lists them");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum status read_lab(const char *name, struct lab *lab)
{
    struct worker reader = {0};
    char *folder = NULL;
    enum status status = session_reader(&reader);
    if (status == STATUS_OK) {
        status = lab_find(name, &folder);
    }
    if (status == STATUS_OK) {
        status = lab_read(&reader, folder, lab);
    }
    worker_stop(&reader);
    free(folder);
    if (status == STATUS_OK && lab->exercise.file == NULL) {
        status = status_fail(
            STATUS_BAD_INPUT,
            "the lab %s has no exercise; `fortyfold list` says which labs have one", lab->name);
    }
    if (status == STATUS_OK && lab->exercise.hints_count == 0) {
        status =
            status_fail(STATUS_BAD_INPUT, "the lab %s has no hints; the worked answer is %s/%s",
                        lab->name, lab->folder, lab->exercise.solution);
    }
    return status;
}

/* Which hint to show, 1 …; 0 when all were seen. */
static enum status choose(const struct options *options, const struct lab *lab, size_t seen,
                          size_t *number)
{
    size_t count = lab->exercise.hints_count;
    if (options->number > count) {
        return status_fail(STATUS_BAD_INPUT, "the lab %s has %zu hints; there is no hint %llu",
                           lab->name, count, (unsigned long long)options->number);
    }
    *number = options->number != 0 ? (size_t)options->number
              : options->again     ? 1
              : seen < count       ? seen + 1
                                   : 0;
    return STATUS_OK;
}

static void print_hint(const struct options *options, const struct lab *lab, size_t number)
{
    size_t count = lab->exercise.hints_count;
    if (number == 0) {
        printf("You have seen all %zu hints. `bin/fortyfold hint %s --again` begins anew.\n", count,
               options->lab);
    } else {
        printf("Hint %zu of %zu: %s\n", number, count, lab->exercise.hints[number - 1]);
    }
    if (number == 0 || number == count) {
        printf("The worked answer: %s/%s\n", lab->folder, lab->exercise.solution);
    }
}

/* A hint that cannot be remembered is shown all the same. */
static void remember(const struct options *options, const char *path, const struct lab *lab,
                     size_t seen, size_t number)
{
    size_t now = options->again || number > seen ? number : seen;
    if (number != 0 && now != seen && hints_remember(path, lab->folder, now) != STATUS_OK) {
        fprintf(stderr, "fortyfold hint: warning: %s; the next hint: bin/fortyfold hint %s %zu\n",
                status_explanation(STATUS_IO), options->lab, number + 1);
        status_clear();
    }
}

enum status command_hint(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {options_table, parse, "LAB [N]", text_before,
                                     NULL,          NULL,  NULL};
    struct options options = {0};
    struct lab lab = {0};
    size_t number = 0;
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0) {
        return status_fail(STATUS_BAD_INPUT, "bad usage");
    }
    char *path = paths_in_root("results/hints.json");
    enum status status = path == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for hints")
                                      : read_lab(options.lab, &lab);
    size_t seen = status == STATUS_OK ? hints_seen(path, lab.folder) : 0;
    if (status == STATUS_OK) {
        status = choose(&options, &lab, seen, &number);
    }
    if (status == STATUS_OK) {
        print_hint(&options, &lab, number);
        remember(&options, path, &lab, seen, number);
        *answer = EXIT_YES;
    }
    lab_free(&lab);
    free(path);
    return status;
}
