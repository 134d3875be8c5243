#include "model/exercise.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where most mistakes show: nothing to do but one thing, the first pair, an odd number, a few. */
static const size_t trial_sizes[] = {1, 2, 3, 7};

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for an exercise");
}

/* Puts a copy of `text` in the place of *owned; NULL leaves it. */
static enum status replace(char **owned, const char *text)
{
    if (text == NULL) {
        return STATUS_OK;
    }
    char *copy = strdup(text);
    if (copy == NULL) {
        return no_memory();
    }
    free(*owned);
    *owned = copy;
    return STATUS_OK;
}

static enum status add_variant(struct lab *lab, const char *name, const char *label,
                               const char *file, const char *function, size_t threads)
{
    struct variant *variants = realloc(lab->variants, (lab->variants_count + 1) * sizeof *variants);
    if (variants == NULL) {
        return no_memory();
    }
    lab->variants = variants;
    struct variant *added = &variants[lab->variants_count++];
    *added = (struct variant){.name = strdup(name),
                              .label = strdup(label),
                              .file = strdup(file),
                              .function = strdup(function),
                              .threads = threads};
    return added->name == NULL || added->label == NULL || added->file == NULL ||
                   added->function == NULL
               ? no_memory()
               : STATUS_OK;
}

static enum status set_baseline(struct lab *lab)
{
    const struct exercise *exercise = &lab->exercise;
    if (exercise->baseline_is_file) {
        lab->baseline = lab->variants_count;
        return add_variant(lab, EXERCISE_START, "as it was handed out", exercise->baseline,
                           exercise->function, exercise->threads);
    }
    if (exercise->baseline != NULL) {
        lab->baseline = lab_variant_index(lab, exercise->baseline);
    }
    return STATUS_OK;
}

static enum status set_problem(struct lab *lab)
{
    const struct exercise *exercise = &lab->exercise;
    const char *oracle = exercise->oracle;
    enum oracle_kind kind = exercise->oracle_kind;
    if (oracle == NULL && exercise->problem_file != NULL) {
        oracle = lab->variants[lab->baseline].name;
        kind = ORACLE_VARIANT;
    }
    if (oracle != NULL) {
        lab->oracle_kind = kind;
    }
    if (!isnan(exercise->tolerance_absolute)) {
        lab->tolerance_absolute = exercise->tolerance_absolute;
    }
    if (!isnan(exercise->tolerance_relative)) {
        lab->tolerance_relative = exercise->tolerance_relative;
    }
    enum status status = replace(&lab->oracle, oracle);
    if (status == STATUS_OK && exercise->problem_file != NULL) {
        status = replace(&lab->parameters, "{}");
    }
    return status == STATUS_OK ? replace(&lab->problem_file, exercise->problem_file) : status;
}

/* The largest size of the preset that the baseline is run at; its smallest where there is none. */
static size_t largest_size(const struct lab *lab, const struct preset *preset)
{
    size_t most = lab->variants[lab->baseline].max_size, size = preset->sizes[0];
    for (size_t i = 0; i < preset->sizes_count; i++) {
        if (most == 0 || preset->sizes[i] <= most) {
            size = preset->sizes[i];
        }
    }
    return size;
}

static enum status set_preset(struct lab *lab)
{
    const struct exercise *exercise = &lab->exercise;
    const struct preset *quick = lab_preset(lab, "quick");
    struct preset *preset = &lab->presets[quick == NULL ? 0 : quick - lab->presets];
    size_t size = exercise->size != 0 ? exercise->size : largest_size(lab, preset);
    /* A problem of its own has nothing to do with the lab's parameters. */
    const char *parameters = exercise->parameters != NULL     ? exercise->parameters
                             : exercise->problem_file != NULL ? "{}"
                                                              : NULL;
    preset->sizes[0] = size;
    preset->sizes_count = 1;
    preset->blocks = preset->samples = preset->warmup_size = 0;
    preset->timeout_s = preset->budget_s = 0;
    enum status status = replace(&preset->parameters, parameters);
    return status == STATUS_OK ? replace(&preset->name, EXERCISE_PRESET) : status;
}

enum status exercise_arrange(struct lab *lab, const char *file)
{
    const struct exercise *exercise = &lab->exercise;
    enum status status = set_baseline(lab);
    const char *function = exercise->function != NULL || status != STATUS_OK
                               ? exercise->function
                               : lab->variants[lab->baseline].function;
    if (status == STATUS_OK) {
        status =
            add_variant(lab, EXERCISE_YOURS, "your program", file, function, exercise->threads);
    }
    if (status == STATUS_OK) {
        status = add_variant(lab, EXERCISE_SOLUTION, "the worked answer", exercise->solution,
                             function, exercise->threads);
    }
    if (status == STATUS_OK) {
        status = set_problem(lab);
    }
    return status == STATUS_OK ? set_preset(lab) : status;
}

enum status exercise_trials(const struct lab *lab, size_t **sizes, size_t *count)
{
    const struct exercise *exercise = &lab->exercise;
    const struct preset *preset = lab_preset(lab, EXERCISE_PRESET);
    const size_t *from = exercise->trials != NULL ? exercise->trials : trial_sizes;
    size_t from_count = exercise->trials != NULL ? exercise->trials_count
                                                 : sizeof trial_sizes / sizeof *trial_sizes;
    *count = 0;
    *sizes = malloc((from_count + 1) * sizeof **sizes);
    if (*sizes == NULL) {
        return no_memory();
    }
    for (size_t i = 0; i < from_count; i++) {
        if (exercise->trials != NULL || from[i] < preset->sizes[0]) {
            (*sizes)[(*count)++] = from[i];
        }
    }
    if (*count == 0) {
        (*sizes)[(*count)++] = preset->sizes[0];
    }
    return STATUS_OK;
}
