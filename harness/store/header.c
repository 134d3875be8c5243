#include "store/header.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* A member of a structure under its key: one table serves reading and writing. */
struct field {
    const char *key;
    enum { FIELD_TEXT, FIELD_COUNT, FIELD_BYTES } kind; /* char *, size_t, uint64_t */
    size_t offset;
};

static const struct field host_fields[] = {
    {"hostname", FIELD_TEXT, offsetof(struct host, hostname)},
    {"cpu", FIELD_TEXT, offsetof(struct host, cpu)},
    {"isa", FIELD_TEXT, offsetof(struct host, isa)},
    {"cores_count", FIELD_COUNT, offsetof(struct host, cores_count)},
    {"memory_bytes", FIELD_BYTES, offsetof(struct host, memory_bytes)},
    {"kernel", FIELD_TEXT, offsetof(struct host, kernel)},
    {"os", FIELD_TEXT, offsetof(struct host, os)},
    {"governor", FIELD_TEXT, offsetof(struct host, governor)},
    {"virtualised", FIELD_TEXT, offsetof(struct host, virtualised)},
};

static const struct field software_fields[] = {
    {"fortyfold", FIELD_TEXT, offsetof(struct software, fortyfold)},
    {"git_commit", FIELD_TEXT, offsetof(struct software, git_commit)},
    {"python", FIELD_TEXT, offsetof(struct software, python)},
    {"python_executable", FIELD_TEXT, offsetof(struct software, python_executable)},
    {"python_host", FIELD_TEXT, offsetof(struct software, python_host)},
    {"numpy", FIELD_TEXT, offsetof(struct software, numpy)},
    {"compiler", FIELD_TEXT, offsetof(struct software, compiler)},
    {"cflags", FIELD_TEXT, offsetof(struct software, cflags)},
};

static const struct field variant_fields[] = {
    {"name", FIELD_TEXT, offsetof(struct run_variant, name)},
    {"label", FIELD_TEXT, offsetof(struct run_variant, label)},
    {"threads", FIELD_COUNT, offsetof(struct run_variant, threads)},
    {"max_size", FIELD_COUNT, offsetof(struct run_variant, max_size)},
    {"after", FIELD_TEXT, offsetof(struct run_variant, after)},
    {"interpreter", FIELD_TEXT, offsetof(struct run_variant, interpreter)},
    {"interpreter_version", FIELD_TEXT, offsetof(struct run_variant, interpreter_version)},
};

#define COUNT(fields) (sizeof(fields) / sizeof *(fields))

static json_t *fields_to_json(const struct field *fields, size_t count, const void *from)
{
    json_t *json = json_object();
    for (size_t i = 0; i < count; i++) {
        const void *member = (const char *)from + fields[i].offset;
        if (fields[i].kind == FIELD_TEXT) {
            json_set_text(json, fields[i].key, *(char *const *)member);
        } else if (fields[i].kind == FIELD_COUNT) {
            json_set_u64(json, fields[i].key, *(const size_t *)member);
        } else {
            json_set_u64(json, fields[i].key, *(const uint64_t *)member);
        }
    }
    return json;
}

static void fields_from_json(const struct field *fields, size_t count, const json_t *json,
                             void *into)
{
    for (size_t i = 0; i < count; i++) {
        void *member = (char *)into + fields[i].offset;
        if (fields[i].kind == FIELD_TEXT) {
            *(char **)member = json_get_text(json, fields[i].key);
        } else if (fields[i].kind == FIELD_COUNT) {
            *(size_t *)member = (size_t)json_get_u64(json, fields[i].key);
        } else {
            *(uint64_t *)member = json_get_u64(json, fields[i].key);
        }
    }
}

static json_t *lab_to_json(const struct run *run)
{
    json_t *json = json_object(), *tolerance = json_object(), *variants = json_array();
    json_set_text(json, "name", run->lab_name);
    json_set_text(json, "title", run->lab_title);
    json_set_text(json, "summary", run->lab_summary);
    json_set_text(json, "folder", run->lab_folder);
    json_set_text(json, "baseline", run->variants[run->baseline].name);
    json_set_double(tolerance, "absolute", run->tolerance_absolute);
    json_set_double(tolerance, "relative", run->tolerance_relative);
    json_object_set_new(json, "tolerance", tolerance);
    for (size_t i = 0; i < run->variants_count; i++) {
        json_array_append_new(
            variants, fields_to_json(variant_fields, COUNT(variant_fields), &run->variants[i]));
    }
    json_object_set_new(json, "variants", variants);
    return json;
}

size_t header_variant(const struct run *run, const char *name)
{
    size_t i = 0;
    while (i < run->variants_count && run->variants[i].name != NULL &&
           strcmp(run->variants[i].name, name) != 0) {
        i++;
    }
    return i;
}

static enum status damaged(const char *what)
{
    return status_fail(STATUS_BAD_INPUT, "this run is damaged: %s", what);
}

static enum status lab_from_json(const json_t *json, struct run *run)
{
    const json_t *tolerance = json_object_get(json, "tolerance");
    const json_t *variants = json_object_get(json, "variants"), *variant;
    size_t index;
    run->lab_name = json_get_text(json, "name");
    run->lab_title = json_get_text(json, "title");
    run->lab_summary = json_get_text(json, "summary");
    run->lab_folder = json_get_text(json, "folder");
    run->tolerance_absolute = json_get_double(tolerance, "absolute");
    run->tolerance_relative = json_get_double(tolerance, "relative");
    run->variants = calloc(json_array_size(variants) + 1, sizeof *run->variants);
    if (run->variants == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a run");
    }
    json_array_foreach(variants, index, variant)
    {
        struct run_variant *into = &run->variants[run->variants_count++];
        fields_from_json(variant_fields, COUNT(variant_fields), variant, into);
        if (into->name == NULL || into->label == NULL) {
            return damaged("a variant has no name");
        }
    }
    run->baseline = header_variant(run, json_peek_text(json, "baseline"));
    if (run->lab_name == NULL || run->lab_title == NULL || run->baseline == run->variants_count) {
        return damaged("it does not tell its lab and baseline");
    }
    return STATUS_OK;
}

