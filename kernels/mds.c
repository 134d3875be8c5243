#include "kernels/mds.h"

#include <float.h>
#include <string.h>

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

static uint64_t bits_of(double number)
{
    uint64_t bits;

    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* Is every pair of the tile equal to the last bit, and without a sign and finite (the largest
 * exponent, plus one, would reach the sign)? Whole numbers, and no branch for each pair: almost all
 * tiles are so, and the others are looked at more closely. */
static bool tile_is_plain(const double *d_goal, size_t n, size_t top, size_t left)
{
    const uint64_t one_exponent = UINT64_C(1) << 52, sign = UINT64_C(1) << 63;
    uint64_t different = 0, odd = 0, diagonal = 0;

    for (size_t i = top; i < n && i < top + TILE; i++) {
        const size_t end = i < left + TILE ? i + 1 : left + TILE;
        for (size_t j = left; j < end; j++) {
            const uint64_t bits = bits_of(d_goal[i * n + j]);
            different |= bits ^ bits_of(d_goal[j * n + i]);
            odd |= bits | (bits + one_exponent);
        }
        if (top == left)
            diagonal |= bits_of(d_goal[i * n + i]);
    }
    return (different | (odd & sign) | diagonal) == 0;
}

bool mds_goal_is_valid(const double *d_goal, size_t n, size_t *row, size_t *column)
{
    for (size_t top = 0; top < n; top += TILE)
        for (size_t left = 0; left <= top; left += TILE)
            if (!tile_is_plain(d_goal, n, top, left) &&
                !tile_is_valid(d_goal, n, top, left, row, column))
                return false;
    return true;
}
