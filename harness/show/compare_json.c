#include "show/compare_json.h"

#include <stdlib.h>

#include "base/json.h"

enum { DIGITS = 10 };

static json_t *run_to_json(const struct run *run)
{
    json_t *json = json_object();
    json_set_text(json, "id", run->id);
    json_set_text(json, "started", run->started);
    json_set_text(json, "git_commit", run->software.git_commit);
    json_set_u64(json, "blocks_count", run->blocks_done);
    json_set_u64(json, "samples_count", run->plan.samples_count);
    return json;
}

static json_t *side_to_json(const struct cell *cell, size_t blocks_count)
{
    if (cell == NULL) {
        return json_null();
    }
    json_t *json = json_object();
    json_set_text(json, "status", cell_status_name(cell->status));
    json_set_text(json, "reason", cell->reason);
    if (cell->status == CELL_OK) {
        json_set_double(json, "median_s", cell->summary.median_s);
        json_set_double(json, "cpu_s", cell->summary.cpu_s);
        json_set_u64(json, "blocks_count", blocks_count);
    }
    return json;
}

static json_t *row_to_json(const struct compare_row *row)
{
    json_t *json = json_object();
    json_set_text(json, "variant", row->variant);
    json_set_u64(json, "size", row->size);
    json_object_set_new(json, "old", side_to_json(row->before, row->blocks_before));
    json_object_set_new(json, "new", side_to_json(row->after, row->blocks_after));
    json_object_set_new(json, "comparison",
                        row->compared
                            ? json_ratio(row->ratio.ratio, row->ratio.low, row->ratio.high)
                            : json_null());
    json_t *comparison = json_object_get(json, "comparison");
    if (row->compared) {
        json_set_text(comparison, "basis", row->by_speedup ? "speedup" : "time");
        json_set_text(comparison, "clock", row->by_cpu ? "cpu" : "real");
        json_set_double(comparison, "freedom", row->freedom);
        json_set_text(comparison, "verdict", row->verdict);
    }
    json_object_set_new(json, "broken", json_boolean(row->broken));
    return json;
}

static json_t *difference_to_json(const struct compare_difference *difference)
{
    json_t *json = json_object();
    json_set_text(json, "what", difference->what);
    json_set_text(json, "because", difference->because);
    json_set_text(json, "old", difference->before);
    json_set_text(json, "new", difference->after);
    json_object_set_new(json, "forbids", json_boolean(difference->forbids));
    return json;
}

static json_t *counts_to_json(const struct compare_view *view)
{
    json_t *json = json_object();
    json_set_u64(json, "faster", view->faster_count);
    json_set_u64(json, "slower", view->slower_count);
    json_set_u64(json, "unchanged", view->unchanged_count);
    json_set_u64(json, "not_resolved", view->not_resolved_count);
    json_set_u64(json, "broken", view->broken_count);
    json_set_u64(json, "not_judged", view->not_judged_count);
    return json;
}

static json_t *warnings_to_json(const char *warning, const char *remedy)
{
    json_t *warnings = json_array(), *json = json_object();
    json_set_text(json, "code", "unpaired");
    json_set_text(json, "message", warning);
    json_set_text(json, "remedy", remedy);
    json_array_append_new(warnings, json);
    return warnings;
}

enum status compare_print_json(const struct compare_view *view, const char *warning,
                               const char *remedy, FILE *out)
{
    json_t *json = json_object(), *cells = json_array(), *differences = json_array();
    for (size_t i = 0; i < view->rows_count; i++) {
        json_array_append_new(cells, row_to_json(&view->rows[i]));
    }
    for (size_t i = 0; i < view->differences_count; i++) {
        json_array_append_new(differences, difference_to_json(&view->differences[i]));
    }
    json_set_text(json, "schema", COMPARE_SCHEMA);
    json_set_text(json, "lab", view->after->lab_name);
    json_object_set_new(json, "old", run_to_json(view->before));
    json_object_set_new(json, "new", run_to_json(view->after));
    json_set_text(json, "reference", view->reference);
    json_set_double(json, "confidence", 0.95);
    json_set_double(json, "threshold_percent", view->threshold * 100);
    json_set_text(json, "answer", view->answer);
    json_object_set_new(json, "geometric_mean",
                        json_ratio(view->mean.ratio, view->mean.low, view->mean.high));
    json_object_set_new(json, "counts", counts_to_json(view));
    json_object_set_new(json, "differences", differences);
    json_object_set_new(json, "cells", cells);
    json_object_set_new(json, "warnings", warnings_to_json(warning, remedy));
    char *text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(DIGITS));
    json_decref(json);
    if (text == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a comparison");
    }
    fprintf(out, "%s\n", text);
    free(text);
    return STATUS_OK;
}
