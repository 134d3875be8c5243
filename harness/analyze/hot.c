#include "analyze/hot.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int compare_names(const struct profile_frame *a, const struct profile_frame *b)
{
    int order = (int)a->kind - (int)b->kind;
    order = order != 0 ? order : strcmp(a->function, b->function);
    return order != 0 ? order : strcmp(a->file, b->file);
}

struct place {
    const struct profile_frame *frame;
    uint32_t index;
};

static int by_name(const void *a, const void *b)
{
    return compare_names(((const struct place *)a)->frame, ((const struct place *)b)->frame);
}

static int by_total(const void *a, const void *b)
{
    const struct hot_function *first = a, *second = b;
    if (first->total_count != second->total_count) {
        return first->total_count > second->total_count ? -1 : 1;
    }
    if (first->self_count != second->self_count) {
        return first->self_count > second->self_count ? -1 : 1;
    }
    return strcmp(first->function, second->function);
}

/* Frames of one function (they differ in their line) get one number. */
static enum status number(const struct profile *profile, uint32_t *numbers,
                          struct hot_function *functions, size_t *count)
{
    struct place *places = calloc(profile->frames_count + 1, sizeof *places);
    if (places == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a list of functions");
    }
    for (size_t i = 0; i < profile->frames_count; i++) {
        places[i] = (struct place){&profile->frames[i], (uint32_t)i};
    }
    qsort(places, profile->frames_count, sizeof *places, by_name);
    *count = 0;
    for (size_t i = 0; i < profile->frames_count; i++) {
        const struct profile_frame *frame = places[i].frame;
        if (i == 0 || compare_names(places[i - 1].frame, frame) != 0) {
            functions[(*count)++] =
                (struct hot_function){frame->file, frame->function, frame->kind, 0, 0};
        }
        numbers[places[i].index] = (uint32_t)(*count - 1);
    }
    free(places);
    return STATUS_OK;
}

/* Adds up a tree. A node counts for its function unless one above it is of the same function. */
struct sums {
    const struct profile *profile;
    const uint32_t *numbers;
    struct hot_function *functions;
    uint64_t *below; /* samples of a node and all below it */
};

static bool stands_above(const struct sums *sums, size_t node)
{
    const struct profile_node *nodes = sums->profile->nodes;
    uint32_t own = sums->numbers[nodes[node].frame];
    for (uint32_t n = nodes[node].parent; n != PROFILE_NO_NODE; n = nodes[n].parent) {
        if (sums->numbers[nodes[n].frame] == own) {
            return true;
        }
    }
    return false;
}

static void add_up(struct sums *sums)
{
    const struct profile *profile = sums->profile;
    for (size_t i = profile->nodes_count; i-- > 0;) { /* children before their parents */
        const struct profile_node *node = &profile->nodes[i];
        bool is_mark = profile->frames[node->frame].kind == FRAME_MARK;
        struct hot_function *function = &sums->functions[sums->numbers[node->frame]];
        sums->below[i] += node->samples_count;
        if (node->parent != PROFILE_NO_NODE) {
            sums->below[node->parent] += sums->below[i];
        }
        uint32_t holder = is_mark ? node->parent : (uint32_t)i;
        if (holder != PROFILE_NO_NODE) {
            sums->functions[sums->numbers[profile->nodes[holder].frame]].self_count +=
                node->samples_count;
        }
        if (!stands_above(sums, i)) {
            function->total_count += sums->below[i];
        }
    }
}

enum status hot_functions(const struct profile *profile, struct hot_function **functions,
                          size_t *count)
{
    uint32_t *numbers = calloc(profile->frames_count + 1, sizeof *numbers);
    uint64_t *below = calloc(profile->nodes_count + 1, sizeof *below);
    enum status status = STATUS_OK;
    *functions = calloc(profile->frames_count + 1, sizeof **functions);
    *count = 0;
    if (*functions == NULL || numbers == NULL || below == NULL) {
        status = status_fail(STATUS_NO_MEMORY, "no memory for a list of functions");
        goto out;
    }
    status = number(profile, numbers, *functions, count);
    if (status == STATUS_OK) {
        struct sums sums = {profile, numbers, *functions, below};
        add_up(&sums);
        size_t kept = 0;
        for (size_t i = 0; i < *count; i++) {
            if ((*functions)[i].kind != FRAME_MARK) {
                (*functions)[kept++] = (*functions)[i];
            }
        }
        *count = kept;
        qsort(*functions, kept, sizeof **functions, by_total);
    }
out:
    free(numbers);
    free(below);
    if (status != STATUS_OK) {
        free(*functions);
        *functions = NULL;
    }
    return status;
}
