#include "store/results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/text.h"
#include "store/curves.h"
#include "store/header.h"
#include "store/samples.h"

/* The document is written piece by piece: a tree of 100,000 samples would take 200 MB. */
enum { DIGITS = 10 };
static const size_t flags = JSON_REAL_PRECISION(DIGITS) | JSON_COMPACT | JSON_ENCODE_ANY;

static json_t *summary_to_json(const struct summary *summary)
{
    json_t *json = json_object();
    json_set_double(json, "best_s", summary->best_s);
    json_set_double(json, "median_s", summary->median_s);
    json_set_double(json, "mean_s", summary->mean_s);
    json_set_double(json, "stddev_s", summary->stddev_s);
    json_set_double(json, "mad_s", summary->mad_s);
    json_set_double(json, "user_s", summary->user_s);
    json_set_double(json, "sys_s", summary->sys_s);
    json_set_double(json, "cpu_s", summary->cpu_s);
    json_set_u64(json, "peak_rss_bytes", summary->peak_rss_bytes);
    return json;
}

static json_t *speedup_to_json(const struct run *run, size_t baseline,
                               const struct speedup *speedup)
{
    if (!speedup->present) {
        return json_null();
    }
    const struct ratio *ratio = speedup->by_cpu ? &speedup->cpu : &speedup->real;
    json_t *json = json_ratio(ratio->ratio, ratio->low, ratio->high);
    json_set_text(json, "baseline", run->variants[baseline].name);
    json_set_text(json, "clock", speedup->by_cpu ? "cpu" : "real");
    json_set_double(json, "confidence", speedup->confidence);
    json_set_text(json, "verdict", verdict_name(speedup->verdict));
    json_object_set_new(json, "real",
                        json_ratio(speedup->real.ratio, speedup->real.low, speedup->real.high));
    json_object_set_new(json, "cpu",
                        isfinite(speedup->cpu.ratio)
                            ? json_ratio(speedup->cpu.ratio, speedup->cpu.low, speedup->cpu.high)
                            : json_null());
    return json;
}

static json_t *residual_to_json(const struct residual *residual)
{
    json_t *json = json_object();
    json_set_double(json, "max_absolute", residual->max_absolute);
    json_set_double(json, "max_relative", residual->max_relative);
    return json;
}

static void set_worker_times(json_t *json, const struct worker_times *times)
{
    json_set_double(json, "startup_s", times->startup_s);
    json_set_double(json, "import_s", times->import_s);
    json_set_double(json, "first_call_s", times->first_call_s);
    json_set_double(json, "warmup_s", times->warmup_s);
}

static json_t *workers_to_json(const struct cell *cell)
{
    json_t *json = json_array();
    for (size_t i = 0; i < cell->workers_count; i++) {
        json_t *worker = json_object();
        set_worker_times(worker, &cell->workers[i]);
        json_array_append_new(json, worker);
    }
    return json;
}

static json_t *limit_to_json(const struct cell *cell)
{
    json_t *json = json_object();
    json_set_text(json, "bound", cell->bound);
    json_set_double(json, "seconds", cell->limit_s);
    json_set_double(json, "fraction", cell->limit_s / cell->summary.best_s);
    return json;
}

/* A cell without its samples. */
static json_t *cell_to_json(const struct run *run, const struct cell *cell)
{
    static const struct worker_times unknown = {NAN, NAN, NAN, NAN};
    bool ok = cell->status == CELL_OK;
    json_t *json = json_object();
    json_set_text(json, "variant", run->variants[cell->variant].name);
    json_set_u64(json, "size", cell->size);
    json_set_u64(json, "threads", run->variants[cell->variant].threads);
    json_set_text(json, "status", cell_status_name(cell->status));
    json_set_text(json, "reason", cell->reason);
    json_set_u64(json, "calls_per_sample_count", cell->calls_per_sample_count);
    set_worker_times(json, ok ? &cell->times : &unknown);
    json_object_set_new(json, "workers", workers_to_json(cell));
    json_object_set_new(json, "summary", ok ? summary_to_json(&cell->summary) : json_null());
    json_object_set_new(json, "speedup",
                        ok ? speedup_to_json(run, run->baseline, &cell->speedup) : json_null());
    json_object_set_new(
        json, "step",
        ok ? speedup_to_json(run, run_variant_after(run, cell->variant), &cell->step)
           : json_null());
    json_object_set_new(json, "residual", ok ? residual_to_json(&cell->residual) : json_null());
    json_object_set_new(json, "limit", ok && cell->limit_s > 0 ? limit_to_json(cell) : json_null());
    return json;
}

/* Writes the members of an object without its closing brace, and lets go of it. */
static void print_open(json_t *json, const char *indent, FILE *out)
{
    const char *key;
    json_t *value;
    const char *before = "{\n";
    json_object_foreach(json, key, value)
    {
        fprintf(out, "%s%s \"%s\": ", before, indent, key);
        json_dumpf(value, out, flags);
        before = ",\n";
    }
    json_decref(json);
}

static void print_samples(const struct cell *cell, FILE *out)
{
    fprintf(out, ",\n   \"samples\": [");
    for (size_t i = 0; i < cell->samples_count; i++) {
        json_t *sample = sample_to_json(&cell->samples[i]);
        fprintf(out, "%s\n    ", i > 0 ? "," : "");
        json_dumpf(sample, out, flags);
        json_decref(sample);
    }
    fprintf(out, "]}");
}

