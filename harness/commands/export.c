/* fortyfold export: a run in the formats of other projects. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/analyze.h"
#include "base/text.h"
#include "base/units.h"
#include "commands/commands.h"
#include "show/clean.h"
#include "show/table.h"
#include "store/export.h"
#include "store/results.h"

enum export_option { OPTION_FORMAT = 256, OPTION_FORCE };

struct options {
    const char *path;
    const char *format;
    const char *folder;
    bool force;
};

/* The two formats that are a table: what the terminal shows, in a file. */
static const struct {
    const char *name;
    enum table_format format;
    const char *file, *ending;
} tables[] = {{"csv", TABLE_CSV, "cells", ".csv"}, {"markdown", TABLE_MARKDOWN, "table", ".md"}};

static const struct argp_option options_table[] = {
    {"format", OPTION_FORMAT, "F", 0, "pyperf, hyperfine, gbench, csv or markdown", 0},
    {"output", 'o', "DIR", 0, "write the files here", 0},
    {"force", OPTION_FORCE, NULL, 0, "replace files that are there", 0},
    {0},
};

static const char text_before[] =
    "Writes a run in the formats of other projects, for their tools to read."
    "\vRUN is the folder of a run, as in results/latest, or its run.json.\n"
    "\n"
    "pyperf: a file for each variant, a benchmark for each size, as many values in each:\n"
    "  fortyfold export results/latest --format pyperf -o out\n"
    "  python3 -m pyperf compare_to out/naive.json out/numpy.json --table\n"
    "Its test of significance fails on unequal counts, as two runs may have them; for those there "
    "is `fortyfold compare`.\n"
    "\n"
    "hyperfine: a file for each variant, over the parameter n, for its plot_parametrized.py; a "
    "file for each size (n=200.json), for those of its scripts that compare commands.\n"
    "\n"
    "gbench: Google Benchmark's JSON, one file; its compare.py compares two runs, or with "
    "`filters` "
    "two variants of one:\n"
    "  compare.py filters out/mds.json /naive/ /numpy/\n"
    "\n"
    "csv: a line for each cell. markdown: the table.\n"
    "\n"
    "These formats know no wrong answers: cells that failed are left out, and named on standard "
    "error (csv and markdown keep them, with their status instead of a time). Nor do they know "
    "pairs: the intervals that these tools compute are wider, or wrong.";

static bool is_format(const char *name)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (strcmp(tables[i].name, name) == 0) {
            return true;
        }
    }
    return export_find(name) != NULL;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case OPTION_FORMAT:
        if (!is_format(text)) {
            argp_error(state, "--format is pyperf, hyperfine, gbench, csv or markdown, not \"%s\"",
                       text);
        }
        options->format = text;
        return 0;
    case OPTION_FORCE:
        options->force = true;
        return 0;
    case 'o':
        options->folder = text;
        return 0;
    case ARGP_KEY_ARG:
        if (options->path != NULL) {
            argp_error(state, "one run at a time");
        }
        options->path = text;
        return 0;
    case ARGP_KEY_END:
        if (options->path == NULL || options->format == NULL || options->folder == NULL) {
            argp_error(state, "name a run, a format and a folder, as in "
                              "`fortyfold export results/latest --format pyperf -o out`");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static enum status make_table(const struct run *run, size_t index, struct export_set *set)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory to export a run");
    }
    enum status status = table_print(run, tables[index].format, false, out);
    if (fclose(out) != 0 && status == STATUS_OK) {
        status = status_fail(STATUS_NO_MEMORY, "no memory to export a run");
    }
    if (status == STATUS_OK) {
        status = export_add(set, tables[index].file, tables[index].ending, text);
    }
    free(text);
    return status;
}

/* Says which cells the files lack. */
static void report_failures(const struct run *run)
{
    for (size_t i = 0; i < run->cells_count; i++) {
        const struct cell *cell = &run->cells[i];
        if (export_has_time(cell)) {
            continue;
        }
        char *name = clean_line(run->variants[cell->variant].name, 60);
        char *last = clean_last_line(cell->reason, 160);
        fprintf(stderr, "fortyfold export: left out: %s at N=%s: %s%s%s\n",
                name == NULL ? "?" : name, units_count(cell->size).text,
                cell->status == CELL_OK ? "every sample was disturbed"
                                        : cell_status_name(cell->status),
                last == NULL || *last == '\0' ? "" : ": ", last == NULL ? "" : last);
        free(last);
        free(name);
    }
}

static enum status make(const struct run *run, const char *name, struct export_set *set)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (strcmp(tables[i].name, name) == 0) {
            return make_table(run, i, set);
        }
    }
    report_failures(run);
    enum status status = export_find(name)->make(run, set);
    if (status == STATUS_OK && set->count == 0) {
        status = status_fail(STATUS_BAD_INPUT, "no cell of this run has a time: there is nothing "
                                               "to export");
    }
    return status;
}

enum status command_export(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {options_table, parse, "RUN", text_before, NULL, NULL, NULL};
    struct options options = {0};
    struct run run = {0};
    struct export_set set = {0};
    enum status status;
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0) {
        return status_fail(STATUS_BAD_INPUT, "bad usage");
    }
    if ((status = results_read(options.path, &run)) != STATUS_OK ||
        (status = analyze_run(&run)) != STATUS_OK ||
        (status = make(&run, options.format, &set)) != STATUS_OK ||
        (status = export_write(&set, options.folder, options.force)) != STATUS_OK) {
        goto out;
    }
    for (size_t i = 0; i < set.count; i++) {
        printf("%s/%s\n", options.folder, set.files[i].name);
    }
    *answer = EXIT_YES;
out:
    export_free(&set);
    run_free(&run);
    return status;
}
