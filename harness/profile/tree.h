/* Tree: the stacks seen so far, as a tree of frames from the root down, with counts. A stack of
 * 5,000 frames that differs from the last one at its end costs a few nodes, not 5,000.
 *
 * Units: samples. Frames are numbers of the caller's (indices into a profile's frames).
 * Ownership: a tree owns its nodes; node numbers stay valid until tree_free().
 */
#ifndef FORTYFOLD_PROFILE_TREE_H
#define FORTYFOLD_PROFILE_TREE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct tree_node {
    uint32_t parent; /* TREE_ROOT for the first frame of a stack */
    uint32_t frame;
    uint64_t samples_count; /* of the stack that ends here */
};

struct tree {
    struct tree_node *nodes; /* nodes[0] is the root */
    size_t count, room;
    uint32_t *slots; /* a hash table of node numbers, 0: empty */
    size_t slots_count;
};

enum { TREE_ROOT = 0 };

enum status tree_make(struct tree *tree);

/* The node for `frame` called from `parent`, made where it is new. STATUS_NO_MEMORY. */
enum status tree_child(struct tree *tree, uint32_t parent, uint32_t frame, uint32_t *node);

void tree_free(struct tree *tree);

#endif
