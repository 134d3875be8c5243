#include "kernels/mds.h"

#include <float.h>

/* A tile and its mirror image, 2 × 8 KiB, fit the first-level cache: without tiles the column-wise
 * half would miss it at every step. */
enum { TILE = 32 };

static bool tile_is_valid(const double *d_goal, size_t n, size_t top, size_t left, size_t *row,
                          size_t *column)
{
    for (size_t i = top; i < n && i < top + TILE; i++)
        for (size_t j = left; j <= i && j < left + TILE; j++) {
            const double distance = d_goal[i * n + j];
            /* False for NaN too. */
            const bool valid =
                distance >= 0 && distance <= DBL_MAX && distance == d_goal[j * n + i];
            if (!valid || (i == j && distance != 0)) {
                *row = i;
                *column = j;
                return false;
            }
        }
    return true;
}

bool mds_goal_is_valid(const double *d_goal, size_t n, size_t *row, size_t *column)
{
    for (size_t top = 0; top < n; top += TILE)
        for (size_t left = 0; left <= top; left += TILE)
            if (!tile_is_valid(d_goal, n, top, left, row, column))
                return false;
    return true;
}
