#include "store/results.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/text.h"
#include "store/header.h"
#include "store/samples.h"

static enum status read_cell(const json_t *json, struct run *run)
{
    size_t variant = header_variant(run, json_peek_text(json, "variant")), index;
    struct cell *cell = run_cell(run, variant, json_get_u64(json, "size"));
    const json_t *sample, *worker, *workers = json_object_get(json, "workers");
    if (cell == NULL) {
        return status_fail(STATUS_BAD_INPUT, "it has a cell that its plan has not");
    }
    cell->status = sample_cell_status(json_peek_text(json, "status"));
    cell->reason = json_get_text(json, "reason");
    cell->calls_per_sample_count = json_get_u64(json, "calls_per_sample_count");
    cell->peak_rss_bytes = json_get_u64(json_object_get(json, "summary"), "peak_rss_bytes");
    enum status status = STATUS_OK;
    json_array_foreach(workers, index, worker)
    {
        const struct worker_times times = {
            json_get_double(worker, "startup_s"), json_get_double(worker, "import_s"),
            json_get_double(worker, "first_call_s"), json_get_double(worker, "warmup_s")};
        status = status == STATUS_OK ? cell_add_worker(cell, &times) : status;
    }
    const json_t *samples = json_object_get(json, "samples");
    json_array_foreach(samples, index, sample)
    {
        struct sample read;
        sample_from_json(sample, &read);
        status = status == STATUS_OK ? cell_add_sample(cell, &read) : status;
    }
    return status;
}

static enum status read_order(const json_t *json, struct run *run)
{
    const json_t *names = json_object_get(json, "variants");
    size_t count = json_array_size(names);
    size_t *variants = calloc(count + 1, sizeof *variants);
    if (variants == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a round");
    }
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(names, i));
        variants[i] = header_variant(run, name == NULL ? "" : name);
        if (variants[i] == run->variants_count) {
            status = status_fail(STATUS_BAD_INPUT, "a round names a variant that its lab has not");
        }
    }
    if (status == STATUS_OK) {
        status = run_add_order(run, (uint32_t)json_get_u64(json, "block"),
                               (uint32_t)json_get_u64(json, "round"), json_get_u64(json, "size"),
                               variants, count);
    }
    free(variants);
    return status;
}

static const char *known_end(const char *ended_by)
{
    static const char *const ends[] = {"plan", "precision", "budget", "interrupt"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (strcmp(ends[i], ended_by) == 0) {
            return ends[i];
        }
    }
    return "plan";
}

static enum status read_document(const json_t *json, struct run *run)
{
    const json_t *item;
    size_t index;
    enum status status = header_from_json(json, run);
    run->ended_by = known_end(json_peek_text(json, "ended_by"));
    run->blocks_done = json_get_u64(json, "blocks_done_count");
    const json_t *order = json_object_get(json_object_get(json, "plan"), "order");
    const json_t *cells = json_object_get(json, "cells");
    const json_t *warnings = json_object_get(json, "warnings");
    const json_t *control = json_object_get(json, "control");
    run->control =
        (struct control){header_variant(run, json_peek_text(control, "variant")),
                         json_get_u64(control, "size"),
                         {json_get_double(control, "ratio"), json_get_double(control, "low"),
                          json_get_double(control, "high")}};
    json_array_foreach(order, index, item)
    {
        status = status == STATUS_OK ? read_order(item, run) : status;
    }
    json_array_foreach(cells, index, item)
    {
        status = status == STATUS_OK ? read_cell(item, run) : status;
    }
    json_array_foreach(warnings, index, item)
    {
        /* Runs from before there was "about" had warnings on their samples only. */
        bool is_observed = strcmp(json_peek_text(item, "about"), "machine") == 0;
        status = status == STATUS_OK
                     ? (is_observed ? run_observe : run_warn)(run, json_peek_text(item, "code"),
                                                              json_peek_text(item, "message"),
                                                              json_peek_text(item, "remedy"))
                     : status;
    }
    return status;
}

enum status results_read(const char *path, struct run *run)
{
    struct stat info;
    json_error_t error;
    bool folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
    char *file = folder ? text_format("%s/run.json", path) : strdup(path);
    json_t *json = file == NULL ? NULL : json_load_file(file, 0, &error);
    enum status status;
    memset(run, 0, sizeof *run);
    if (json == NULL) {
        status = status_fail(STATUS_BAD_INPUT, "%s cannot be read: %s", file == NULL ? path : file,
                             file == NULL ? "no memory" : error.text);
    } else {
        status = read_document(json, run);
        if (status == STATUS_BAD_INPUT) {
            char *why = strdup(status_explanation(status));
            status = status_fail(STATUS_BAD_INPUT, "%s: %s", file, why == NULL ? "" : why);
            free(why);
        }
    }
    json_decref(json);
    free(file);
    return status;
}
