/* Places: where the names of points stand in a picture, beside their points and not on each other.
 *
 * Units: pixels of the picture, from its lower left corner.
 */
#ifndef FORTYFOLD_SHOW_PLACES_H
#define FORTYFOLD_SHOW_PLACES_H

#include <stddef.h>

struct place {
    double x, y;
};

/* For each point the middle of its name, `width` × `height` large: of some places around the point
 * the first that is free of points and of names placed before; the first of all where none is. */
void places_find(const struct place *points, size_t count, double width, double height,
                 struct place *names);

#endif
