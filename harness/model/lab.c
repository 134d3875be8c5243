#include "model/lab.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void free_strings(char **strings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(strings[i]);
    }
    free(strings);
}

static void free_exercise(struct exercise *exercise)
{
    free_strings(exercise->hints, exercise->hints_count);
    free(exercise->file);
    free(exercise->solution);
    free(exercise->function);
    free(exercise->baseline);
    free(exercise->problem_file);
    free(exercise->parameters);
    free(exercise->oracle);
    free(exercise->trials);
}

void lab_free(struct lab *lab)
{
    if (lab == NULL) {
        return;
    }
    for (size_t i = 0; i < lab->variants_count; i++) {
        struct variant *variant = &lab->variants[i];
        free(variant->name);
        free(variant->label);
        free(variant->file);
        free(variant->function);
        free(variant->after);
        free(variant->interpreter);
        free_strings(variant->requirements, variant->requirements_count);
    }
    for (size_t i = 0; i < lab->presets_count; i++) {
        free(lab->presets[i].name);
        free(lab->presets[i].sizes);
        free(lab->presets[i].parameters);
        free_strings(lab->presets[i].variants, lab->presets[i].variants_count);
    }
    free_exercise(&lab->exercise);
    free(lab->variants);
    free(lab->presets);
    free(lab->name);
    free(lab->folder);
    free(lab->title);
    free(lab->summary);
    free(lab->tier);
    free(lab->problem_file);
    free(lab->parameters);
    free(lab->work);
    free(lab->oracle);
    memset(lab, 0, sizeof *lab);
}

size_t lab_variant_index(const struct lab *lab, const char *name)
{
    size_t i = 0;
    while (i < lab->variants_count && strcmp(lab->variants[i].name, name) != 0) {
        i++;
    }
    return i;
}

static char *copy(const char *text)
{
    return text == NULL ? NULL : strdup(text);
}

enum status lab_add_control(struct lab *lab, const char *name)
{
    size_t index = lab_variant_index(lab, name);
    if (index == lab->variants_count) {
        return status_fail(STATUS_BAD_INPUT, "the lab %s has no variant \"%s\"", lab->name, name);
    }
    struct variant *variants = realloc(lab->variants, (lab->variants_count + 1) * sizeof *variants);
    if (variants == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a variant");
    }
    lab->variants = variants;
    const struct variant *original = &variants[index];
    struct variant *again = &variants[lab->variants_count++];
    *again = (struct variant){.file = copy(original->file),
                              .function = copy(original->function),
                              .interpreter = copy(original->interpreter),
                              .threads = original->threads,
                              .max_size = original->max_size,
                              .requirements = NULL};
    again->name = text_format("%s" LAB_CONTROL_SUFFIX, original->name);
    again->label = text_format("%s, again", original->label);
    lab->baseline = index;
    return again->name == NULL || again->label == NULL || again->file == NULL ||
                   again->function == NULL
               ? status_fail(STATUS_NO_MEMORY, "no memory for a variant")
               : STATUS_OK;
}

const struct preset *lab_preset(const struct lab *lab, const char *name)
{
    for (size_t i = 0; i < lab->presets_count; i++) {
        if (strcmp(lab->presets[i].name, name) == 0) {
            return &lab->presets[i];
        }
    }
    return NULL;
}
