#include "plan/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "plan/merge.h"

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for a plan");
}

static const char *variant_name(const struct lab *lab, size_t index)
{
    return lab->variants[index].name;
}

static const char *preset_name(const struct lab *lab, size_t index)
{
    return lab->presets != NULL ? lab->presets[index].name : "";
}

/* "naive, numpy, c" for messages; the caller frees it. */
static char *join_names(const struct lab *lab, size_t count,
                        const char *(*name)(const struct lab *lab, size_t index))
{
    char *names = NULL;
    for (size_t i = 0; i < count; i++) {
        char *longer =
            text_format("%s%s%s", names == NULL ? "" : names, i > 0 ? ", " : "", name(lab, i));
        free(names);
        names = longer;
    }
    return names;
}

static void free_parts(char **parts, size_t count)
{
    for (size_t i = 0; parts != NULL && i < count; i++) {
        free(parts[i]);
    }
    free(parts);
}

static bool contains(const size_t *items, size_t count, size_t item)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i] == item) {
            return true;
        }
    }
    return false;
}

static void add_variant(struct plan *plan, size_t variant)
{
    if (!contains(plan->variants, plan->variants_count, variant)) {
        plan->variants[plan->variants_count++] = variant;
    }
}

/* The preset's variants, or all; in the lab's order. */
static void choose_preset_variants(const struct lab *lab, const struct preset *preset,
                                   struct plan *plan)
{
    for (size_t i = 0; i < lab->variants_count; i++) {
        bool wanted = preset->variants == NULL;
        for (size_t j = 0; j < preset->variants_count && !wanted; j++) {
            wanted = strcmp(preset->variants[j], lab->variants[i].name) == 0;
        }
        if (wanted) {
            add_variant(plan, i);
        }
    }
}

static enum status choose_variants(const struct lab *lab, const struct preset *preset,
                                   const char *names, struct plan *plan)
{
    plan->variants = calloc(lab->variants_count, sizeof *plan->variants);
    if (plan->variants == NULL) {
        return no_memory();
    }
    plan->variants[plan->variants_count++] = lab->baseline;
    if (names == NULL) {
        choose_preset_variants(lab, preset, plan);
        return STATUS_OK;
    }
    enum status status = STATUS_OK;
    size_t count = 0;
    char **parts = text_split(names, ',', &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        size_t variant = lab_variant_index(lab, text_trim(parts[i]));
        if (variant == lab->variants_count) {
            char *known = join_names(lab, lab->variants_count, variant_name);
            status = status_fail(STATUS_BAD_INPUT, "the lab %s has no variant \"%s\"; it has: %s",
                                 lab->name, text_trim(parts[i]), known == NULL ? "" : known);
            free(known);
        } else {
            add_variant(plan, variant);
        }
    }
    if (status == STATUS_OK && count == 0) {
        status = status_fail(STATUS_BAD_INPUT, "--variant needs at least one name");
    }
    free_parts(parts, count);
    return status;
}

static int compare_sizes(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static enum status parse_sizes(const char *text, struct plan *plan)
{
    enum status status = STATUS_OK;
    size_t count = 0;
    char **parts = text_split(text, ',', &count);
    plan->sizes = calloc(count + 1, sizeof *plan->sizes);
    if (parts == NULL || plan->sizes == NULL) {
        status = no_memory();
    }
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        uint64_t size;
        if (!text_parse_u64(text_trim(parts[i]), &size) || size == 0 || size > 1000000000) {
            status = status_fail(STATUS_BAD_INPUT,
                                 "--size takes whole numbers above 0, as in 10,100; not \"%s\"",
                                 parts[i]);
        } else if (!contains(plan->sizes, plan->sizes_count, (size_t)size)) {
            plan->sizes[plan->sizes_count++] = (size_t)size;
        }
    }
    if (status == STATUS_OK && plan->sizes_count == 0) {
        status = status_fail(STATUS_BAD_INPUT, "--size takes whole numbers above 0, as in 10,100");
    }
    if (status == STATUS_OK) {
        qsort(plan->sizes, plan->sizes_count, sizeof *plan->sizes, compare_sizes);
    }
    free_parts(parts, count);
    return status;
}

