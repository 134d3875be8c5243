#include "profile/tree.h"

#include <stdlib.h>

enum { SLOTS_FIRST = 1024 };

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for another stack; sample for a shorter time");
}

static size_t slot_of(const struct tree *tree, uint32_t parent, uint32_t frame)
{
    uint64_t key = ((uint64_t)parent << 32 | frame) * 0x9e3779b97f4a7c15ULL;
    return (size_t)(key >> 32) & (tree->slots_count - 1);
}

/* The slot that holds the node, or the empty one where it belongs. */
static size_t probe(const struct tree *tree, uint32_t parent, uint32_t frame)
{
    size_t slot = slot_of(tree, parent, frame);
    for (;; slot = (slot + 1) & (tree->slots_count - 1)) {
        const struct tree_node *node = &tree->nodes[tree->slots[slot]];
        if (tree->slots[slot] == 0 || (node->parent == parent && node->frame == frame)) {
            return slot;
        }
    }
}

/* Twice the slots: they are at most half full. */
static enum status grow_slots(struct tree *tree)
{
    uint32_t *slots = calloc(2 * tree->slots_count, sizeof *slots);
    if (slots == NULL) {
        return no_memory();
    }
    free(tree->slots);
    tree->slots = slots;
    tree->slots_count *= 2;
    for (size_t i = 1; i < tree->count; i++) {
        slots[probe(tree, tree->nodes[i].parent, tree->nodes[i].frame)] = (uint32_t)i;
    }
    return STATUS_OK;
}

enum status tree_make(struct tree *tree)
{
    *tree = (struct tree){.count = 1, .room = SLOTS_FIRST / 2, .slots_count = SLOTS_FIRST};
    tree->nodes = calloc(tree->room, sizeof *tree->nodes);
    tree->slots = calloc(tree->slots_count, sizeof *tree->slots);
    return tree->nodes == NULL || tree->slots == NULL ? no_memory() : STATUS_OK;
}

enum status tree_child(struct tree *tree, uint32_t parent, uint32_t frame, uint32_t *node)
{
    size_t slot = probe(tree, parent, frame);
    if (tree->slots[slot] != 0) {
        *node = tree->slots[slot];
        return STATUS_OK;
    }
    if (tree->count == tree->room) {
        size_t room = tree->room + tree->room / 2;
        struct tree_node *more =
            room > UINT32_MAX ? NULL : realloc(tree->nodes, room * sizeof *more);
        if (more == NULL) {
            return no_memory();
        }
        tree->nodes = more;
        tree->room = room;
    }
    *node = (uint32_t)tree->count++;
    tree->nodes[*node] = (struct tree_node){.parent = parent, .frame = frame};
    tree->slots[slot] = *node;
    return 2 * tree->count > tree->slots_count ? grow_slots(tree) : STATUS_OK;
}

void tree_free(struct tree *tree)
{
    free(tree->nodes);
    free(tree->slots);
    *tree = (struct tree){0};
}
