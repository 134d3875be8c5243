#include "plan/exercise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/exercise.h"
#include "plan/lab_parts.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct field exercise_fields[] = {
    {"file", FIELD_STRING, true, offsetof(struct exercise, file), 0},
    {"solution", FIELD_STRING, true, offsetof(struct exercise, solution), 0},
    {"target", FIELD_NUMBER, false, offsetof(struct exercise, target), 0},
    {"hints", FIELD_STRINGS, false, offsetof(struct exercise, hints),
     offsetof(struct exercise, hints_count)},
    {"function", FIELD_STRING, false, offsetof(struct exercise, function), 0},
    {"threads", FIELD_COUNT, false, offsetof(struct exercise, threads), 0},
    {"baseline", FIELD_STRING, false, offsetof(struct exercise, baseline), 0},
    {"problem", FIELD_STRING, false, offsetof(struct exercise, problem_file), 0},
    {"parameters", FIELD_OBJECT, false, offsetof(struct exercise, parameters), 0},
    {"oracle", FIELD_TABLE, false, 0, 0},
    {"absolute", FIELD_NUMBER, false, offsetof(struct exercise, tolerance_absolute), 0},
    {"relative", FIELD_NUMBER, false, offsetof(struct exercise, tolerance_relative), 0},
    {"size", FIELD_COUNT, false, offsetof(struct exercise, size), 0},
    {"trials", FIELD_SIZES, false, offsetof(struct exercise, trials),
     offsetof(struct exercise, trials_count)},
};

static bool is_variant(const struct lab *lab, const char *name)
{
    return lab_variant_index(lab, name) < lab->variants_count;
}

static enum status need_files(const struct field_place *place, struct lab *lab)
{
    const struct exercise *exercise = &lab->exercise;
    const struct {
        const char *key, *file;
    } files[] = {
        {"file", exercise->file},
        {"solution", exercise->solution},
        {"problem", exercise->problem_file},
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < COUNT(files); i++) {
        if (files[i].file != NULL) {
            status = lab_need_file(lab, place, files[i].key, files[i].file);
        }
    }
    if (status == STATUS_OK && exercise->baseline_is_file &&
        lab_need_file(lab, place, "baseline", exercise->baseline) != STATUS_OK) {
        status = fields_complain(place, "baseline", "\"%s\" is no variant and no file of the lab",
                                 exercise->baseline);
    }
    return status;
}

/* What one key says about another. */
static enum status check_together(const struct field_place *place, const struct lab *lab)
{
    static const char *const kept[] = {EXERCISE_START, EXERCISE_YOURS, EXERCISE_SOLUTION};
    const struct exercise *exercise = &lab->exercise;
    if (exercise->target > 1 || exercise->target <= 0) {
        return fields_complain(place, "target", "this must be above 0, and at most 1");
    }
    if (exercise->baseline_is_file && exercise->function == NULL) {
        return fields_complain(place, "function",
                               "this key is missing: which function of %s is the exercise?",
                               exercise->baseline);
    }
    if (exercise->problem_file != NULL && exercise->baseline == NULL) {
        return fields_complain(place, "baseline",
                               "this key is missing: an exercise with a problem of its own needs "
                               "the program (a file, or a variant) that is compared with");
    }
    if (exercise->oracle != NULL && exercise->oracle_kind == ORACLE_VARIANT &&
        !is_variant(lab, exercise->oracle)) {
        return fields_complain(place, "oracle", "no variant is named \"%s\"", exercise->oracle);
    }
    for (size_t i = 0; i < COUNT(kept); i++) {
        if (is_variant(lab, kept[i])) {
            return fields_complain(place, "file",
                                   "a lab with an exercise has no variant named \"%s\": `check` "
                                   "gives that name to a program of its own",
                                   kept[i]);
        }
    }
    return STATUS_OK;
}

enum status lab_read_exercise(const char *file, json_t *root, struct lab *lab)
{
    const struct field_place top = {file, ""}, place = {file, "exercise"};
    struct exercise *exercise = &lab->exercise;
    json_t *table;
    if (json_object_get(root, "exercise") == NULL) {
        return STATUS_OK;
    }
    exercise->tolerance_absolute = exercise->tolerance_relative = NAN;
    exercise->threads = 1;
    exercise->target = EXERCISE_TARGET;
    enum status status = lab_need_table(&top, root, "exercise", &table);
    if (status == STATUS_OK) {
        status = fields_read(&place, table, exercise_fields, COUNT(exercise_fields), exercise);
    }
    if (status == STATUS_OK && json_object_get(table, "oracle") != NULL) {
        status = lab_read_oracle(&place, table, lab, &exercise->oracle_kind, &exercise->oracle);
    }
    exercise->baseline_is_file = exercise->baseline != NULL && !is_variant(lab, exercise->baseline);
    if (status == STATUS_OK) {
        status = need_files(&place, lab);
    }
    return status == STATUS_OK ? check_together(&place, lab) : status;
}
