#include "commands/flame_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "analyze/hot.h"
#include "base/terminal.h"
#include "base/units.h"
#include "profile/interpreter.h"
#include "show/hot.h"

enum { ROWS = 10, WIDE = 100 }; /* columns where there is no terminal */

/* Functions with less do not help anybody. */
static const double share_least = 0.005;

static bool colour_on(FILE *out)
{
    const char *no_colour = getenv("NO_COLOR");
    return isatty(fileno(out)) && (no_colour == NULL || *no_colour == '\0');
}

enum status flame_report_functions(const struct profile *profile)
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
        status = hot_print(rows, shown, terminal_columns(stdout, WIDE), colour_on(stdout), stdout);
    }
    free(functions);
    return status;
}

void flame_report_counts(const struct sampler_options *options, const struct profile *profile,
                         const struct sampler_report *report)
{
    printf("\n  %s %s in %s, %s a second asked for", units_count(profile->samples_count).text,
           profile->samples_count == 1 ? "sample" : "samples",
           units_seconds(profile->elapsed_s).text, units_setting(profile->rate_hz).text);
    if (profile->interpreter != NULL) {
        printf("; %s", profile->interpreter);
    }
    printf("\n  on a processor %s, idle %s%s\n", units_count(report->awake_count).text,
           units_count(report->idle_count).text,
           report->idle_count == 0 ? ""
           : options->shows_idle   ? " (in the graph)"
                                   : " (left out; --idle shows them)");
    if (report->unstopped_count > 0) {
        printf("  %s were taken without a stop (on the one processor that both have, it stands "
               "still)\n",
               units_count(report->unstopped_count).text);
    }
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
