/* Changes: which functions' shares of the samples differ most between two profiles.
 *
 * Units: shares, from 0 to 1, of all samples of a profile. A function's share is that of the
 * samples in whose stacks it is, once each, however often it is in them.
 */
#ifndef FORTYFOLD_PROFILE_CHANGES_H
#define FORTYFOLD_PROFILE_CHANGES_H

#include "profile/boxes.h"

struct change {
    uint32_t name;
    double shares[SIDES];
};

/* Fills `changes` with the `count` functions whose shares differ most, by at least `least`; returns
 * how many there are in `*found`. Marks are left out. STATUS_NO_MEMORY. */
enum status changes_find(const struct boxes *boxes, double least, struct change *changes,
                         size_t count, size_t *found);

#endif
