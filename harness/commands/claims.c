/* fortyfold claims: published figures against this machine. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/verdict.h"
#include "base/paths.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/session.h"
#include "measure/process.h"
#include "plan/claims.h"
#include "plan/lab.h"
#include "show/claims.h"
#include "store/results.h"

enum { IDS_MAX = 64 };

enum claims_option {
    OPTION_FILE = 256,
    OPTION_FRESH,
    OPTION_OUTPUT,
    OPTION_LIST,
};

struct options {
    const char *file;
    const char *output;
    bool fresh, list;
    const char *ids[IDS_MAX];
    size_t ids_count;
    char **command;
    int command_count;
};

/* Claims on one lab and preset are settled by one run. */
struct group {
    const char *lab, *preset;
    char *folder;
    char *variants, *sizes;
    struct run run;
    bool wanted; /* a claim that was asked for needs it */
    bool measured;
};

static const struct argp_option options_table[] = {
    {"list", OPTION_LIST, NULL, 0, "only say what was published", 0},
    {"fresh", OPTION_FRESH, NULL, 0, "measure again, although a finished run is there", 0},
    {"file", OPTION_FILE, "FILE", 0, "claims from here instead of reference/claims.toml", 0},
    {"output", OPTION_OUTPUT, "DIR", 0, "keep the runs here instead of results/claims", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case OPTION_FILE:
        options->file = text;
        return 0;
    case OPTION_OUTPUT:
        options->output = text;
        return 0;
    case OPTION_FRESH:
        options->fresh = true;
        return 0;
    case OPTION_LIST:
        options->list = true;
        return 0;
    case ARGP_KEY_ARG:
        if (options->ids_count == IDS_MAX) {
            argp_error(state, "at most %d claims at a time", IDS_MAX);
        } else {
            options->ids[options->ids_count++] = text;
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* Keeps the claims that were asked for, in the file's order. */
static enum status choose(const struct options *options, struct claim *claims, size_t *count)
{
    for (size_t i = 0; i < options->ids_count; i++) {
        bool known = false;
        for (size_t j = 0; j < *count && !known; j++) {
            known = strcmp(claims[j].id, options->ids[i]) == 0;
        }
        if (!known) {
            return status_fail(STATUS_BAD_INPUT,
                               "there is no claim \"%s\"; `fortyfold claims --list` lists them",
                               options->ids[i]);
        }
    }
    size_t kept = 0;
    for (size_t j = 0; j < *count; j++) {
        bool wanted = options->ids_count == 0;
        for (size_t i = 0; i < options->ids_count && !wanted; i++) {
            wanted = strcmp(claims[j].id, options->ids[i]) == 0;
        }
        if (wanted) {
            struct claim swapped = claims[kept];
            claims[kept++] = claims[j];
            claims[j] = swapped;
        }
    }
    /* Those beyond `kept` stay in the array, so that it is released whole. */
    *count = kept;
    return STATUS_OK;
}

static bool lists(const char *list, const char *item)
{
    size_t length = strlen(item);
    for (const char *at = list; at != NULL && (at = strstr(at, item)) != NULL; at += length) {
        bool begins = at == list || at[-1] == ',';
        if (begins && (at[length] == ',' || at[length] == '\0')) {
            return true;
        }
    }
    return false;
}

static enum status append_word(char **list, const char *item)
{
    if (item == NULL || lists(*list, item)) {
        return STATUS_OK;
    }
    char *longer = *list == NULL ? strdup(item) : text_format("%s,%s", *list, item);
    free(*list);
    *list = longer;
    return longer == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for the claims") : STATUS_OK;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* Puts a claim into the group of its lab and preset, made where there is none. */
static enum status enlist(const char *folder, const struct claim *claim, bool wanted,
                          struct group *groups, size_t *count)
{
    struct group *group = groups;
    while (group < groups + *count &&
           (strcmp(group->lab, claim->lab) != 0 || strcmp(group->preset, claim->preset) != 0)) {
        group++;
    }
    if (group == groups + *count) {
        *group = (struct group){.lab = claim->lab, .preset = claim->preset};
        group->folder = text_format("%s/%s-%s", folder, last_part(claim->lab), claim->preset);
        ++*count;
    }
    group->wanted = group->wanted || wanted;
    char *size = text_format("%zu", claim->size);
    enum status status = size == NULL || group->folder == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for the claims")
                             : append_word(&group->sizes, size);
    free(size);
    if (status == STATUS_OK) {
        status = append_word(&group->variants, claim->baseline);
    }
    return status == STATUS_OK ? append_word(&group->variants, claim->candidate) : status;
}

/* Is a finished run there, of these variants and sizes, from this machine? Then no measuring is
 * needed. An unfinished one is gone on with. */
static bool already_there(struct group *group)
{
    struct run run;
    bool there = results_read(group->folder, &run) == STATUS_OK && run.ended_by != NULL &&
                 strcmp(run.ended_by, "interrupt") != 0;
    run_free(&run);
    status_clear();
    return there;
}

static bool has_log(const struct group *group)
{
    char *path = text_format("%s/log.jsonl", group->folder);
    bool there = path != NULL && access(path, F_OK) == 0;
    free(path);
    return there;
}

/* Moves an old run aside, so that nothing that was measured is deleted. */
static enum status set_aside(const struct group *group)
{
    for (unsigned number = 1; number < 1000; number++) {
        char *aside = text_format("%s.%u", group->folder, number);
        bool taken = aside == NULL || access(aside, F_OK) == 0;
        bool moved = !taken && rename(group->folder, aside) == 0;
        free(aside);
        if (!taken) {
            return moved ? STATUS_OK
                         : status_fail(STATUS_IO, "cannot move %s aside", group->folder);
        }
    }
    return status_fail(STATUS_IO, "too many old runs beside %s: delete some", group->folder);
}

static void announce(const struct group *group, bool resumed)
{
    fprintf(stderr, "%s the %s preset of %s (%s at N=%s). %s\n",
            resumed ? "Going on with" : "Measuring", group->preset, last_part(group->lab),
            group->variants, group->sizes,
            strcmp(group->preset, "claim") == 0
                ? "This takes some minutes (five to ten on a laptop); press Ctrl-C at any time, "
                  "and run it again to go on."
                : "Press Ctrl-C at any time, and run it again to go on.");
}

static enum status measure(const struct options *options, struct group *group)
{
    struct session_request request = {
        .lab = group->lab,
        .plan = {.preset = group->preset, .variants = group->variants, .sizes = group->sizes},
        .output = group->folder,
        .command = options->command,
        .command_count = options->command_count};
    if (options->fresh && has_log(group)) {
        enum status status = set_aside(group);
        if (status != STATUS_OK) {
            return status;
        }
    }
    if (!has_log(group)) {
        announce(group, false);
    } else {
        if (already_there(group)) {
            fprintf(stderr, "%s was measured before; --fresh measures it again.\n", group->folder);
        } else {
            announce(group, true);
        }
        request.resume = group->folder; /* a finished run has nothing left to measure */
    }
    group->measured = true;
    enum status status = session_run(&request, &group->run);
    return status == STATUS_OK ? session_pictures(&group->run, false) : status;
}

static enum status judge(const struct claim *claim, const struct group *groups, size_t count,
                         struct claim_row *row)
{
    for (size_t i = 0; i < count; i++) {
        const struct group *group = &groups[i];
        if (strcmp(group->lab, claim->lab) == 0 && strcmp(group->preset, claim->preset) == 0) {
            row->claim = claim;
            row->run = &group->run;
            enum status status = verdict_measure(claim, &group->run, &row->figure);
            row->verdict = verdict_judge(claim, &row->figure);
            return status;
        }
    }
    return STATUS_OK;
}

static enum exit_status weigh(const struct claim_row *rows, size_t count)
{
    enum exit_status answer = EXIT_YES;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].verdict == CLAIM_NOT_REPRODUCED) {
            return EXIT_NO;
        }
        if (rows[i].verdict == CLAIM_NOT_RESOLVED) {
            answer = EXIT_NOT_RESOLVED;
        }
    }
    return answer;
}

/* The plan of a group follows from every claim of the file, so that a later call for another claim
 * of the same group finds it measured. */
static enum status settle(const struct options *options, const struct claim *claims, size_t count,
                          size_t all_count, enum exit_status *answer)
{
    struct group *groups = calloc(all_count + 1, sizeof *groups);
    struct claim_row *rows = calloc(count + 1, sizeof *rows);
    char *folder =
        options->output != NULL ? strdup(options->output) : paths_in_root("results/claims");
    size_t groups_count = 0;
    enum status status = groups == NULL || rows == NULL || folder == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for the claims")
                             : STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < all_count; i++) {
        status = enlist(folder, &claims[i], i < count, groups, &groups_count);
    }
    for (size_t i = 0; status == STATUS_OK && i < groups_count; i++) {
        status = groups[i].wanted ? measure(options, &groups[i]) : STATUS_OK;
        if (status == STATUS_OK && groups[i].measured &&
            session_answer(&groups[i].run) == EXIT_INTERRUPTED) {
            fprintf(stderr, "Interrupted; what was measured is kept: run it again to go on.\n");
            *answer = EXIT_INTERRUPTED;
            goto out;
        }
    }
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        status = judge(&claims[i], groups, groups_count, &rows[i]);
    }
    if (status == STATUS_OK) {
        status = claims_print(rows, count, stdout);
        *answer = weigh(rows, count);
    }
