/* Google Benchmark's JSON, schema 1: nanoseconds, an entry a sample ("repetition"). Its table
 * prints whole units, so that nothing coarser would do. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "store/export.h"

static const double ns_per_s = 1e9;

static json_t *context_to_json(const struct run *run)
{
    json_t *json = json_object();
    const char *governor = run->host.governor;
    json_set_text(json, "date", run->started == NULL ? "" : run->started);
    json_set_text(json, "host_name", run->host.hostname == NULL ? "" : run->host.hostname);
    json_set_text(json, "executable",
                  run->software.python_executable == NULL ? "" : run->software.python_executable);
    json_set_u64(json, "num_cpus", run->host.cores_count);
    json_set_u64(json, "mhz_per_cpu", 0); /* not known; the format has no other word for it */
    if (governor != NULL) {
        json_object_set_new(json, "cpu_scaling_enabled",
                            json_boolean(strcmp(governor, "performance") != 0));
    }
    json_object_set_new(json, "caches", json_array());
    json_object_set_new(json, "load_avg", json_array());
    json_set_text(json, "library_version",
                  run->software.fortyfold == NULL ? "" : run->software.fortyfold);
    json_set_u64(json, "json_schema_version", 1);
    return json;
}

static size_t count_samples(const struct cell *cell)
{
    size_t count = 0;
    for (size_t i = 0; i < cell->samples_count; i++) {
        count += export_counts(&cell->samples[i]);
    }
    return count;
}

/* Where a cell stands among those of its variant. */
static size_t instance_index(const struct run *run, const struct cell *cell)
{
    size_t index = 0;
    for (const struct cell *before = run->cells; before < cell; before++) {
        index += before->variant == cell->variant;
    }
    return index;
}

static enum status add_cell(json_t *benchmarks, const struct run *run, const struct cell *cell)
{
    const struct run_variant *variant = &run->variants[cell->variant];
    char *text = text_format("%s/%s/%zu", run->lab_name, variant->name, cell->size);
    char *name = export_line(text);
    size_t count = count_samples(cell), index = 0;
    free(text);
    if (name == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory to export a run");
    }
    for (size_t i = 0; i < cell->samples_count; i++) {
        const struct sample *sample = &cell->samples[i];
        if (!export_counts(sample)) {
            continue;
        }
        json_t *json = json_object();
        json_set_text(json, "name", name);
        json_set_u64(json, "family_index", cell->variant);
        json_set_u64(json, "per_family_instance_index", instance_index(run, cell));
        json_set_text(json, "run_name", name);
        json_set_text(json, "run_type", "iteration");
        json_set_u64(json, "repetitions", count);
        json_set_u64(json, "repetition_index", index++);
        json_set_u64(json, "threads", variant->threads > 0 ? variant->threads : 1);
        uint64_t calls = cell_calls(cell, sample);
        json_set_u64(json, "iterations", calls > 0 ? calls : 1);
        json_set_double(json, "real_time", sample->real_s * ns_per_s);
        json_set_double(json, "cpu_time", sample->cpu_s * ns_per_s);
        json_set_text(json, "time_unit", "ns");
        json_array_append_new(benchmarks, json);
    }
    free(name);
    return STATUS_OK;
}

enum status export_make_gbench(const struct run *run, struct export_set *set)
{
    json_t *benchmarks = json_array();
    enum status status = STATUS_OK;
    for (size_t i = 0; i < run->cells_count && status == STATUS_OK; i++) {
        if (export_has_time(&run->cells[i])) {
            status = add_cell(benchmarks, run, &run->cells[i]);
        }
    }
    if (status != STATUS_OK || json_array_size(benchmarks) == 0) {
        json_decref(benchmarks);
        return status;
    }
    json_t *json = json_object();
    json_object_set_new(json, "context", context_to_json(run));
    json_object_set_new(json, "benchmarks", benchmarks);
    return export_add_json(set, run->lab_name, json);
}
