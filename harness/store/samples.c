#include "store/samples.h"

#include <math.h>
#include <string.h>

#include "base/json.h"

json_t *sample_to_json(const struct sample *sample)
{
    json_t *json = json_object();
    json_set_u64(json, "block", sample->block);
    json_set_u64(json, "round", sample->round);
    json_set_u64(json, "position", sample->position);
    json_set_u64(json, "calls_count", sample->calls_count);
    json_set_double(json, "real_s", sample->real_s);
    json_set_double(json, "user_s", sample->user_s);
    json_set_double(json, "sys_s", sample->sys_s);
    json_set_double(json, "cpu_s", sample->cpu_s);
    json_set_double(json, "steal_s", sample->steal_s);
    json_set_double(json, "pressure_s", sample->pressure_s);
    json_set_double(json, "delayed_s", sample->delayed_s);
    json_set_double(json, "others_s", sample->others_s);
    json_set_u64(json, "major_faults_count", sample->major_faults_count);
    json_set_u64(json, "minor_faults_count", sample->minor_faults_count);
    json_set_u64(json, "involuntary_switches_count", sample->involuntary_switches_count);
    json_set_text(json, "quarantined", sample->quarantined);
    json_set_double(json, "residual", sample->residual);
    json_set_double(json, "residual_relative", sample->residual_relative);
    return json;
}

void sample_from_json(const json_t *json, struct sample *sample)
{
    *sample = (struct sample){
        .block = (uint32_t)json_get_u64(json, "block"),
        .round = (uint32_t)json_get_u64(json, "round"),
        .position = (uint32_t)json_get_u64(json, "position"),
        .involuntary_switches_count = (uint32_t)json_get_u64(json, "involuntary_switches_count"),
        .calls_count = (uint32_t)json_get_u64(json, "calls_count"),
        .real_s = json_get_double(json, "real_s"),
        .user_s = json_get_double(json, "user_s"),
        .sys_s = json_get_double(json, "sys_s"),
        .cpu_s = json_get_double(json, "cpu_s"),
        .steal_s = (float)json_get_double(json, "steal_s"),
        .pressure_s = (float)json_get_double(json, "pressure_s"),
        .delayed_s = (float)json_get_double(json, "delayed_s"),
        .others_s = (float)json_get_double(json, "others_s"),
        .major_faults_count = (uint32_t)json_get_u64(json, "major_faults_count"),
        .minor_faults_count = (uint32_t)json_get_u64(json, "minor_faults_count"),
        .residual = json_get_double(json, "residual"),
        .residual_relative = (float)json_get_double(json, "residual_relative"),
    };
}

enum cell_status sample_cell_status(const char *name)
{
    for (int status = 0; status < CELL_STATUS_COUNT; status++) {
        if (strcmp(cell_status_name((enum cell_status)status), name) == 0) {
            return (enum cell_status)status;
        }
    }
    return CELL_ERROR;
}