out:
    for (size_t i = 0; i < groups_count; i++) {
        if (groups[i].measured) {
            run_free(&groups[i].run);
        }
        free(groups[i].folder);
        free(groups[i].variants);
        free(groups[i].sizes);
    }
    free(folder);
    free(rows);
    free(groups);
    return status;
}

static enum status read_claims(const struct options *options, struct claim **claims,
                               size_t *all_count)
{
    struct worker reader = {0};
    char *path =
        options->file != NULL ? strdup(options->file) : paths_in_root("reference/claims.toml");
    enum status status = path == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for a path")
                                      : session_reader(&reader);
    if (status == STATUS_OK) {
        status = claims_read(&reader, path, claims, all_count);
    }
    worker_stop(&reader);
    free(path);
    return status;
}

enum status command_claims(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {
        options_table,
        parse,
        "[ID...]",
        "Holds published figures against this machine."
        "\vEach claim is measured as its lab's preset says, by paired samples, and judged: "
        "reproduced (the 95 % interval touches the published range, widened by a tenth for "
        "rounding), exceeded, not reproduced, or not resolved. An interrupted measurement goes on "
        "when the command is given again.\n"
        "\n"
        "Exit status: 0 all reproduced or exceeded; 1 one is not reproduced; 4 one is not "
        "resolved; 130 interrupted.",
        NULL,
        NULL,
        NULL};
    struct options options = {.command = argv, .command_count = argc};
    struct claim *claims = NULL;
    size_t all_count = 0;
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0) {
        return status_fail(STATUS_BAD_INPUT, "bad usage");
    }
    char word[] = "claims";
    argv[0] = word; /* for the record of the command */
    enum status status = read_claims(&options, &claims, &all_count);
    size_t count = all_count;
    if (status == STATUS_OK) {
        status = choose(&options, claims, &count);
    }
    if (status == STATUS_OK && options.list) {
        status = claims_print_published(claims, count, stdout);
    } else if (status == STATUS_OK) {
        status = settle(&options, claims, count, all_count, answer);
    }
    claims_free(claims, all_count);
    return status;
}
