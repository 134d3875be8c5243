/* fortyfold compare: two runs, cell by cell, with an exit status for a gate. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/alike.h"
#include "analyze/analyze.h"
#include "analyze/compare.h"
#include "base/text.h"
#include "commands/commands.h"
#include "show/compare.h"
#include "store/results.h"

enum compare_option { OPTION_FORCE = 256, OPTION_FORMAT, OPTION_THRESHOLD, OPTION_TIMES };

struct options {
    const char *paths[2];
    size_t paths_count;
    bool force;
    enum compare_format format;
    double threshold;
    enum compare_basis basis;
};

static const struct argp_option options_table[] = {
    {"threshold", OPTION_THRESHOLD, "PCT", 0,
     "changes of less than PCT per cent do not count (default 0)", 0},
    {"times", OPTION_TIMES, NULL, 0,
     "compare times, not speedups over the baseline: the machine's own changes count", 0},
    {"force", OPTION_FORCE, NULL, 0,
     "compare although the machine, the interpreter or the problem differs", 0},
    {"format", OPTION_FORMAT, "F", 0, "on standard output: table, json or markdown", 0},
    {0},
};

static const char text_before[] =
    "Compares two runs of a lab, cell by cell: how many times faster is the new one?"
    "\vOLD and NEW are folders of runs, as in results/latest, or their run.json. What is compared "
    "is speedups over the baseline that both runs measured: the machine may have been slower in "
    "one of them, for the baseline as for the rest. The baseline itself is not judged. The "
    "interval of a ratio rests on the blocks of each run.\n"
    "\n"
    "  fortyfold compare results/mds-20260105-091500 results/latest\n"
    "  fortyfold compare --threshold 5 old/run.json new/run.json\n"
    "\n"
    "A change of the baseline's own code shows as the opposite change of all others. --times "
    "compares times: there a few per cent, or much more, may be the machine's. To decide between "
    "two versions of a function, make both variants of one lab and `run` them together.\n"
    "\n"
    "Exit status, for a gate: 0 nothing is slower (by more than the threshold); 1 something is "
    "slower, or fails that had an answer; 2 bad usage or input, or the runs cannot be compared; "
    "4 nothing could be resolved.";

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case OPTION_FORCE:
        options->force = true;
        return 0;
    case OPTION_TIMES:
        options->basis = COMPARE_TIMES;
        return 0;
    case OPTION_FORMAT:
        if (!compare_format_find(text, &options->format)) {
            argp_error(state, "--format is table, json or markdown, not \"%s\"", text);
        }
        return 0;
    case OPTION_THRESHOLD:
        if (!text_parse_double(text, &options->threshold) || options->threshold < 0) {
            argp_error(state, "--threshold takes per cent, 0 or more, not \"%s\"", text);
        }
        options->threshold /= 100;
        return 0;
    case ARGP_KEY_ARG:
        if (options->paths_count == 2) {
            argp_error(state, "two runs at a time");
        } else {
            options->paths[options->paths_count++] = text;
        }
        return 0;
    case ARGP_KEY_END:
        if (options->paths_count < 2) {
            argp_error(state, "name two runs, the old one first");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* What forbids the comparison, in one line: "host.cpu (A, B), software.numpy (1.24, 2.0)". */
static char *forbidding_text(const struct alike *alike)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < alike->forbidding_count; i++) {
        const struct difference *difference = &alike->differences[i];
        fprintf(out, "%s%s (%.80s, %.80s)", i > 0 ? ", " : "", difference->what, difference->before,
                difference->after);
    }
    if (fclose(out) != 0) {
        free(text);
        return NULL;
    }
    return text;
}

static enum status check_alike(const struct alike *alike, bool force)
{
    if (alike->forbidding_count == 0) {
        return STATUS_OK;
    }
    char *text = forbidding_text(alike);
    enum status status = STATUS_OK;
    if (text == NULL) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for a comparison");
    } else if (force) {
        fprintf(stderr, "fortyfold compare: warning: compared although these differ: %s\n", text);
    } else {
        status = status_fail(STATUS_BAD_INPUT,
                             "the runs differ in more than their times: %s; measure one of them "
                             "again to match the other, or give --force and mistrust the ratios",
                             text);
    }
    free(text);
    return status;
}

static enum exit_status answer_of(const struct comparison *comparison)
{
    if (comparison->counts[COMPARE_SLOWER] > 0 || comparison->broken_count > 0) {
        return EXIT_NO;
    }
    return comparison->counts[COMPARE_NOT_RESOLVED] < comparison->judged_count ? EXIT_YES
                                                                               : EXIT_NOT_RESOLVED;
}

