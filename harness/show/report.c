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
#include "show/rows.h"
#include "show/table.h"

enum { REASON_LINES_MAX = 40, ORDER_ROUNDS_MAX = 200 };

/* Only what the report uses, so that nothing else in a text can mean anything. raw_html is off: a
 * tag stays text, whatever escaping may have missed; raw_attribute lets report_print() itself,
 * whose every other backtick is escaped or indented, open the part that folds. */
static const char dialect[] =
    "markdown_strict-raw_html+all_symbols_escapable+pipe_tables+fenced_divs+header_attributes+"
    "link_attributes+implicit_figures+raw_attribute+backtick_code_blocks";

static void print(const char *before, const char *text, const char *after, FILE *out)
{
    fputs(before, out);
    clean_print_markdown(text, out);
    fputs(after, out);
}

struct fact {
    const char *name;
    const char *text; /* NULL: not known, not shown */
};

static void print_facts(const struct fact *facts, size_t count, FILE *out)
{
    fputs("|  |  |\n|:---|:---|\n", out);
    for (size_t i = 0; i < count; i++) {
        if (facts[i].text != NULL && facts[i].text[0] != '\0') {
            fprintf(out, "| %s ", facts[i].name);
            print("| ", facts[i].text, " |\n", out);
        }
    }
    fputc('\n', out);
}

static void print_pictures(const char *folder, FILE *out)
{
    static const struct {
        const char *file, *words;
    } pictures[] = {{"speedup.svg", "Speedup against the baseline, over the problem size"},
                    {"time.svg", "Time of one call, over the problem size"}};
    size_t shown = 0;
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        char *path = text_format("%s/%s", folder, pictures[i].file);
        if (path != NULL && access(path, R_OK) == 0) {
            /* The backslash keeps a picture from becoming a figure with its words printed twice. */
            fprintf(out, "![%s](%s)\\\n\n", pictures[i].words, pictures[i].file);
            shown++;
        }
        free(path);
    }
    if (shown == 0) {
        fputs(
            "There are no pictures: nothing was measured, or gnuplot is missing (run ./setup).\n\n",
            out);
    }
}

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
        print("- ", notes.lines[i], "\n", out);
    }
    fputs(":::\n\n", out);
    notes_free(&notes);
    return status;
}

static void print_warnings(const struct run *run, FILE *out)
{
    if (run->warnings_count == 0) {
        return;
    }
    fputs("## Warnings\n\n::: {.warnings}\n", out);
    for (size_t i = 0; i < run->warnings_count; i++) {
        print("- **", run->warnings[i].message, "**", out);
        if (run->warnings[i].remedy != NULL) {
            print("; what to do: ", run->warnings[i].remedy, "", out);
        }
        fputc('\n', out);
    }
    fputs(":::\n\n", out);
}

/* A reason is an indented block: four spaces before every line, and no text can end it. */
static enum status print_failures(const struct run *run, FILE *out)
{
    bool begun = false;
    for (size_t i = 0; i < run->cells_count; i++) {
        const struct cell *cell = &run->cells[i];
        char *sizes = NULL;
        enum status status = rows_failure(run, cell, &sizes);
        if (status != STATUS_OK) {
            return status;
        }
        if (sizes != NULL) {
            fputs(begun ? "" : "## Failures\n\n", out);
            begun = true;
            print("**", run->variants[cell->variant].name, "** at N=", out);
            fprintf(out, "%s: ", sizes);
            print("", cell_status_name(cell->status), "\n\n", out);
            clean_print_block(cell->reason, "    ", REASON_LINES_MAX, out);
            fputc('\n', out);
        }
        free(sizes);
    }
    return STATUS_OK;
}

static void print_machine(const struct run *run, FILE *out)
{
    const struct host *host = &run->host;
    const struct software *software = &run->software;
    char cores[64] = "", memory[64] = "";
    if (host->cores_count > 0) {
        snprintf(cores, sizeof cores, "%zu", host->cores_count);
    }
    if (host->memory_bytes > 0) {
        snprintf(memory, sizeof memory, "%s", units_bytes(host->memory_bytes).text);
    }
    const struct fact facts[] = {{"host", host->hostname},
                                 {"processor", host->cpu},
                                 {"instruction sets", host->isa},
                                 {"cores", cores},
                                 {"memory", memory},
                                 {"system", host->os},
                                 {"kernel", host->kernel},
                                 {"frequency governor", host->governor},
                                 {"virtual machine", host->virtualised},
                                 {"Python", software->python},
                                 {"interpreter", software->python_executable},
                                 {"interpreter is", software->python_host},
                                 {"NumPy", software->numpy},
                                 {"compiler", software->compiler},
                                 {"compiler options", software->cflags},
                                 {"Fortyfold", software->fortyfold},
                                 {"commit", software->git_commit}};
    fputs("## Machine and software\n\n::: {.facts}\n", out);
    print_facts(facts, sizeof facts / sizeof *facts, out);
    fputs(":::\n\n", out);
}