static void print_order(const struct run *run, FILE *out)
{
    fprintf(out, ",\n  \"order\": [");
    for (size_t i = 0; i < run->order_count; i++) {
        const struct round_order *order = &run->order[i];
        json_t *names = json_array();
        for (size_t j = 0; j < order->variants_count; j++) {
            json_array_append_new(names, json_string(run->variants[order->variants[j]].name));
        }
        json_t *json = json_object();
        json_set_u64(json, "block", order->block);
        json_set_u64(json, "size", order->size);
        json_set_u64(json, "round", order->round);
        json_object_set_new(json, "variants", names);
        fprintf(out, "%s\n   ", i > 0 ? "," : "");
        json_dumpf(json, out, flags);
        json_decref(json);
    }
    fprintf(out, "]}");
}

/* A list of objects, one a line; lets go of it. */
static void print_list(json_t *list, const char *name, FILE *out)
{
    size_t index;
    const json_t *item;
    fprintf(out, ",\n \"%s\": [", name);
    json_array_foreach(list, index, item)
    {
        fprintf(out, "%s\n  ", index > 0 ? "," : "");
        json_dumpf(item, out, flags);
    }
    fprintf(out, "]");
    json_decref(list);
}

static void print_control(const struct run *run, FILE *out)
{
    const struct control *control = &run->control;
    /* Ratios are above 0, so 0 stands for a run that was never asked. */
    if (!(control->ratio.low > 0)) {
        fprintf(out, "null");
        return;
    }
    json_t *json = json_ratio(control->ratio.ratio, control->ratio.low, control->ratio.high);
    json_set_text(json, "variant", run->variants[control->variant].name);
    json_set_u64(json, "size", control->size);
    json_set_double(json, "smallest_speedup_ratio", ratio_smallest(&control->ratio));
    json_dumpf(json, out, flags);
    json_decref(json);
}

static void print_warnings(const struct run *run, FILE *out)
{
    fprintf(out, ",\n \"warnings\": [");
    for (size_t i = 0; i < run->warnings_count; i++) {
        json_t *json = json_object();
        json_set_text(json, "code", run->warnings[i].code);
        json_set_text(json, "message", run->warnings[i].message);
        json_set_text(json, "remedy", run->warnings[i].remedy);
        json_set_text(json, "about", run->warnings[i].is_observed ? "machine" : "samples");
        fprintf(out, "%s\n  ", i > 0 ? "," : "");
        json_dumpf(json, out, flags);
        json_decref(json);
    }
    fprintf(out, "]");
}

enum status results_print(const struct run *run, FILE *out)
{
    json_t *header = header_to_json(run);
    if (header == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for run.json");
    }
    json_set_text(header, "ended_by", run->ended_by);
    json_set_u64(header, "blocks_done_count", run->blocks_done);
    /* The order as it was run is a part of the plan, and long: the plan is written by hand. */
    json_t *plan = json_incref(json_object_get(header, "plan"));
    json_object_del(header, "plan");
    print_open(header, "", out);
    fprintf(out, ",\n \"plan\": ");
    print_open(plan, " ", out);
    print_order(run, out);
    fprintf(out, ",\n \"cells\": [");
    for (size_t i = 0; i < run->cells_count; i++) {
        fprintf(out, "%s\n  ", i > 0 ? "," : "");
        print_open(cell_to_json(run, &run->cells[i]), "  ", out);
        print_samples(&run->cells[i], out);
    }
    fprintf(out, "]");
    print_list(curves_fits(run), "fits", out);
    print_list(curves_crossovers(run), "crossovers", out);
    fprintf(out, ",\n \"control\": ");
    print_control(run, out);
    print_warnings(run, out);
    fprintf(out, "\n}\n");
    return ferror(out) ? status_fail(STATUS_IO, "cannot write run.json") : STATUS_OK;
}

static void print_csv(const struct run *run, FILE *out)
{
    fprintf(out, "variant,size,block,round,position,real_s,user_s,sys_s,cpu_s,steal_s,pressure_s,"
                 "delayed_s,others_s,involuntary_switches_count,residual,quarantined\n");
    for (size_t i = 0; i < run->cells_count; i++) {
        const struct cell *cell = &run->cells[i];
        for (size_t j = 0; j < cell->samples_count; j++) {
            const struct sample *sample = &cell->samples[j];
            const double columns[] = {sample->real_s,    sample->user_s,  sample->sys_s,
                                      sample->cpu_s,     sample->steal_s, sample->pressure_s,
                                      sample->delayed_s, sample->others_s};
            fprintf(out, "%s,%zu,%u,%u,%u", run->variants[cell->variant].name, cell->size,
                    sample->block, sample->round, sample->position);
            for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
                fprintf(out, ",%.10g", columns[k]);
            }
            fprintf(out, ",%u,%.10g,%s\n", sample->involuntary_switches_count, sample->residual,
                    sample->quarantined == NULL ? "" : sample->quarantined);
        }
    }
}

static enum status print_document(const void *run, FILE *out)
{
    return results_print(run, out);
}

static enum status print_samples_csv(const void *run, FILE *out)
{
    print_csv(run, out);
    return STATUS_OK;
}

static enum status write_file(const struct run *run, const char *folder, const char *name,
                              enum status (*print)(const void *, FILE *))
{
    char *path = text_format("%s/%s", folder, name);
    enum status status = path == NULL ? status_fail(STATUS_NO_MEMORY, "no memory for %s", name)
                                      : text_print_file(path, print, run);
    free(path);
    return status;
}

enum status results_write(const struct run *run, const char *folder)
{
    enum status status = write_file(run, folder, "run.json", print_document);
    return status == STATUS_OK ? write_file(run, folder, "samples.csv", print_samples_csv) : status;
}