static json_t *plan_to_json(const struct run *run)
{
    const struct plan *plan = &run->plan;
    json_t *json = json_object(), *sizes = json_array(), *variants = json_array();
    json_t *parameters = json_loads(plan->parameters, 0, NULL);
    json_set_u64(json, "seed", plan->seed);
    json_set_text(json, "preset", plan->preset);
    json_set_text(json, "control", plan->control);
    json_object_set_new(json, "parameters", parameters == NULL ? json_object() : parameters);
    for (size_t i = 0; i < plan->sizes_count; i++) {
        json_array_append_new(sizes, json_integer((json_int_t)plan->sizes[i]));
    }
    for (size_t i = 0; i < plan->variants_count; i++) {
        json_array_append_new(variants, json_string(run->variants[plan->variants[i]].name));
    }
    json_object_set_new(json, "sizes", sizes);
    json_object_set_new(json, "variants", variants);
    json_set_u64(json, "blocks_count", plan->blocks_count);
    json_set_u64(json, "samples_count", plan->samples_count);
    json_set_double(json, "timeout_s", plan->timeout_s);
    json_set_double(json, "budget_s", plan->budget_s);
    json_set_u64(json, "memory_bytes", plan->memory_bytes);
    json_object_set_new(json, "cpu", json_integer(plan->cpu));
    json_set_u64(json, "warmup_size", plan->warmup_size);
    json_set_double(json, "precision", plan->precision);
    json_set_u64(json, "blocks_least_count", plan->blocks_least);
    return json;
}

static enum status plan_from_json(const json_t *json, struct run *run)
{
    struct plan *plan = &run->plan;
    const json_t *sizes = json_object_get(json, "sizes"), *item;
    const json_t *variants = json_object_get(json, "variants");
    size_t index;
    plan->seed = json_get_u64(json, "seed");
    plan->preset = json_get_text(json, "preset");
    plan->control = json_get_text(json, "control");
    plan->parameters = json_dumps(json_object_get(json, "parameters"), JSON_SORT_KEYS);
    plan->blocks_count = json_get_u64(json, "blocks_count");
    plan->samples_count = json_get_u64(json, "samples_count");
    plan->timeout_s = json_get_double(json, "timeout_s");
    plan->budget_s = json_get_double(json, "budget_s");
    plan->memory_bytes = json_get_u64(json, "memory_bytes");
    const json_t *cpu = json_object_get(json, "cpu");
    plan->cpu = json_is_integer(cpu) ? (int)json_integer_value(cpu) : -1;
    plan->warmup_size = json_get_u64(json, "warmup_size");
    double precision = json_get_double(json, "precision");
    plan->precision = precision > 0 ? precision : 0;
    plan->blocks_least = json_get_u64(json, "blocks_least_count");
    plan->sizes = calloc(json_array_size(sizes) + 1, sizeof *plan->sizes);
    plan->variants = calloc(json_array_size(variants) + 1, sizeof *plan->variants);
    if (plan->sizes == NULL || plan->variants == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a run");
    }
    json_array_foreach(sizes, index, item)
    {
        plan->sizes[plan->sizes_count++] = (size_t)json_integer_value(item);
    }
    json_array_foreach(variants, index, item)
    {
        const char *name = json_string_value(item);
        size_t variant = header_variant(run, name == NULL ? "" : name);
        if (variant == run->variants_count) {
            return damaged("its plan names a variant that its lab has not");
        }
        plan->variants[plan->variants_count++] = variant;
    }
    return plan->preset == NULL || plan->parameters == NULL || plan->variants_count == 0 ||
                   plan->sizes_count == 0
               ? damaged("it has no plan")
               : STATUS_OK;
}

json_t *header_to_json(const struct run *run)
{
    json_t *json = json_object();
    if (json == NULL) {
        return NULL;
    }
    json_set_text(json, "schema", STORE_SCHEMA);
    json_set_text(json, "id", run->id);
    json_set_text(json, "started", run->started);
    json_set_text(json, "finished", run->finished);
    json_set_text(json, "command", run->command);
    json_object_set_new(json, "host", fields_to_json(host_fields, COUNT(host_fields), &run->host));
    json_object_set_new(json, "software",
                        fields_to_json(software_fields, COUNT(software_fields), &run->software));
    json_object_set_new(json, "lab", lab_to_json(run));
    json_object_set_new(json, "plan", plan_to_json(run));
    return json;
}

enum status header_from_json(const json_t *json, struct run *run)
{
    if (strcmp(json_peek_text(json, "schema"), STORE_SCHEMA) != 0) {
        return status_fail(STATUS_BAD_INPUT, "its schema is \"%s\", this program reads \"%s\"",
                           json_peek_text(json, "schema"), STORE_SCHEMA);
    }
    run->id = json_get_text(json, "id");
    run->started = json_get_text(json, "started");
    run->finished = json_get_text(json, "finished");
    run->command = json_get_text(json, "command");
    fields_from_json(host_fields, COUNT(host_fields), json_object_get(json, "host"), &run->host);
    fields_from_json(software_fields, COUNT(software_fields), json_object_get(json, "software"),
                     &run->software);
    enum status status = lab_from_json(json_object_get(json, "lab"), run);
    if (status == STATUS_OK) {
        status = plan_from_json(json_object_get(json, "plan"), run);
    }
    return status == STATUS_OK ? run_make_cells(run) : status;
}
