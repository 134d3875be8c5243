#include "show/report_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "show/clean.h"

enum { ORDER_ROUNDS_MAX = 200 };

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
            report_line("| ", facts[i].text, " |\n", out);
        }
    }
    fputc('\n', out);
}

void report_machine(const struct run *run, FILE *out)
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

void report_plan(const struct run *run, FILE *out)
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

void report_variants(const struct run *run, FILE *out)
{
    fputs("## Variants\n\n::: {.facts}\n|  |  |\n|:---|:---|\n", out);
    for (size_t i = 0; i < run->plan.variants_count; i++) {
        const struct run_variant *variant = &run->variants[run->plan.variants[i]];
        report_line("| ", variant->name, " | ", out);
        report_line("", variant->label, run->plan.variants[i] == run->baseline ? " (baseline)" : "",
                    out);
        if (variant->threads > 1) {
            fprintf(out, ", %zu threads", variant->threads);
        }
        if (variant->interpreter != NULL) {
            report_line(", in ", variant->interpreter, "", out);
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

void report_order_list(const struct run *run, FILE *out)
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

void report_again(const struct run *run, FILE *out)
{
    bool seeded = run->command != NULL && strstr(run->command, "--seed") != NULL;
    char *command = text_format(seeded ? "%s" : "%s --seed %llu",
                                run->command != NULL ? run->command : "bin/fortyfold run",
                                (unsigned long long)run->plan.seed);
    fputs("## Again\n\nThe same measurement, of the same problems in the same order:\n\n", out);
    clean_print_block(command != NULL ? command : "", "    ", 1, out);
    fputc('\n', out);
    free(command);
}
