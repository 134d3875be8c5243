#include "plan/lab.h"

#include <ctype.h>
#include <dirent.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/text.h"
#include "measure/ask.h"
#include "plan/cross.h"
#include "plan/exercise.h"
#include "plan/fields.h"
#include "plan/lab_parts.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* lab.toml, table by table. */

static const struct field lab_fields[] = {
    {"title", FIELD_STRING, true, offsetof(struct lab, title), 0},
    {"summary", FIELD_STRING, true, offsetof(struct lab, summary), 0},
    {"minutes", FIELD_NUMBER, true, offsetof(struct lab, minutes), 0},
    {"tier", FIELD_STRING, true, offsetof(struct lab, tier), 0},
    {"baseline", FIELD_TABLE, true, 0, 0},
    {"problem", FIELD_TABLE, true, 0, 0},
    {"presets", FIELD_TABLE, true, 0, 0},
    {"variant", FIELD_TABLE, true, 0, 0},
    {"exercise", FIELD_TABLE, false, 0, 0},
};

static const struct field problem_fields[] = {
    {"file", FIELD_STRING, true, offsetof(struct lab, problem_file), 0},
    {"parameters", FIELD_OBJECT, false, offsetof(struct lab, parameters), 0},
    {"work", FIELD_OBJECT, false, offsetof(struct lab, work), 0},
    {"oracle", FIELD_TABLE, true, 0, 0},
    {"absolute", FIELD_NUMBER, true, offsetof(struct lab, tolerance_absolute), 0},
    {"relative", FIELD_NUMBER, true, offsetof(struct lab, tolerance_relative), 0},
};

static const struct field preset_fields[] = {
    {"sizes", FIELD_SIZES, true, offsetof(struct preset, sizes),
     offsetof(struct preset, sizes_count)},
    {"parameters", FIELD_OBJECT, false, offsetof(struct preset, parameters), 0},
    {"blocks", FIELD_COUNT, false, offsetof(struct preset, blocks), 0},
    {"samples", FIELD_COUNT, false, offsetof(struct preset, samples), 0},
    {"timeout_s", FIELD_NUMBER, false, offsetof(struct preset, timeout_s), 0},
    {"budget_s", FIELD_NUMBER, false, offsetof(struct preset, budget_s), 0},
    {"minutes", FIELD_NUMBER, false, offsetof(struct preset, minutes), 0},
    {"variants", FIELD_STRINGS, false, offsetof(struct preset, variants),
     offsetof(struct preset, variants_count)},
    {"warmup_size", FIELD_COUNT, false, offsetof(struct preset, warmup_size), 0},
};

static const struct field variant_fields[] = {
    {"name", FIELD_STRING, true, offsetof(struct variant, name), 0},
    {"label", FIELD_STRING, false, offsetof(struct variant, label), 0},
    {"file", FIELD_STRING, true, offsetof(struct variant, file), 0},
    {"function", FIELD_STRING, true, offsetof(struct variant, function), 0},
    {"after", FIELD_STRING, false, offsetof(struct variant, after), 0},
    {"interpreter", FIELD_STRING, false, offsetof(struct variant, interpreter), 0},
    {"threads", FIELD_COUNT, false, offsetof(struct variant, threads), 0},
    {"max_size", FIELD_COUNT, false, offsetof(struct variant, max_size), 0},
    {"requires", FIELD_STRINGS, false, offsetof(struct variant, requirements),
     offsetof(struct variant, requirements_count)},
};

static const char *const tiers[] = {"hands-on", "demo", "optional"};

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory to read a lab");
}

static bool is_name(const char *name)
{
    for (const char *at = name; *at != '\0'; at++) {
        if (!isalnum((unsigned char)*at) && strchr("_-.+", *at) == NULL) {
            return false;
        }
    }
    return *name != '\0';
}

