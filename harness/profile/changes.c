#include "profile/changes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Each name's samples on each side: of the outermost boxes of that name. */
static enum status count_names(const struct boxes *boxes, uint64_t *counts)
{
    uint32_t *open = calloc(boxes->tree.frames_count + 1, sizeof *open); /* how many are above */
    uint32_t *path = calloc(boxes->levels_count + 1, sizeof *path);      /* their names, by level */
    size_t depth = 0;
    bool made = open != NULL && path != NULL;
    for (size_t i = 0; made && i < boxes->count; i++) {
        const struct box *box = &boxes->items[i];
        while (depth > box->level) {
            open[path[--depth]]--;
        }
        uint32_t name = boxes->tree.nodes[box->node].frame;
        for (size_t side = 0; side < SIDES && open[name] == 0; side++) {
            counts[SIDES * name + side] += boxes->totals[side][box->node];
        }
        path[depth++] = name;
        open[name]++;
    }
    free(open);
    free(path);
    return made ? STATUS_OK : status_fail(STATUS_NO_MEMORY, "no memory to compare the profiles");
}

static double difference(const struct change *change)
{
    return fabs(change->shares[SIDE_NEW] - change->shares[SIDE_OLD]);
}

/* Puts a change into its place among the `*found` largest so far. */
static void insert(const struct change *change, struct change *changes, size_t count, size_t *found)
{
    size_t at = *found;
    while (at > 0 && difference(change) > difference(&changes[at - 1])) {
        at--;
    }
    if (at == count) {
        return;
    }
    *found += *found < count;
    memmove(&changes[at + 1], &changes[at], (*found - at - 1) * sizeof *changes);
    changes[at] = *change;
}

enum status changes_find(const struct boxes *boxes, double least, struct change *changes,
                         size_t count, size_t *found)
{
    uint64_t *counts = calloc(SIDES * (boxes->tree.frames_count + 1), sizeof *counts);
    *found = 0;
    if (counts == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory to compare the profiles");
    }
    enum status status = count_names(boxes, counts);
    for (uint32_t name = 0; status == STATUS_OK && name < boxes->tree.frames_count; name++) {
        struct change change = {.name = name};
        for (size_t side = 0; side < SIDES; side++) {
            change.shares[side] =
                (double)counts[SIDES * name + side] / (double)boxes->samples_count[side];
        }
        if (boxes->tree.frames[name].kind != FRAME_MARK && difference(&change) >= least) {
            insert(&change, changes, count, found);
        }
    }
    free(counts);
    return status;
}
