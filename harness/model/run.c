#include "model/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const cell_status_names[CELL_STATUS_COUNT] = {
    [CELL_OK] = "ok",
    [CELL_WRONG] = "wrong",
    [CELL_CRASHED] = "crashed",
    [CELL_TIMEOUT] = "timeout",
    [CELL_OUT_OF_MEMORY] = "out_of_memory",
    [CELL_ERROR] = "error",
    [CELL_SKIPPED] = "skipped",
};

static const char *const verdict_names[VERDICT_COUNT] = {
    [VERDICT_FASTER] = "faster",
    [VERDICT_SLOWER] = "slower",
    [VERDICT_NOT_RESOLVED] = "not resolved",
};

const char *cell_status_name(enum cell_status status)
{
    return cell_status_names[status];
}

const char *verdict_name(enum verdict verdict)
{
    return verdict_names[verdict];
}

double ratio_smallest(const struct ratio *ratio)
{
    return sqrt(ratio->high / ratio->low);
}

enum status run_make_cells(struct run *run)
{
    const struct plan *plan = &run->plan;
    run->cells = calloc(plan->variants_count * plan->sizes_count + 1, sizeof *run->cells);
    if (run->cells == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for the cells of a run");
    }
    for (size_t i = 0; i < plan->variants_count; i++) {
        for (size_t j = 0; j < plan->sizes_count; j++) {
            struct cell *cell = &run->cells[run->cells_count++];
            cell->variant = plan->variants[i];
            cell->size = plan->sizes[j];
        }
    }
    return STATUS_OK;
}

struct cell *run_cell(const struct run *run, size_t variant, size_t size)
{
    for (size_t i = 0; i < run->cells_count; i++) {
        if (run->cells[i].variant == variant && run->cells[i].size == size) {
            return &run->cells[i];
        }
    }
    return NULL;
}

uint64_t cell_calls(const struct cell *cell, const struct sample *sample)
{
    return sample->calls_count > 0 ? sample->calls_count : cell->calls_per_sample_count;
}

size_t run_variant_after(const struct run *run, size_t variant)
{
    const char *after = run->variants[variant].after;
    size_t i = 0;
    while (i < run->variants_count &&
           (after == NULL || strcmp(run->variants[i].name, after) != 0)) {
        i++;
    }
    return i;
}

enum status cell_add_sample(struct cell *cell, const struct sample *sample)
{
    if (cell->samples_count == cell->samples_capacity) {
        size_t capacity = cell->samples_capacity == 0 ? 16 : cell->samples_capacity * 2;
        struct sample *samples = realloc(cell->samples, capacity * sizeof *samples);
        if (samples == NULL) {
            return status_fail(STATUS_NO_MEMORY, "no memory for %zu samples", capacity);
        }
        cell->samples = samples;
        cell->samples_capacity = capacity;
    }
    cell->samples[cell->samples_count++] = *sample;
    return STATUS_OK;
}

enum status cell_add_worker(struct cell *cell, const struct worker_times *times)
{
    struct worker_times *workers =
        realloc(cell->workers, (cell->workers_count + 1) * sizeof *workers);
    if (workers == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for %zu workers", cell->workers_count + 1);
    }
    workers[cell->workers_count++] = *times;
    cell->workers = workers;
    return STATUS_OK;
}

enum status cell_fail(struct cell *cell, enum cell_status status, const char *reason)
{
    if (cell->status != CELL_OK) {
        return STATUS_OK;
    }
    char *copy = strdup(reason);
    if (copy == NULL) {
        return STATUS_NO_MEMORY;
    }
    cell->status = status;
    cell->reason = copy;
    return STATUS_OK;
}

/* Room for `count` numbers in the newest page, or in a fresh one; NULL when there is none. */
static uint16_t *order_room(struct run *run, size_t count)
{
    struct order_page *page = run->order_pages;
    const size_t most = sizeof page->variants / sizeof *page->variants;
    if (count > most) {
        return NULL;
    }
    if (page == NULL || most - page->used < count) {
        page = calloc(1, sizeof *page);
        if (page == NULL) {
            return NULL;
        }
        page->older = run->order_pages;
        run->order_pages = page;
    }
    page->used += count;
    return page->variants + page->used - count;
}

