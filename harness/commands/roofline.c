/* fortyfold roofline: this machine's limits, and how near the kernels come. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "base/text.h"
#include "commands/commands.h"
#include "commands/record.h"
#include "measure/roofline.h"
#include "show/progress.h"
#include "show/roofline.h"
#include "store/roofline.h"

enum option_key { OPTION_FORMAT = 256, OPTION_NO_PICTURES };

struct options {
    const char *output;
    bool as_json;
    bool no_pictures;
};

static const struct argp_option options_table[] = {
    {"output", 'o', "DIR", 0, "write into this folder (default: results/roofline)", 0},
    {"no-pictures", OPTION_NO_PICTURES, NULL, 0, "draw nothing", 0},
    {"format", OPTION_FORMAT, "F", 0, "on standard output: table or json", 0},
    {0},
};

static const char text_before[] =
    "Measures what this machine can do at most, in about ten seconds: how fast each kind of "
    "instruction goes with each instruction set, how fast memory of each size is read, on one core "
    "and on all of them at once, and beside these every kernel of the labs."
    "\v  fortyfold roofline\n"
    "\n"
    "A program can be slow because it computes too much, or because it waits for memory. Divide "
    "its operations by the bytes it reads and writes: that is its place from left to right in the "
    "picture. There it cannot rise above the sloping line of the memory it reads, nor above the "
    "level line of its instructions. What is far below both has something else to wait for: the "
    "result of the operation before, the divider, a branch.\n"
    "\n"
    "Write to: results/roofline/roofline.json, .png, .svg.\n"
    "\n"
    "Exit status: 0; 2 bad usage, or something cannot be written; 130 interrupted, nothing is "
    "written.";

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct options *options = state->input;
    switch (key) {
    case 'o':
        options->output = text;
        return 0;
    case OPTION_NO_PICTURES:
        options->no_pictures = true;
        return 0;
    case OPTION_FORMAT:
        options->as_json = strcmp(text, "json") == 0;
        if (!options->as_json && strcmp(text, "table") != 0) {
            argp_error(state, "--format is table or json, not \"%s\"", text);
        }
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "takes no argument, but got \"%s\"", text);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void report_progress(void *context, double fraction, const char *what)
{
    progress_set(context, fraction, what);
}

static enum status print_json(const void *context, FILE *out)
{
    return roofline_write(context, out);
}

static enum status write_files(const struct roofline *roofline, const char *folder, bool draws)
{
    char *path = text_format("%s/roofline.json", folder);
    char *assets = paths_in_root("harness/show");
    enum status status = path == NULL || assets == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for a path")
                             : text_make_folders(folder);
    if (status == STATUS_OK) {
        status = text_print_file(path, print_json, roofline);
    }
    if (status == STATUS_OK && draws) {
        status = roofline_draw(roofline, assets, folder);
    }
    free(assets);
    free(path);
    return status;
}

enum status command_roofline(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {options_table, parse, "", text_before, NULL, NULL, NULL};
    struct options options = {0};
    struct roofline roofline = {0};
    struct progress progress;
    char *folder = NULL;
    *answer = EXIT_YES;
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0) {
        return status_fail(STATUS_BAD_INPUT, "bad usage");
    }
    progress_start(&progress, stderr, "roofline");
    struct roofline_watcher watcher = {report_progress, &progress};
    roofline.started = record_timestamp();
    folder = options.output != NULL ? strdup(options.output) : paths_in_root("results/roofline");
    enum status status = roofline.started == NULL || folder == NULL
                             ? status_fail(STATUS_NO_MEMORY, "no memory for a roofline")
                             : roofline_measure(&watcher, &roofline);
    progress_finish(&progress);
    if (status == STATUS_OK) {
        status = write_files(&roofline, folder, !options.no_pictures);
    }
    if (status == STATUS_OK) {
        status =
            options.as_json ? roofline_write(&roofline, stdout) : roofline_print(&roofline, stdout);
    }
    if (status == STATUS_OK && !options.as_json) {
        printf("\n%s/roofline.json%s\n", folder, options.no_pictures ? "" : ", .png, .svg");
    }
    free(folder);
    roofline_free(&roofline);
    return status;
}
