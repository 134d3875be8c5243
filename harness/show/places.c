#include "show/places.h"

#include <math.h>
#include <stdbool.h>

/* Half the width of a point's mark. */
static const double mark = 6;

static bool is_free(const struct place *points, size_t count, double width, double height,
                    const struct place *names, size_t placed, struct place at)
{
    for (size_t i = 0; i < count; i++) {
        if (fabs(points[i].x - at.x) < width / 2 + mark &&
            fabs(points[i].y - at.y) < height / 2 + mark) {
            return false;
        }
    }
    for (size_t i = 0; i < placed; i++) {
        if (fabs(names[i].x - at.x) < width && fabs(names[i].y - at.y) < height) {
            return false;
        }
    }
    return true;
}

void places_find(const struct place *points, size_t count, double width, double height,
                 struct place *names)
{
    /* In names and marks from the point: right, left, above, below; the corners; farther away. */
    static const struct place sides[] = {{1, 0},  {-1, 0},  {0, 1}, {0, -1}, {1, 1}, {-1, 1},
                                         {1, -1}, {-1, -1}, {2, 0}, {-2, 0}, {2, 1}, {-2, 1}};
    const double step_x = width / 2 + mark, step_y = height / 2 + mark;
    for (size_t i = 0; i < count; i++) {
        names[i] = (struct place){points[i].x + step_x, points[i].y};
        for (size_t s = 0; s < sizeof sides / sizeof *sides; s++) {
            struct place at = {points[i].x + sides[s].x * step_x,
                               points[i].y + sides[s].y * step_y};
            if (is_free(points, count, width, height, names, i, at)) {
                names[i] = at;
                break;
            }
        }
    }
}