enum status run_add_order(struct run *run, uint32_t block, uint32_t round, size_t size,
                          const size_t *variants, size_t count)
{
    if (run->order_count == run->order_capacity) {
        size_t capacity = run->order_capacity == 0 ? 32 : run->order_capacity * 2;
        struct round_order *order = realloc(run->order, capacity * sizeof *order);
        if (order == NULL) {
            return status_fail(STATUS_NO_MEMORY, "no memory for %zu rounds", capacity);
        }
        run->order = order;
        run->order_capacity = capacity;
    }
    uint16_t *room = order_room(run, count);
    if (room == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a round of %zu variants", count);
    }
    for (size_t i = 0; i < count; i++) {
        room[i] = (uint16_t)variants[i];
    }
    run->order[run->order_count++] = (struct round_order){block, round, size, room, count};
    return STATUS_OK;
}

static void free_warning(struct warning *warning)
{
    free(warning->code);
    free(warning->message);
    free(warning->remedy);
}

static enum status add_warning(struct run *run, const char *code, const char *message,
                               const char *remedy, bool is_observed)
{
    for (size_t i = 0; i < run->warnings_count; i++) {
        if (strcmp(run->warnings[i].code, code) == 0) {
            return STATUS_OK;
        }
    }
    struct warning added = {strdup(code), strdup(message), strdup(remedy), is_observed};
    struct warning *warnings = realloc(run->warnings, (run->warnings_count + 1) * sizeof *warnings);
    run->warnings = warnings != NULL ? warnings : run->warnings;
    if (warnings == NULL || added.code == NULL || added.message == NULL || added.remedy == NULL) {
        free_warning(&added);
        return status_fail(STATUS_NO_MEMORY, "no memory for a warning");
    }
    run->warnings[run->warnings_count++] = added;
    return STATUS_OK;
}

enum status run_warn(struct run *run, const char *code, const char *message, const char *remedy)
{
    return add_warning(run, code, message, remedy, false);
}

enum status run_observe(struct run *run, const char *code, const char *message, const char *remedy)
{
    return add_warning(run, code, message, remedy, true);
}

const struct fit *run_fit(const struct run *run, size_t variant)
{
    for (size_t i = 0; i < run->fits_count; i++) {
        if (run->fits[i].variant == variant) {
            return &run->fits[i];
        }
    }
    return NULL;
}

void run_clear_curves(struct run *run)
{
    free(run->fits);
    free(run->crossovers);
    run->fits = NULL;
    run->crossovers = NULL;
    run->fits_count = run->crossovers_count = 0;
}

void run_clear_warnings(struct run *run)
{
    size_t kept = 0;
    for (size_t i = 0; i < run->warnings_count; i++) {
        if (run->warnings[i].is_observed) {
            run->warnings[kept++] = run->warnings[i];
        } else {
            free_warning(&run->warnings[i]);
        }
    }
    run->warnings_count = kept;
}

static void free_warnings(struct run *run)
{
    for (size_t i = 0; i < run->warnings_count; i++) {
        free_warning(&run->warnings[i]);
    }
    free(run->warnings);
}

static void free_cells(struct run *run)
{
    for (size_t i = 0; i < run->cells_count; i++) {
        struct cell *cell = &run->cells[i];
        free(cell->reason);
        free(cell->samples);
        free(cell->workers);
    }
    free(run->cells);
}

static void free_lists(struct run *run)
{
    for (size_t i = 0; i < run->variants_count; i++) {
        free(run->variants[i].name);
        free(run->variants[i].label);
        free(run->variants[i].after);
        free(run->variants[i].interpreter);
        free(run->variants[i].interpreter_version);
    }
    while (run->order_pages != NULL) {
        struct order_page *older = run->order_pages->older;
        free(run->order_pages);
        run->order_pages = older;
    }
    free_warnings(run);
    free(run->variants);
    free(run->order);
}

void run_free(struct run *run)
{
    if (run == NULL) {
        return;
    }
    char **strings[] = {
        &run->id,
        &run->started,
        &run->finished,
        &run->command,
        &run->folder,
        &run->host.hostname,
        &run->host.cpu,
        &run->host.isa,
        &run->host.kernel,
        &run->host.os,
        &run->host.governor,
        &run->host.virtualised,
        &run->software.fortyfold,
        &run->software.git_commit,
        &run->software.python,
        &run->software.python_executable,
        &run->software.python_host,
        &run->software.numpy,
        &run->software.compiler,
        &run->software.cflags,
        &run->lab_name,
        &run->lab_title,
        &run->lab_folder,
        &run->lab_summary,
    };
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        free(*strings[i]);
    }
    free_cells(run);
    free_lists(run);
    run_clear_curves(run);
    plan_free(&run->plan);
    memset(run, 0, sizeof *run);
}