static enum status choose_sizes(const struct preset *preset, const char *sizes, struct plan *plan)
{
    if (sizes != NULL) {
        return parse_sizes(sizes, plan);
    }
    plan->sizes = calloc(preset->sizes_count, sizeof *plan->sizes);
    if (plan->sizes == NULL) {
        return no_memory();
    }
    memcpy(plan->sizes, preset->sizes, preset->sizes_count * sizeof *plan->sizes);
    plan->sizes_count = preset->sizes_count;
    return STATUS_OK;
}

/* Half of the memory: a runaway variant must not push the classroom's laptops into swap. */
static uint64_t memory_default_bytes(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (uint64_t)pages * (uint64_t)page / 2 : 0;
}

static size_t first_size(size_t a, size_t b, size_t c)
{
    return a != 0 ? a : b != 0 ? b : c;
}

static double first_time(double a, double b, double c)
{
    return a > 0 ? a : b > 0 ? b : c;
}

/* A number of blocks that was asked for is kept; else the precision decides. */
static void plan_blocks(const struct plan_request *request, const struct preset *preset,
                        struct plan *plan)
{
    size_t asked = first_size(request->blocks, preset->blocks, 0);
    plan->blocks_least = first_size(asked, PLAN_BLOCKS_DEFAULT, 0);
    if (asked != 0 && request->precision <= 0) {
        plan->blocks_count = asked;
        return;
    }
    plan->precision = first_time(request->precision, PLAN_PRECISION_DEFAULT, 0);
    plan->blocks_count =
        plan->blocks_least > PLAN_BLOCKS_MOST ? plan->blocks_least : PLAN_BLOCKS_MOST;
}

enum status plan_build(const struct lab *lab, const struct plan_request *request, struct plan *plan)
{
    memset(plan, 0, sizeof *plan);
    const char *name = request->preset == NULL ? "quick" : request->preset;
    const struct preset *preset = lab_preset(lab, name);
    if (preset == NULL && request->preset == NULL && lab->presets_count > 0) {
        preset = &lab->presets[0];
    }
    if (preset == NULL) {
        char *known = join_names(lab, lab->presets_count, preset_name);
        enum status status =
            status_fail(STATUS_BAD_INPUT, "the lab %s has no preset \"%s\"; it has: %s", lab->name,
                        name, known == NULL ? "" : known);
        free(known);
        return status;
    }
    plan->seed = request->seed_given ? request->seed : plan_fresh_seed();
    plan->preset = strdup(preset->name);
    plan->control = request->control == NULL ? NULL : strdup(request->control);
    plan_blocks(request, preset, plan);
    plan->samples_count = first_size(request->samples, preset->samples, PLAN_SAMPLES_DEFAULT);
    plan->timeout_s = first_time(request->timeout_s, preset->timeout_s, PLAN_TIMEOUT_DEFAULT_S);
    plan->budget_s = first_time(request->budget_s, preset->budget_s, 0);
    plan->memory_bytes =
        request->memory_bytes != 0 ? request->memory_bytes : memory_default_bytes();
    plan->warmup_size = preset->warmup_size;
    enum status status = plan->preset == NULL ? no_memory() : STATUS_OK;
    if (status == STATUS_OK) {
        status = merge_parameters(lab->parameters, preset->parameters, &plan->parameters);
    }
    if (status == STATUS_OK) {
        status = choose_variants(lab, preset, request->variants, plan);
    }
    if (status == STATUS_OK) {
        status = choose_sizes(preset, request->sizes, plan);
    }
    if (status != STATUS_OK) {
        plan_free(plan);
    }
    return status;
}