static void print_plan(const struct run *run, FILE *out)
{
    const struct plan *plan = &run->plan;
    char seed[32], blocks[96], timeout[64], memory[64];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)plan->seed);
    snprintf(blocks, sizeof blocks, "%zu of %zu, each with fresh processes and %zu samples",
             run->blocks_done, plan->blocks_count, plan->samples_count);
    snprintf(timeout, sizeof timeout, "%s", units_seconds(plan->timeout_s).text);
    snprintf(memory, sizeof memory, "%s",
             plan->memory_bytes > 0 ? units_bytes(plan->memory_bytes).text : "not limited");
    const struct fact facts[] = {{"lab", run->lab_name},
                                 {"preset", plan->preset},
                                 {"parameters", plan->parameters},
                                 {"seed", seed},
                                 {"blocks", blocks},
                                 {"time limit of a sample", timeout},
                                 {"memory limit of a worker", memory},
                                 {"started", run->started},
                                 {"finished", run->finished != NULL ? run->finished : "not yet"},
                                 {"ended by", run->ended_by}};
    fputs("## Plan\n\n::: {.facts}\n", out);
    print_facts(facts, sizeof facts / sizeof *facts, out);
    fputs(":::\n\n", out);
}

static void print_variants(const struct run *run, FILE *out)
{
    fputs("## Variants\n\n::: {.facts}\n|  |  |\n|:---|:---|\n", out);
    for (size_t i = 0; i < run->plan.variants_count; i++) {
        const struct run_variant *variant = &run->variants[run->plan.variants[i]];
        print("| ", variant->name, " | ", out);
        print("", variant->label, run->plan.variants[i] == run->baseline ? " (baseline)" : "", out);
        if (variant->threads > 1) {
            fprintf(out, ", %zu threads", variant->threads);
        }
        fputs(" |\n", out);
    }
    fputs(":::\n\n", out);
}

/* A pair of tags of our own, the only raw HTML in the report. */
static void print_tag(const char *tag, FILE *out)
{
    fprintf(out, "```{=html}\n%s\n```\n\n", tag);
}

static void print_order(const struct run *run, FILE *out)
{
    size_t shown = run->order_count < ORDER_ROUNDS_MAX ? run->order_count : ORDER_ROUNDS_MAX;
    if (shown == 0) {
        return;
    }
    print_tag("<details>\n<summary>The order in which the samples were taken</summary>", out);
    for (size_t i = 0; i < shown; i++) {
        const struct round_order *order = &run->order[i];
        fprintf(out, "    block %u  N=%-8zu round %-3u ", order->block + 1, order->size,
                order->round + 1);
        for (size_t v = 0; v < order->variants_count; v++) {
            char *name = clean_line(run->variants[order->variants[v]].name, 40);
            fprintf(out, " %s", name != NULL ? name : "?");
            free(name);
        }
        fputc('\n', out);
    }
    if (run->order_count > shown) {
        fprintf(out, "    … and %zu more rounds: run.json has them all\n",
                run->order_count - shown);
    }
    fputc('\n', out);
    print_tag("</details>", out);
}

static void print_again(const struct run *run, FILE *out)
{
    fputs("## Again\n\nThe same measurement, in the same order:\n\n", out);
    clean_print_block(run->command != NULL ? run->command : "bin/fortyfold run", "    ", 1, out);
    if (run->command == NULL || strstr(run->command, "--seed") == NULL) {
        fprintf(out, "\nwith `--seed %llu`.\n", (unsigned long long)run->plan.seed);
    }
    fputc('\n', out);
}

enum status report_print(const struct run *run, const char *folder, FILE *out)
{
    char *summary = notes_summary(run), *origin = notes_origin(run);
    print("::: {.summary}\n", summary, "\n:::\n\n", out);
    print("::: {.origin}\n", origin, "\n:::\n\n", out);
    free(summary);
    free(origin);
    if (run->lab_summary != NULL) {
        print("", run->lab_summary, "\n\n", out);
    }
    print_pictures(folder, out);
    enum status status = print_figures(run, out);
    if (status != STATUS_OK) {
        return status;
    }
    print_warnings(run, out);
    status = print_failures(run, out);
    print_variants(run, out);
    print_plan(run, out);
    print_order(run, out);
    print_machine(run, out);
    print_again(run, out);
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
