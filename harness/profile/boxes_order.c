#include "profile/boxes_order.h"

#include <stdlib.h>
#include <string.h>

struct weighing {
    const struct boxes *boxes;
    double per_old, per_new; /* what turns samples into shares */
};

static double weight(const struct weighing *weighing, uint32_t node)
{
    const struct boxes *boxes = weighing->boxes;
    double new = (double)boxes->totals[SIDE_NEW][node] * weighing->per_new;
    double old = boxes->totals[SIDE_OLD] == NULL
                     ? 0
                     : (double)boxes->totals[SIDE_OLD][node] * weighing->per_old;
    return old > new ? old : new;
}

/* By parent (those without one first), then widest first, then by name. */
static int compare_nodes(const void *a, const void *b, void *context)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    const struct weighing *weighing = context;
    const struct profile_node *nodes = weighing->boxes->tree.nodes;
    if (nodes[left].parent != nodes[right].parent) {
        return nodes[left].parent + 1 < nodes[right].parent + 1 ? -1 : 1;
    }
    double difference = weight(weighing, right) - weight(weighing, left);
    if (difference > 0 || difference < 0) {
        return difference > 0 ? 1 : -1;
    }
    int order = strcmp(boxes_name(weighing->boxes, nodes[left].frame)->function,
                       boxes_name(weighing->boxes, nodes[right].frame)->function);
    return order != 0 ? order : (left > right) - (left < right);
}

static bool is_empty(const struct boxes *boxes, uint32_t node)
{
    return boxes->totals[SIDE_NEW][node] == 0 &&
           (boxes->totals[SIDE_OLD] == NULL || boxes->totals[SIDE_OLD][node] == 0);
}

/* Walks the sorted nodes, each before its children, without recursion: a stack may be deep. By
 * parent + 1, `begins` says where its children begin, `nexts` which is next. */
static void walk(struct boxes *boxes, const uint32_t *sorted, const uint32_t *begins,
                 uint32_t *nexts)
{
    uint32_t above = PROFILE_NO_NODE, level = 0;
    for (;;) {
        uint32_t key = above + 1; /* 0 for PROFILE_NO_NODE */
        if (nexts[key] < begins[key + 1]) {
            uint32_t node = sorted[nexts[key]++];
            if (!is_empty(boxes, node)) { /* where others were folded away */
                boxes->items[boxes->count++] = (struct box){node, level++};
                above = node;
            }
        } else if (above == PROFILE_NO_NODE) {
            return;
        } else {
            above = boxes->tree.nodes[above].parent;
            level--;
        }
    }
}

static double share_of_one(uint64_t samples_count)
{
    return samples_count == 0 ? 0 : 1.0 / (double)samples_count;
}

enum status boxes_arrange(struct boxes *boxes)
{
    size_t count = boxes->tree.nodes_count;
    struct weighing weighing = {boxes, share_of_one(boxes->samples_count[SIDE_OLD]),
                                share_of_one(boxes->samples_count[SIDE_NEW])};
    uint32_t *sorted = calloc(count + 1, sizeof *sorted);
    uint32_t *begins = calloc(count + 2, sizeof *begins);
    uint32_t *nexts = calloc(count + 2, sizeof *nexts);
    boxes->items = calloc(count + 1, sizeof *boxes->items);
    bool made = sorted != NULL && begins != NULL && nexts != NULL && boxes->items != NULL;
    if (made) {
        for (uint32_t i = 0; i < count; i++) {
            sorted[i] = i;
            begins[(size_t)(uint32_t)(boxes->tree.nodes[i].parent + 1) + 1]++;
        }
        for (size_t i = 1; i < count + 2; i++) {
            begins[i] += begins[i - 1];
        }
        memcpy(nexts, begins, (count + 2) * sizeof *nexts);
        qsort_r(sorted, count, sizeof *sorted, compare_nodes, &weighing);
        walk(boxes, sorted, begins, nexts);
    }
    free(sorted);
    free(begins);
    free(nexts);
    return made ? STATUS_OK : status_fail(STATUS_NO_MEMORY, "no memory to draw the profile");
}
