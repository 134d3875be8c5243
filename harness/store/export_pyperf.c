/* pyperf's JSON, version "1.0": seconds a loop, one run a process (for us, a block). */
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "store/export.h"

/* Its reader rejects the whole file for an empty string or one of two lines, and for null. */
static void set_metadata(json_t *json, const char *key, const char *text)
{
    char *line = export_line(text);
    if (line != NULL) {
        json_set_text(json, key, line);
    }
    free(line);
}

static size_t count_samples(const struct cell *cell)
{
    size_t count = 0;
    for (size_t i = 0; cell->status == CELL_OK && i < cell->samples_count; i++) {
        count += export_counts(&cell->samples[i]);
    }
    return count;
}

/* How many values each variant gets at a size: as many as the one with the fewest has. */
static size_t values_count(const struct run *run, size_t size)
{
    size_t fewest = SIZE_MAX;
    for (size_t i = 0; i < run->cells_count; i++) {
        size_t count = run->cells[i].size == size ? count_samples(&run->cells[i]) : 0;
        fewest = count > 0 && count < fewest ? count : fewest;
    }
    return fewest;
}

/* Which samples a cell gives: `taken` of its `count`, spread evenly over the run. */
struct choice {
    size_t taken, count, owed;
};

static bool choose(struct choice *choice)
{
    choice->owed += choice->taken;
    if (choice->owed < choice->count) {
        return false;
    }
    choice->owed -= choice->count;
    return true;
}

/* The values of one block from sample *at on, which moves to the next block; NULL: none. */
static json_t *block_to_json(const struct run *run, const struct cell *cell, struct choice *choice,
                             size_t *at)
{
    json_t *values = json_array(), *json = json_object(), *metadata = json_object();
    uint32_t block = cell->samples[*at].block;
    for (; *at < cell->samples_count && cell->samples[*at].block == block; ++*at) {
        const struct sample *sample = &cell->samples[*at];
        if (export_counts(sample) && choose(choice)) {
            json_array_append_new(values, json_real(sample->real_s));
        }
    }
    size_t count = json_array_size(values);
    char *date = export_date(run);
    set_metadata(metadata, "date", date);
    json_set_u64(metadata, "fortyfold_block", block);
    free(date);
    json_object_set_new(json, "metadata", metadata);
    json_object_set_new(json, "values", values);
    if (count == 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}

static json_t *benchmark_to_json(const struct run *run, const struct cell *cell)
{
    json_t *json = json_object(), *metadata = json_object(), *runs = json_array();
    char *name = text_format("%s/n=%zu", run->lab_name, cell->size);
    uint64_t loops = cell->calls_per_sample_count;
    struct choice choice = {values_count(run, cell->size), count_samples(cell), 0};
    set_metadata(metadata, "name", name);
    json_set_u64(metadata, "loops", loops > 0 ? loops : 1);
    if (cell->peak_rss_bytes > 0) {
        json_set_u64(metadata, "mem_max_rss", cell->peak_rss_bytes);
    }
    free(name);
    for (size_t at = 0; at < cell->samples_count;) {
        json_t *block = block_to_json(run, cell, &choice, &at);
        if (block != NULL) {
            json_array_append_new(runs, block);
        }
    }
    json_object_set_new(json, "metadata", metadata);
    json_object_set_new(json, "runs", runs);
    return json;
}

static json_t *metadata_to_json(const struct run *run, const struct run_variant *variant)
{
    json_t *json = json_object();
    const struct {
        const char *key, *text;
    } texts[] = {{"unit", "second"},
                 {"description", variant->label},
                 {"hostname", run->host.hostname},
                 {"cpu_model_name", run->host.cpu},
                 {"platform", run->host.kernel},
                 {"python_version", run->software.python},
                 {"python_executable", run->software.python_executable},
                 {"python_implementation", "cpython"},
                 {"numpy_version", run->software.numpy},
                 {"fortyfold_version", run->software.fortyfold},
                 {"fortyfold_run", run->id},
                 {"fortyfold_variant", variant->name}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        set_metadata(json, texts[i].key, texts[i].text);
    }
    if (run->host.cores_count > 0) {
        json_set_u64(json, "cpu_count", run->host.cores_count);
    }
    return json;
}

enum status export_make_pyperf(const struct run *run, struct export_set *set)
{
    enum status status = STATUS_OK;
    for (size_t v = 0; v < run->variants_count && status == STATUS_OK; v++) {
        json_t *benchmarks = json_array();
        for (size_t i = 0; i < run->cells_count; i++) {
            const struct cell *cell = &run->cells[i];
            json_t *benchmark =
                cell->variant == v && export_has_time(cell) ? benchmark_to_json(run, cell) : NULL;
            if (benchmark != NULL) {
                json_array_append_new(benchmarks, benchmark);
            }
        }
        if (json_array_size(benchmarks) == 0) {
            json_decref(benchmarks);
            continue;
        }
        json_t *json = json_object();
        json_set_text(json, "version", "1.0");
        json_object_set_new(json, "metadata", metadata_to_json(run, &run->variants[v]));
        json_object_set_new(json, "benchmarks", benchmarks);
        status = export_add_json(set, run->variants[v].name, json);
    }
    return status;
}
