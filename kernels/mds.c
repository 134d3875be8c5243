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

/* Two numbers' bits: a register that every processor of today has. */
typedef uint64_t two __attribute__((vector_size(16)));

static two two_of(const double *numbers)
{
    two bits;

    memcpy(&bits, numbers, sizeof bits);
    return bits;
}

/* Asks for the beginning of `count` rows of a tile, for soon; each has 256 bytes. */
static void fetch(const double *tile, size_t n, size_t row)
{
    const char *line = (const char *)(tile + row * n);

    for (size_t at = 0; at < TILE * sizeof(double); at += 64)
        __builtin_prefetch(line + at, 0, 2);
}

/* The same of a whole tile below the diagonal, four pairs at a time. The tile to the right is
 * fetched meanwhile, and its mirror image, whose rows lie n numbers apart. */
static bool whole_tile_is_plain(const double *d_goal, size_t n, size_t top, size_t left)
{
    const uint64_t one_exponent = UINT64_C(1) << 52, sign = UINT64_C(1) << 63;
    const two exponents = {one_exponent, one_exponent};
    two different = {0, 0}, odd = {0, 0};

    for (size_t i = top; i < top + TILE; i += 2) {
        const double *row = d_goal + i * n;
        for (size_t k = i - top; k < i - top + 2; k++) {
            fetch(d_goal + top * n + left + TILE, n, k);
            fetch(d_goal + (left + TILE) * n + top, n, k);
        }
        for (size_t j = left; j < left + TILE; j += 2) {
            const double *mirror = d_goal + j * n + i;
            const two a = two_of(row + j), b = two_of(row + n + j);
            const two c = two_of(mirror), d = two_of(mirror + n);
            different |= a ^ __builtin_shufflevector(c, d, 0, 2);
            different |= b ^ __builtin_shufflevector(c, d, 1, 3);
            odd |= (a | (a + exponents)) | (b | (b + exponents));
        }
    }
    return ((different[0] | different[1]) | ((odd[0] | odd[1]) & sign)) == 0;
}

bool mds_goal_is_valid(const double *d_goal, size_t n, size_t *row, size_t *column)
{
    for (size_t top = 0; top < n; top += TILE)
        for (size_t left = 0; left <= top; left += TILE) {
            const bool is_plain = left < top && n - top >= TILE
                                      ? whole_tile_is_plain(d_goal, n, top, left)
                                      : tile_is_plain(d_goal, n, top, left);
            if (!is_plain && !tile_is_valid(d_goal, n, top, left, row, column))
                return false;
        }
    return true;
}
