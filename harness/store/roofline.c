#include "store/roofline.h"

#include "base/json.h"

static json_t *isa_json(const struct roofline_isa *isa)
{
    json_t *json = json_object(), *rates = json_array();
    json_set_text(json, "name", isa->name);
    json_set_text(json, "missing", isa->missing);
    json_set_u64(json, "lanes_count", isa->lanes);
    for (size_t i = 0; i < isa->rates_count; i++) {
        const struct roofline_rate *rate = &isa->rates[i];
        json_t *one = json_object();
        json_set_text(one, "name", rate->name);
        json_set_double(one, "flops_per_instruction", rate->flops);
        json_set_double(one, "one_core_s", rate->one_s);
        json_set_double(one, "all_cores_s", rate->all_s);
        json_array_append_new(rates, one);
    }
    json_object_set_new(json, "instructions", rates);
    return json;
}

static json_t *level_json(const struct roofline_level *level)
{
    json_t *json = json_object();
    json_set_u64(json, "size_bytes", level->bytes);
    json_set_double(json, "one_core_bytes_per_s", level->one_bytes_per_s);
    json_set_double(json, "all_cores_bytes_per_s", level->all_bytes_per_s);
    return json;
}

static json_t *kernel_json(const struct roofline_kernel *kernel)
{
    json_t *json = json_object(), *limit = json_object();
    json_set_text(json, "operation", kernel->operation);
    json_set_text(json, "name", kernel->name);
    json_set_text(json, "isa", kernel->isa);
    json_set_text(json, "unit", kernel->unit);
    json_set_double(json, "flops_per_unit", kernel->flops_per_unit);
    json_set_double(json, "bytes_per_unit", kernel->bytes_per_unit);
    json_set_double(json, "unit_s", kernel->unit_s);
    json_set_text(limit, "bound", kernel->bound);
    json_set_double(limit, "seconds", kernel->limit_s);
    json_set_double(limit, "fraction", kernel->limit_s / kernel->unit_s);
    json_object_set_new(json, "limit", limit);
    return json;
}

enum status roofline_write(const struct roofline *roofline, FILE *out)
{
    json_t *json = json_object(), *host = json_object(), *clock = json_object();
    json_t *isas = json_array(), *levels = json_array(), *kernels = json_array();
    json_set_text(json, "schema", "fortyfold-roofline/1");
    json_set_text(json, "started", roofline->started);
    json_set_text(host, "hostname", roofline->host.hostname);
    json_set_text(host, "cpu", roofline->host.cpu);
    json_set_text(host, "kernel", roofline->host.kernel);
    json_set_u64(host, "cores_count", roofline->cores_count);
    json_object_set_new(json, "host", host);
    json_set_double(clock, "one_core_hz", roofline->one_hz);
    json_set_double(clock, "all_cores_hz", roofline->all_hz);
    json_object_set_new(json, "clock", clock);
    for (size_t i = 0; i < roofline->isas_count; i++) {
        json_array_append_new(isas, isa_json(&roofline->isas[i]));
    }
    for (size_t i = 0; i < roofline->levels_count; i++) {
        json_array_append_new(levels, level_json(&roofline->levels[i]));
    }
    for (size_t i = 0; i < roofline->kernels_count; i++) {
        json_array_append_new(kernels, kernel_json(&roofline->kernels[i]));
    }
    json_object_set_new(json, "isas", isas);
    json_object_set_new(json, "reading", levels);
    json_object_set_new(json, "kernels", kernels);
    int written = json_dumpf(json, out, JSON_INDENT(1));
    fputc('\n', out);
    json_decref(json);
    return written == 0 ? STATUS_OK : status_fail(STATUS_IO, "cannot write the JSON");
}
