#include "plan/cross.h"

#include <stdio.h>
#include <string.h>

enum status cross_variant(const struct lab *lab, const struct field_place *place, const char *key,
                          const char *name)
{
    return lab_variant_index(lab, name) < lab->variants_count
               ? STATUS_OK
               : fields_complain(place, key, "no variant is named \"%s\"", name);
}

/* `after` must lead from each variant to one that has none. */
static enum status check_steps(const struct lab *lab, const char *file)
{
    for (size_t i = 0; i < lab->variants_count; i++) {
        char name[48];
        snprintf(name, sizeof name, "variant[%zu]", i);
        const struct field_place place = {file, name};
        const struct variant *at = &lab->variants[i];
        for (size_t steps = 0; at->after != NULL; steps++) {
            enum status status = cross_variant(lab, &place, "after", at->after);
            if (status != STATUS_OK) {
                return status;
            }
            if (steps == lab->variants_count) {
                return fields_complain(&place, "after", "\"%s\" leads back to itself", at->after);
            }
            at = &lab->variants[lab_variant_index(lab, at->after)];
        }
    }
    return STATUS_OK;
}

static enum status check_preset_variants(const struct lab *lab, const char *file)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < lab->presets_count; i++) {
        const struct preset *preset = &lab->presets[i];
        char name[96];
        snprintf(name, sizeof name, "presets.%s", preset->name);
        const struct field_place place = {file, name};
        for (size_t j = 0; status == STATUS_OK && j < preset->variants_count; j++) {
            status = cross_variant(lab, &place, "variants", preset->variants[j]);
        }
    }
    return status;
}

enum status cross_check(const struct lab *lab, const char *file)
{
    enum status status = check_steps(lab, file);
    return status == STATUS_OK ? check_preset_variants(lab, file) : status;
}