static const char *answer_text(enum exit_status answer)
{
    return answer == EXIT_NO ? "slower" : answer == EXIT_YES ? "not slower" : "not resolved";
}

static struct compare_row to_row(const struct compare_cell *cell)
{
    static const enum compare_style styles[COMPARE_VERDICT_COUNT] = {
        [COMPARE_FASTER] = COMPARE_STYLE_GOOD,      [COMPARE_SLOWER] = COMPARE_STYLE_BAD,
        [COMPARE_UNCHANGED] = COMPARE_STYLE_GOOD,   [COMPARE_NOT_RESOLVED] = COMPARE_STYLE_UNSURE,
        [COMPARE_NOT_JUDGED] = COMPARE_STYLE_PLAIN,
    };
    return (struct compare_row){.variant = cell->variant,
                                .size = cell->size,
                                .before = cell->before,
                                .after = cell->after,
                                .compared = cell->compared,
                                .broken = compare_is_broken(cell),
                                .ratio = cell->ratio,
                                .by_speedup = cell->by_speedup,
                                .by_cpu = cell->by_cpu,
                                .freedom = cell->freedom,
                                .blocks_before = cell->blocks_before,
                                .blocks_after = cell->blocks_after,
                                .verdict = compare_verdict_name(cell->verdict),
                                .style = styles[cell->verdict]};
}

/* Hands the comparison to show/, which knows nothing of analyze/. */
static enum status print(const struct comparison *comparison, const struct alike *alike,
                         enum compare_format format, enum exit_status answer)
{
    const char *no_colour = getenv("NO_COLOR");
    bool colour = isatty(STDOUT_FILENO) && (no_colour == NULL || *no_colour == '\0');
    struct compare_difference differences[ALIKE_MAX];
    struct compare_row *rows = calloc(comparison->cells_count + 1, sizeof *rows);
    if (rows == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a comparison");
    }
    for (size_t i = 0; i < comparison->cells_count; i++) {
        rows[i] = to_row(&comparison->cells[i]);
    }
    for (size_t i = 0; i < alike->count; i++) {
        const struct difference *from = &alike->differences[i];
        differences[i] = (struct compare_difference){from->what, from->because, from->before,
                                                     from->after, from->forbids};
    }
    const struct compare_view view = {
        .before = comparison->before,
        .after = comparison->after,
        .reference = comparison->reference,
        .threshold = comparison->threshold,
        .rows = rows,
        .rows_count = comparison->cells_count,
        .differences = differences,
        .differences_count = alike->count,
        .mean = comparison->mean,
        .faster_count = comparison->counts[COMPARE_FASTER],
        .slower_count = comparison->counts[COMPARE_SLOWER],
        .unchanged_count = comparison->counts[COMPARE_UNCHANGED],
        .not_resolved_count = comparison->counts[COMPARE_NOT_RESOLVED],
        .broken_count = comparison->broken_count,
        .not_judged_count = comparison->counts[COMPARE_NOT_JUDGED],
        .answer = answer_text(answer),
    };
    enum status status = compare_print(&view, format, colour, stdout);
    free(rows);
    return status;
}

static enum status compare(const struct options *options, struct run runs[2],
                           enum exit_status *answer)
{
    struct alike alike = {0};
    struct comparison comparison = {0};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < 2; i++) {
        if ((status = results_read(options->paths[i], &runs[i])) != STATUS_OK ||
            (status = analyze_run(&runs[i])) != STATUS_OK) {
            goto out;
        }
    }
    if ((status = alike_find(&runs[0], &runs[1], &alike)) != STATUS_OK ||
        (status = check_alike(&alike, options->force)) != STATUS_OK ||
        (status = compare_runs(&runs[0], &runs[1], options->basis, options->threshold,
                               &comparison)) != STATUS_OK) {
        goto out;
    }
    *answer = answer_of(&comparison);
    status = print(&comparison, &alike, options->format, *answer);
out:
    compare_free(&comparison);
    alike_free(&alike);
    return status;
}

enum status command_compare(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {options_table, parse, "OLD NEW", text_before,
                                     NULL,          NULL,  NULL};
    struct options options = {.format = COMPARE_TEXT};
    struct run runs[2] = {0};
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0) {
        return status_fail(STATUS_BAD_INPUT, "bad usage");
    }
    enum status status = compare(&options, runs, answer);
    run_free(&runs[0]);
    run_free(&runs[1]);
    return status;
}
