#include "store/programs.h"

#include "base/json.h"

static json_t *words_json(char *const *words)
{
    json_t *list = json_array();
    for (size_t i = 0; words[i] != NULL; i++) {
        json_t *word = json_string(words[i]);
        json_array_append_new(list, word != NULL ? word : json_null()); /* not UTF-8 */
    }
    return list;
}

static json_t *run_json(const struct program_run *run)
{
    json_t *json = json_object();
    json_set_u64(json, "round", run->round);
    json_set_u64(json, "position", run->position);
    json_set_double(json, "real_s", run->real_s);
    json_set_double(json, "user_s", run->user_s);
    json_set_double(json, "sys_s", run->sys_s);
    json_set_double(json, "cpu_s", run->cpu_s);
    json_set_u64(json, "peak_rss_bytes", run->peak_bytes);
    json_set_u64(json, "minor_faults_count", run->minor_faults_count);
    json_set_u64(json, "major_faults_count", run->major_faults_count);
    json_object_set_new(json, "exit_status",
                        run->exit_status < 0 ? json_null() : json_integer(run->exit_status));
    json_object_set_new(json, "signal", run->signal == 0 ? json_null() : json_integer(run->signal));
    return json;
}

static json_t *summary_json(const struct program *program)
{
    static const char *const keys[PROGRAM_QUANTITIES] = {"real_s", "user_s", "sys_s", "cpu_s",
                                                         "peak_rss_bytes"};
    json_t *json = json_object();
    for (size_t q = 0; q < PROGRAM_QUANTITIES; q++) {
        const struct program_spread *spread = &program->spread[q];
        json_t *one = json_object();
        json_set_double(one, "best", spread->best);
        json_set_double(one, "median", spread->median);
        json_set_double(one, "worst", spread->worst);
        json_set_double(one, "mean", spread->mean);
        json_set_double(one, "stddev", spread->stddev);
        json_set_double(one, "mad", spread->mad);
        json_object_set_new(json, keys[q], one);
    }
    return json;
}

static json_t *speedup_json(const struct program *program)
{
    json_t *json = json_object();
    json_set_u64(json, "baseline", 0);
    json_object_set_new(json, "real",
                        json_ratio(program->real.ratio, program->real.low, program->real.high));
    json_object_set_new(json, "cpu",
                        json_ratio(program->cpu.ratio, program->cpu.low, program->cpu.high));
    json_set_double(json, "confidence", 0.95);
    json_set_text(json, "verdict", verdict_name(program->verdict));
    return json;
}

static json_t *program_json(const struct program *program, bool is_baseline)
{
    json_t *json = json_object(), *runs = json_array();
    bool has_times = program->status == CELL_OK && program->runs_count > 0;
    bool has_speedup = has_times && !is_baseline && program->real.ratio > 0;
    json_set_text(json, "command", program->title);
    json_object_set_new(json, "words", words_json(program->words));
    json_set_text(json, "status", cell_status_name(program->status));
    json_set_text(json, "reason", program->reason);
    json_set_u64(json, "failures_count", program->failures_count);
    json_object_set_new(json, "summary", has_times ? summary_json(program) : json_null());
    json_object_set_new(json, "speedup", has_speedup ? speedup_json(program) : json_null());
    for (size_t i = 0; i < program->runs_count; i++) {
        json_array_append_new(runs, run_json(&program->runs[i]));
    }
    json_object_set_new(json, "runs", runs);
    return json;
}

static json_t *host_json(const struct host *host)
{
    json_t *json = json_object();
    json_set_text(json, "hostname", host->hostname);
    json_set_text(json, "cpu", host->cpu);
    json_set_text(json, "kernel", host->kernel);
    return json;
}

enum status programs_write(const struct programs *programs, const struct host *host,
                           const char *started, FILE *out)
{
    json_t *json = json_object(), *commands = json_array();
    json_set_text(json, "schema", "fortyfold-time/1");
    json_set_text(json, "started", started);
    json_set_u64(json, "seed", programs->seed);
    json_set_u64(json, "rounds_count", programs->rounds_count);
    json_set_u64(json, "warmup_count", programs->warmup_count);
    json_object_set_new(json, "interrupted", json_boolean(programs->interrupted));
    json_object_set_new(json, "host", host_json(host));
    for (size_t i = 0; i < programs->count; i++) {
        json_array_append_new(commands, program_json(&programs->list[i], i == 0));
    }
    json_object_set_new(json, "commands", commands);
    int written = json_dumpf(json, out, JSON_INDENT(1));
    fputc('\n', out);
    json_decref(json);
    return written == 0 ? STATUS_OK : status_fail(STATUS_IO, "cannot write the JSON");
}