static enum status check_variant(struct lab *lab, const struct field_place *place,
                                 struct variant *variant)
{
    if (!is_name(variant->name)) {
        return fields_complain(place, "name",
                               "\"%s\" must consist of letters, digits, '-', '_', '.' and '+'",
                               variant->name);
    }
    for (const struct variant *other = lab->variants; other < variant; other++) {
        if (strcmp(other->name, variant->name) == 0) {
            return fields_complain(place, "name", "a second variant is named \"%s\"",
                                   variant->name);
        }
    }
    if (variant->label == NULL) {
        variant->label = strdup(variant->name);
    }
    if (variant->label == NULL) {
        return no_memory();
    }
    variant->threads = variant->threads == 0 ? 1 : variant->threads;
    return lab_need_file(lab, place, "file", variant->file);
}

static enum status read_variants(const char *file, json_t *root, struct lab *lab)
{
    const struct field_place top = {file, ""};
    json_t *array = json_object_get(root, "variant");
    if (!json_is_array(array) || json_array_size(array) == 0) {
        return fields_complain(&top, "variant", "a lab needs [[variant]] tables, at least one");
    }
    lab->variants = calloc(json_array_size(array), sizeof *lab->variants);
    if (lab->variants == NULL) {
        return no_memory();
    }
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < json_array_size(array); i++) {
        char name[48];
        snprintf(name, sizeof name, "variant[%zu]", i);
        const struct field_place place = {file, name};
        struct variant *variant = &lab->variants[lab->variants_count++];
        status = fields_read(&place, json_array_get(array, i), variant_fields,
                             COUNT(variant_fields), variant);
        if (status == STATUS_OK) {
            status = check_variant(lab, &place, variant);
        }
    }
    return status;
}

static enum status read_presets(const char *file, json_t *root, struct lab *lab)
{
    const struct field_place top = {file, ""};
    json_t *table, *value;
    const char *key;
    enum status status = lab_need_table(&top, root, "presets", &table);
    if (status != STATUS_OK) {
        return status;
    }
    lab->presets = calloc(json_object_size(table) + 1, sizeof *lab->presets);
    if (lab->presets == NULL) {
        return no_memory();
    }
    json_object_foreach(table, key, value)
    {
        char name[96];
        snprintf(name, sizeof name, "presets.%s", key);
        const struct field_place place = {file, name};
        struct preset *preset = &lab->presets[lab->presets_count++];
        preset->name = strdup(key);
        if (!json_is_object(value)) {
            return fields_complain(&top, name, "this must be a table: [%s]", name);
        }
        status = fields_read(&place, value, preset_fields, COUNT(preset_fields), preset);
        if (status == STATUS_OK && preset->parameters == NULL) {
            preset->parameters = strdup("{}");
        }
        if (status != STATUS_OK) {
            return status;
        }
        if (preset->name == NULL || preset->parameters == NULL) {
            return no_memory();
        }
    }
    return lab->presets_count > 0
               ? STATUS_OK
               : fields_complain(&top, "presets", "a lab needs at least one, [presets.quick]");
}

static enum status read_problem(const char *file, json_t *root, struct lab *lab)
{
    const struct field_place top = {file, ""}, place = {file, "problem"};
    json_t *table;
    enum status status = lab_need_table(&top, root, "problem", &table);
    if (status == STATUS_OK) {
        status = fields_read(&place, table, problem_fields, COUNT(problem_fields), lab);
    }
    if (status == STATUS_OK && lab->parameters == NULL) {
        lab->parameters = strdup("{}");
    }
    if (status == STATUS_OK) {
        status = lab_need_file(lab, &place, "file", lab->problem_file);
    }
    if (status == STATUS_OK) {
        status = lab_read_oracle(&place, table, lab, &lab->oracle_kind, &lab->oracle);
    }
    return status;
}

