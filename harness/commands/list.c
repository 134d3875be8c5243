/* fortyfold list: the labs. */
#include <argp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "commands/commands.h"
#include "commands/session.h"
#include "measure/process.h"
#include "plan/lab.h"

static const struct argp_option options_table[] = {
    {"json", 'j', NULL, 0, "as JSON, for scripts", 0},
    {0},
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    (void)text;
    if (key == 'j') {
        *(bool *)state->input = true;
        return 0;
    }
    return ARGP_ERR_UNKNOWN;
}

static json_t *presets_to_json(const struct lab *lab)
{
    json_t *presets = json_object();
    for (size_t i = 0; i < lab->presets_count; i++) {
        json_t *sizes = json_array();
        for (size_t j = 0; j < lab->presets[i].sizes_count; j++) {
            json_array_append_new(sizes, json_integer((json_int_t)lab->presets[i].sizes[j]));
        }
        json_object_set_new(presets, lab->presets[i].name, sizes);
    }
    return presets;
}

static json_t *lab_to_json(const struct lab *lab)
{
    json_t *json = json_object(), *variants = json_array();
    for (size_t i = 0; i < lab->variants_count; i++) {
        json_array_append_new(variants, json_string(lab->variants[i].name));
    }
    json_set_text(json, "name", lab->name);
    json_set_text(json, "title", lab->title);
    json_set_double(json, "minutes", lab->minutes);
    json_set_text(json, "tier", lab->tier);
    json_set_text(json, "baseline", lab->variants[lab->baseline].name);
    json_object_set_new(json, "variants", variants);
    json_set_text(json, "exercise", lab->exercise.file);
    json_object_set_new(json, "presets", presets_to_json(lab));
    return json;
}

static void print_lab(const struct lab *lab)
{
    printf("%s: %s (%g min, %s)\n  %s\n", lab->name, lab->title, lab->minutes, lab->tier,
           lab->summary);
    int width = 14;
    for (size_t i = 0; i < lab->variants_count; i++) {
        int length = (int)strlen(lab->variants[i].name);
        width = length > width ? length : width;
    }
    for (size_t i = 0; i < lab->variants_count; i++) {
        printf("  %-*s %s%s\n", width, lab->variants[i].name, lab->variants[i].label,
               i == lab->baseline ? " (the baseline)" : "");
    }
    if (lab->exercise.file != NULL) {
        printf("  exercise       %s: bin/fortyfold check %s\n", lab->exercise.file, lab->name);
    }
    for (size_t i = 0; i < lab->presets_count; i++) {
        printf("  --preset %-6s N =", lab->presets[i].name);
        for (size_t j = 0; j < lab->presets[i].sizes_count; j++) {
            printf(" %zu", lab->presets[i].sizes[j]);
        }
        printf("\n");
    }
    printf("\n");
}

enum status command_list(int argc, char **argv, enum exit_status *answer)
{
    static const struct argp argp = {
        options_table, parse, NULL, "Lists the labs, their variants and sizes.", NULL, NULL, NULL};
    bool as_json = false;
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(&argp, argc, argv, 0, NULL, &as_json) != 0) {
        return status_fail(STATUS_BAD_INPUT, "bad usage");
    }
    struct worker reader = {0};
    char **names = NULL;
    size_t count = 0;
    json_t *labs = json_array();
    enum status status = lab_names(&names, &count);
    if (status == STATUS_OK) {
        status = session_reader(&reader);
    }
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct lab lab = {0};
        char *folder = NULL;
        status = lab_find(names[i], &folder);
        if (status == STATUS_OK) {
            status = lab_read(&reader, folder, &lab);
        }
        if (status == STATUS_OK && as_json) {
            json_array_append_new(labs, lab_to_json(&lab));
        } else if (status == STATUS_OK) {
            print_lab(&lab);
        }
        lab_free(&lab);
        free(folder);
    }
    if (status == STATUS_OK && as_json) {
        json_dumpf(labs, stdout, JSON_INDENT(1));
        printf("\n");
    }
    for (size_t i = 0; i < count; i++) {
        free(names[i]);
    }
    free(names);
    json_decref(labs);
    worker_stop(&reader);
    *answer = EXIT_YES;
    return status;
}
