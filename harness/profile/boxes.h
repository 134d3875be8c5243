/* Boxes: a profile, or two, arranged for drawing. Frames of one function are one box (unless lines
 * are asked for), and the boxes stand in the order in which a reader meets them: each before those
 * that it called, the widest first.
 *
 * Two profiles are compared by function: the program's own functions by their names alone (two
 * versions of a lab are different files), libraries and compiled code by file and name, marks
 * without regard to digits (two processes have different numbers). Lines never count.
 *
 * Units: samples.
 *
 * Ownership: `boxes` owns its arrays; boxes_free() releases them. The names are those of the
 * profiles, which must live as long.
 */
#ifndef FORTYFOLD_PROFILE_BOXES_H
#define FORTYFOLD_PROFILE_BOXES_H

#include <stdbool.h>

#include "model/profile.h"

/* A profile by itself is NEW. */
enum side { SIDE_OLD, SIDE_NEW, SIDES };

/* What happens to functions that call themselves, directly or in turn (up to 8 of them). */
enum recursion {
    /* Fold where the stacks would else be drawn too deep, and in comparisons: one version's solve()
     * may call another's, whose callees would else have nothing to be compared with. */
    RECURSION_AUTO,
    RECURSION_KEEP, /* a box each time */
    RECURSION_FOLD  /* what repeats, after its first time, is drawn as that first time */
};

/* Deeper than BOXES_DEEP frames, RECURSION_AUTO folds: a window shows 40 to 60 rows, and twice that
 * can be scrolled through. Deeper than BOXES_LEVELS_MAX is not drawn: samples count for the last
 * frame that is (browsers draw pictures of 16 million pixels height, not much more). */
enum { BOXES_DEEP = 100, BOXES_LEVELS_MAX = 20000 };

struct box {
    uint32_t node;  /* index into tree.nodes */
    uint32_t level; /* 0: called by nobody */
};

/* How many samples were in that line of a box's function. */
struct box_line {
    uint32_t node;
    int line;
    uint64_t samples_count;
};

struct boxes {
    struct profile tree; /* its frames are names: index them only */
    struct box *items;
    size_t count;
    const struct profile_frame **names[SIDES]; /* by name: a frame of that side, or NULL */
    uint64_t *totals[SIDES];                   /* by node: with what it called; OLD may be NULL */
    uint64_t *selves[SIDES];                   /* by node: without */
    uint64_t samples_count[SIDES];             /* of the whole profile */
    uint32_t *folded; /* by node: the most calls of a stack that were folded into it or above */
    struct box_line *lines; /* by node and line; of a single profile, if its lines are merged */
    size_t lines_count;
    size_t levels_count;  /* rows needed */
    size_t deepest_count; /* frames of the deepest stack there was */
    bool is_folded, is_cut;
};

/* Arranges a profile (`old` NULL), or compares two. With `lines`, a box is a function in one of its
 * lines; not in a comparison. STATUS_NO_MEMORY. */
enum status boxes_make(const struct profile *old, const struct profile *new, bool lines,
                       enum recursion recursion, struct boxes *boxes);

/* The frame that gives a name its words. */
const struct profile_frame *boxes_name(const struct boxes *boxes, uint32_t name);

/* Where the lines of a node begin in `boxes->lines`, and how many there are. */
const struct box_line *boxes_lines(const struct boxes *boxes, uint32_t node, size_t *count);

/* NULL and all zero are legal. */
void boxes_free(struct boxes *boxes);

#endif