/* What only the whole can tell: names that refer to variants, the tier. */
static enum status check_whole(const char *file, json_t *root, struct lab *lab)
{
    const struct field_place top = {file, ""}, problem = {file, "problem"};
    const char *baseline;
    enum status status = lab_need_string(&top, root, "baseline", &baseline);
    if (status != STATUS_OK) {
        return status;
    }
    lab->baseline = lab_variant_index(lab, baseline);
    status = cross_variant(lab, &top, "baseline", baseline);
    if (status == STATUS_OK && lab->oracle_kind == ORACLE_VARIANT) {
        status = cross_variant(lab, &problem, "oracle", lab->oracle);
    }
    if (status == STATUS_OK) {
        status = cross_check(lab, file);
    }
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < COUNT(tiers); i++) {
        if (strcmp(lab->tier, tiers[i]) == 0) {
            return STATUS_OK;
        }
    }
    return fields_complain(&top, "tier", "\"%s\" must be \"hands-on\", \"demo\" or \"optional\"",
                           lab->tier);
}

/* tomllib ends its message with "(at line 3, column 9)": say it as compilers do. */
static enum status syntax_error(const char *path, const char *traceback)
{
    const char *newline = strrchr(traceback, '\n');
    while (newline != NULL && newline > traceback && newline[1] == '\0') {
        newline = memrchr(traceback, '\n', (size_t)(newline - traceback));
    }
    const char *last = newline == NULL ? traceback : newline + 1;
    const char *message = strstr(last, ": ");
    message = message == NULL ? last : message + 2;
    const char *at = strstr(message, " (at line ");
    unsigned line = 0, column = 0;
    if (at != NULL && sscanf(at, " (at line %u, column %u)", &line, &column) == 2) {
        return status_fail(STATUS_BAD_INPUT, "%s:%u:%u: %.*s", path, line, column,
                           (int)(at - message), message);
    }
    return status_fail(STATUS_BAD_INPUT, "%s: %.*s", path, (int)strcspn(message, "\n"), message);
}

enum status lab_read_toml(struct worker *worker, const char *path, char **json)
{
    if (access(path, R_OK) != 0) {
        return status_fail(STATUS_BAD_INPUT, "%s cannot be read", path);
    }
    enum status status = ask_toml(worker, path, json);
    if (status == STATUS_REFUSED) {
        const char *reason = worker->failure.reason;
        status = syntax_error(path, reason == NULL ? "not a TOML file" : reason);
    }
    return status;
}

static enum status read_all(const char *file, json_t *root, struct lab *lab)
{
    const struct field_place top = {file, ""};
    enum status status = fields_read(&top, root, lab_fields, COUNT(lab_fields), lab);
    if (status == STATUS_OK) {
        status = read_variants(file, root, lab);
    }
    if (status == STATUS_OK) {
        status = read_problem(file, root, lab);
    }
    if (status == STATUS_OK) {
        status = read_presets(file, root, lab);
    }
    if (status == STATUS_OK) {
        status = check_whole(file, root, lab);
    }
    if (status == STATUS_OK) {
        status = lab_read_exercise(file, root, lab);
    }
    return status;
}

enum status lab_read(struct worker *worker, const char *folder, struct lab *lab)
{
    char *json = NULL;
    json_t *root = NULL;
    memset(lab, 0, sizeof *lab);
    const char *slash = strrchr(folder, '/');
    lab->folder = strdup(folder);
    lab->name = strdup(slash == NULL ? folder : slash + 1);
    char *file = text_format("%s/lab.toml", folder);
    enum status status = lab->folder == NULL || lab->name == NULL || file == NULL
                             ? no_memory()
                             : lab_read_toml(worker, file, &json);
    if (status == STATUS_OK) {
        root = json_loads(json, 0, NULL);
        status = root == NULL ? status_fail(STATUS_BAD_INPUT, "%s cannot be understood", file)
                              : read_all(file, root, lab);
    }
    json_decref(root);
    free(json);
    free(file);
    return status;
}
