#include <stdlib.h>
#include <string.h>

#include "profile/look_parts.h"

/* A mark as a frame of the profile. */
static enum status mark(struct looker *looker, const char *words, uint32_t *frame)
{
    const struct profile_frame new = {"", words, 0, FRAME_MARK};
    return profile_intern(looker->profile, &new, frame);
}

/* Writes a node's stack, from the root, into `frames` (room for `depth` + 2): the marks, then the
 * frames. */
static enum status spell(struct looker *looker, uint32_t node, uint32_t *frames, size_t depth,
                         size_t *length)
{
    const struct tree_node *nodes = looker->tree.nodes;
    const struct origin *origin = NULL;
    size_t at = depth + 2;
    for (uint32_t n = node; n != TREE_ROOT; n = nodes[n].parent) {
        if (nodes[n].parent == TREE_ROOT) {
            origin = &looker->origins[nodes[n].frame];
        } else {
            frames[--at] = nodes[n].frame;
        }
    }
    enum status status = STATUS_OK;
    if (looker->report->threads_count > 1) {
        status = mark(looker, origin->thread, &frames[--at]);
    }
    if (status == STATUS_OK && looker->report->processes_count > 1) {
        status = mark(looker, origin->process, &frames[--at]);
    }
    *length = depth + 2 - at;
    memmove(frames, frames + at, *length * sizeof *frames);
    return status;
}

/* How many threads and processes there are in the graph. */
static void count_origins(struct looker *looker)
{
    const struct tree_node *nodes = looker->tree.nodes;
    struct sampler_report *report = looker->report;
    for (size_t i = 1; i < looker->tree.count; i++) {
        uint32_t n = (uint32_t)i;
        while (nodes[i].samples_count > 0 && nodes[n].parent != TREE_ROOT) {
            n = nodes[n].parent;
        }
        if (nodes[i].samples_count > 0) {
            looker->origins[nodes[n].frame].has_samples = true;
        }
    }
    for (size_t i = 0; i < looker->origins_count; i++) {
        bool is_new = looker->origins[i].has_samples;
        report->threads_count += is_new;
        for (size_t j = 0; j < i; j++) {
            is_new =
                is_new && !(looker->origins[j].has_samples &&
                            looker->origins[j].process_number == looker->origins[i].process_number);
        }
        report->processes_count += is_new;
    }
}

enum status looker_finish(struct looker *looker)
{
    const struct tree *tree = &looker->tree;
    count_origins(looker);
    uint32_t *frames = NULL;
    size_t room = 0;
    enum status status = STATUS_OK;
    for (size_t i = 1; status == STATUS_OK && i < tree->count; i++) {
        size_t depth = 0, length;
        if (tree->nodes[i].samples_count == 0) {
            continue;
        }
        for (uint32_t n = (uint32_t)i; n != TREE_ROOT; n = tree->nodes[n].parent) {
            depth++;
        }
        if (depth + 2 > room) {
            uint32_t *more = realloc(frames, 2 * (depth + 2) * sizeof *more);
            if (more == NULL) {
                status = look_no_memory();
                break;
            }
            frames = more;
            room = 2 * (depth + 2);
        }
        status = spell(looker, (uint32_t)i, frames, depth, &length);
        if (status == STATUS_OK) {
            status = profile_add(looker->profile, frames, length, tree->nodes[i].samples_count);
        }
    }
    free(frames);
    return status;
}
