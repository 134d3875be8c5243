/* hyperfine's JSON: seconds and bytes, one result a command, all samples in "times". */
#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/text.h"
#include "store/export.h"

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* hyperfine's own summaries: means, n − 1 in the deviation, null for one time. */
struct totals {
    double *sorted;
    size_t count;
    double mean, stddev, user, system;
};

static enum status total(const struct cell *cell, struct totals *totals)
{
    *totals = (struct totals){.sorted = malloc((cell->samples_count + 1) * sizeof(double))};
    if (totals->sorted == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory to export a run");
    }
    for (size_t i = 0; i < cell->samples_count; i++) {
        const struct sample *sample = &cell->samples[i];
        if (export_counts(sample)) {
            totals->sorted[totals->count++] = sample->real_s;
            totals->mean += sample->real_s;
            totals->user += isfinite(sample->user_s) ? sample->user_s : 0;
            totals->system += isfinite(sample->sys_s) ? sample->sys_s : 0;
        }
    }
    double count = (double)totals->count, squares = 0;
    totals->mean /= count;
    totals->user /= count;
    totals->system /= count;
    for (size_t i = 0; i < totals->count; i++) {
        squares += (totals->sorted[i] - totals->mean) * (totals->sorted[i] - totals->mean);
    }
    totals->stddev = totals->count > 1 ? sqrt(squares / (count - 1)) : NAN;
    qsort(totals->sorted, totals->count, sizeof *totals->sorted, ascending);
    return STATUS_OK;
}

static void set_summary(json_t *json, const struct totals *totals)
{
    const double *sorted = totals->sorted;
    size_t count = totals->count, half = count / 2;
    json_set_double(json, "mean", totals->mean);
    json_set_double(json, "stddev", totals->stddev);
    json_set_double(json, "median",
                    count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2);
    json_set_double(json, "user", totals->user);
    json_set_double(json, "system", totals->system);
    json_set_double(json, "min", sorted[0]);
    json_set_double(json, "max", sorted[count - 1]);
}

/* In the order in which they were measured. The peak of memory is the cell's, and so the same for
 * each; a sample that is here ended well. */
static void set_samples(json_t *json, const struct cell *cell)
{
    json_t *times = json_array(), *memory = json_array(), *codes = json_array();
    for (size_t i = 0; i < cell->samples_count; i++) {
        if (export_counts(&cell->samples[i])) {
            json_array_append_new(times, json_real(cell->samples[i].real_s));
            json_array_append_new(memory, json_integer((json_int_t)cell->peak_rss_bytes));
            json_array_append_new(codes, json_integer(0));
        }
    }
    json_object_set_new(json, "times", times);
    if (cell->peak_rss_bytes > 0) {
        json_object_set(json, "memory_usage_byte", memory);
    }
    json_decref(memory);
    json_object_set_new(json, "exit_codes", codes);
}

/* The command is the same at every size: the readers group the files of several sizes by it. */
static enum status add_result(json_t *results, const struct run *run, const struct cell *cell)
{
    struct totals totals;
    char *command = text_format("%s %s", run->lab_name, run->variants[cell->variant].name);
    char *line = export_line(command), *size = text_format("%zu", cell->size);
    enum status status = total(cell, &totals);
    if (status == STATUS_OK && (line == NULL || size == NULL)) {
        status = status_fail(STATUS_NO_MEMORY, "no memory to export a run");
    }
    if (status == STATUS_OK) {
        json_t *json = json_object(), *parameters = json_object();
        json_set_text(json, "command", line);
        set_summary(json, &totals);
        set_samples(json, cell);
        json_set_text(parameters, "n", size);
        json_object_set_new(json, "parameters", parameters);
        json_array_append_new(results, json);
    }
    free(totals.sorted);
    free(size);
    free(line);
    free(command);
    return status;
}

/* The cells of one variant, or (with `variant` = variants_count) of all at one size (else 0). */
static enum status add_file(const struct run *run, size_t variant, size_t size,
                            struct export_set *set)
{
    json_t *results = json_array();
    enum status status = STATUS_OK;
    for (size_t i = 0; i < run->cells_count && status == STATUS_OK; i++) {
        const struct cell *cell = &run->cells[i];
        if ((cell->variant == variant || cell->size == size) && export_has_time(cell)) {
            status = add_result(results, run, cell);
        }
    }
    if (status != STATUS_OK || json_array_size(results) == 0) {
        json_decref(results);
        return status;
    }
    char *name =
        size > 0 ? text_format("n=%zu", size) : text_format("%s", run->variants[variant].name);
    json_t *json = json_object();
    json_object_set_new(json, "results", results);
    if (name == NULL) {
        json_decref(json);
        return status_fail(STATUS_NO_MEMORY, "no memory to export a run");
    }
    status = export_add_json(set, name, json);
    free(name);
    return status;
}

enum status export_make_hyperfine(const struct run *run, struct export_set *set)
{
    enum status status = STATUS_OK;
    for (size_t v = 0; v < run->variants_count && status == STATUS_OK; v++) {
        status = add_file(run, v, 0, set);
    }
    for (size_t s = 0; s < run->plan.sizes_count && status == STATUS_OK; s++) {
        status = add_file(run, run->variants_count, run->plan.sizes[s], set);
    }
    return status;
}
