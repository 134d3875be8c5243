#include "show/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/command.h"
#include "base/text.h"
#include "base/units.h"
#include "show/clean.h"
#include "show/notes.h"
#include "show/report_parts.h"
#include "show/rows.h"
#include "show/steps.h"
#include "show/table.h"

enum { REASON_LINES_MAX = 40 };

/* Only what the report uses, so that nothing else in a text can mean anything. raw_html is off: a
 * tag stays text, whatever escaping may have missed; raw_attribute lets report_print() itself,
 * whose every other backtick is escaped or indented, open the part that folds. */
static const char dialect[] =
    "markdown_strict-raw_html+all_symbols_escapable+pipe_tables+fenced_divs+header_attributes+"
    "link_attributes+raw_attribute+backtick_code_blocks";

static enum status print_figures(const struct run *run, FILE *out)
{
    struct notes notes = {0};
    fputs("## Figures\n\n::: {.figures}\n", out);
    enum status status = table_print_figures(run, out);
    fputs(":::\n\n::: {.notes}\n", out);
    if (status == STATUS_OK) {
        status = notes_make(run, &notes);
    }
    for (size_t i = 0; i < notes.count; i++) {
        report_line("- ", notes.lines[i], "\n", out);
    }
    fputs(":::\n\n", out);
    notes_free(&notes);
    return status;
}

static enum status print_steps(const struct run *run, const char *folder, FILE *out)
{
    if (!steps_are_worth_telling(run)) {
        return STATUS_OK;
    }
    fputs("## What each change bought\n\n", out);
    (void)report_picture(folder, "steps", "What each change bought, as a ratio of times", out);
    fputs("::: {.figures}\n", out);
    enum status status = steps_print_markdown(run, out);
    fputs(":::\n\n", out);
    return status;
}

static void print_warnings(const struct run *run, FILE *out)
{
    if (run->warnings_count == 0) {
        return;
    }
    fputs("## Warnings\n\n::: {.warnings}\n", out);
    for (size_t i = 0; i < run->warnings_count; i++) {
        report_line("- **", run->warnings[i].message, "**", out);
        if (run->warnings[i].remedy != NULL) {
            report_line("; what to do: ", run->warnings[i].remedy, "", out);
        }
        fputc('\n', out);
    }
    fputs(":::\n\n", out);
}

struct failures_part {
    const struct run *run;
    bool begun;
    FILE *out;
};

/* A reason is an indented block: four spaces before every line, and no text can end it. */
static void print_failure(const struct cell *cell, const char *sizes, void *context)
{
    struct failures_part *part = context;
    fputs(part->begun ? "" : "## Failures\n\n", part->out);
    part->begun = true;
    report_line("**", part->run->variants[cell->variant].name, "** at N=", part->out);
    fprintf(part->out, "%s: ", sizes);
    report_line("", cell_status_name(cell->status), "\n\n", part->out);
    clean_print_block(cell->reason, "    ", REASON_LINES_MAX, part->out);
    fputc('\n', part->out);
}

enum status report_print(const struct run *run, const char *folder, FILE *out)
{
    char *summary = notes_summary(run), *origin = notes_origin(run);
    report_line("::: {.summary}\n", summary, "\n:::\n\n", out);
    report_line("::: {.origin}\n", origin, "\n:::\n\n", out);
    free(summary);
    free(origin);
    if (run->lab_summary != NULL) {
        report_line("", run->lab_summary, "\n\n", out);
    }
    size_t shown = report_picture(folder, "speedup",
                                  "Speedup against the baseline, over the problem size", out);
    shown += report_picture(folder, "time", "Time of one call, over the problem size", out);
    if (shown == 0) {
        fputs(
            "There are no pictures: nothing was measured, or gnuplot is missing (run ./setup).\n\n",
            out);
    }
    enum status status = print_figures(run, out);
    if (status != STATUS_OK) {
        return status;
    }
    status = print_steps(run, folder, out);
    if (status != STATUS_OK) {
        return status;
    }
    print_warnings(run, out);
    struct failures_part failures = {run, false, out};
    status = rows_failures(run, print_failure, &failures);
    if (status == STATUS_OK) {
        status = report_total(run, folder, out);
    }
    if (status == STATUS_OK) {
        status = report_samples(run, folder, out);
    }
    report_variants(run, out);
    report_plan(run, out);
    report_order_list(run, out);
    report_machine(run, out);
    report_again(run, out);
    return status;
}

static enum status make_markdown(const struct run *run, const char *folder, char **markdown)
{
    size_t size = 0;
    FILE *out = open_memstream(markdown, &size);
    if (out == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for the report");
    }
    enum status status = report_print(run, folder, out);
    if (fclose(out) != 0 && status == STATUS_OK) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for the report");
    }
    return status;
}

/* The words of pandoc's command; those that hold paths are made by the caller. */
static enum status convert(const char *markdown, const char *title, const char *css,
                           const char *resources, const char *draft)
{
    const char *const argv[] = {
        "pandoc",           "--from",     dialect, "--to",       "html5",   "--standalone",
        "--self-contained", "--metadata", title,   "--metadata", "lang=en", css,
        resources,          "--output",   draft,   NULL};
    return command_run(argv, markdown, NULL);
}

enum status report_write(const struct run *run, const char *assets, const char *folder)
{
    char *markdown = NULL;
    char *lab = clean_line(run->lab_title != NULL ? run->lab_title : run->lab_name, 200);
    char *title = text_format("title=%s", lab != NULL ? lab : "");
    char *css = text_format("--css=%s/report.css", assets);
    char *resources = text_format("--resource-path=%s", folder);
    char *path = text_format("%s/report.html", folder);
    char *draft = text_format("%s/.report.html.%ld", folder, (long)getpid());
    enum status status = STATUS_OK;
    if (title == NULL || css == NULL || resources == NULL || path == NULL || draft == NULL) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for the report");
        goto out;
    }
    if ((status = make_markdown(run, folder, &markdown)) != STATUS_OK) {
        goto out;
    }
    status = convert(markdown, title, css, resources, draft);
    if (status == STATUS_OK && rename(draft, path) != 0) {
        status = status_fail(STATUS_IO, "%s cannot be written: %s", path, strerror(errno));
    }
    if (status != STATUS_OK) {
        unlink(draft);
    }
out:
    free(draft);
    free(path);
    free(resources);
    free(css);
    free(title);
    free(lab);
    free(markdown);
    return status;
}
