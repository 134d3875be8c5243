/* Lines: which source line each instruction of a code object belongs to (co_linetable).
 *
 * The table has the same form in CPython 3.11 to 3.13 (Objects/locations.md in its source).
 * Units: code units of two bytes. Ownership: lines_decode() allocates the ranges.
 */
#ifndef FORTYFOLD_PROFILE_LINES_H
#define FORTYFOLD_PROFILE_LINES_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct line_range {
    uint32_t end;   /* the first code unit after the range; it begins where the last one ends */
    int32_t line;   /* 0: none */
    uint32_t frame; /* the caller's; UINT32_MAX at first */
};

/* Decodes `size` bytes; neighbours of one line become one range. What is damaged ends the table.
 * STATUS_NO_MEMORY. The caller frees *ranges. */
enum status lines_decode(const unsigned char *table, size_t size, int first_line,
                         struct line_range **ranges, size_t *count);

/* The range of code unit `unit`, NULL beyond the last. */
struct line_range *lines_find(struct line_range *ranges, size_t count, uint32_t unit);

#endif
