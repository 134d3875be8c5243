/* The order of boxes; for boxes.c only. */
#ifndef FORTYFOLD_PROFILE_BOXES_ORDER_H
#define FORTYFOLD_PROFILE_BOXES_ORDER_H

#include "profile/boxes.h"

/* Fills `items` from the tree and the totals: each box before those that it called, the widest (of
 * two profiles: on the side where it is wider) first. Leaves out what has no samples, where others
 * were folded away. STATUS_NO_MEMORY. */
enum status boxes_arrange(struct boxes *boxes);

#endif
