/* fortyfold report: draws a run's pictures and report again, from its run.json. */
#include <argp.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/analyze.h"
#include "commands/commands.h"
#include "commands/session.h"
#include "store/results.h"

static error_t parse(int key, char *text, struct argp_state *state)
{
    const char **path = state->input;
    if (key == ARGP_KEY_ARG && *path == NULL) {
        *path = text;
        return 0;
    }
    if (key == ARGP_KEY_END && *path == NULL) {
        argp_error(state, "name a run, as in results/latest");
    }
    return ARGP_ERR_UNKNOWN;
}

enum status command_report(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {
        NULL,
        parse,
        "RUN",
        "Draws a run's pictures and writes its report.html again, from its run.json."
        "\vRUN is the folder of a run, as in results/latest.",
        NULL,
        NULL,
        NULL};
    const char *path = NULL;
    struct run run;
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &path) != 0) {
        return status_fail(STATUS_BAD_INPUT, "bad usage");
    }
    enum status status = results_read(path, &run);
    if (status == STATUS_OK) {
        run.folder = strdup(path);
        status = run.folder == NULL ? STATUS_NO_MEMORY : analyze_run(&run);
    }
    if (status == STATUS_OK) {
        status = session_pictures(&run, true);
    }
    if (status == STATUS_OK) {
        status = session_print(&run, stdout);
    }
    run_free(&run);
    *answer = EXIT_YES;
    return status;
}
