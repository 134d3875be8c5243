#include "profile/lines.h"

#include <stdlib.h>

/* Entry codes: the byte that begins an entry is 1 cccc lll, code c and length l + 1. */
enum {
    CODE_ONE_LINE_0 = 10, /* 10, 11, 12: the line advances by 0, 1, 2 */
    CODE_ONE_LINE_2 = 12,
    CODE_NO_COLUMNS = 13, /* an advance */
    CODE_LONG = 14,       /* an advance, and columns */
    CODE_NONE = 15        /* no line at all */
};

struct reader {
    const unsigned char *at, *end;
};

/* Six bits a byte, the lowest first; bit 6 says that more follow. */
static uint32_t read_unsigned(struct reader *reader)
{
    uint32_t value = 0;
    for (unsigned shift = 0; reader->at < reader->end && shift < 32; shift += 6) {
        unsigned char byte = *reader->at++;
        value |= (uint32_t)(byte & 63) << shift;
        if ((byte & 64) == 0) {
            break;
        }
    }
    return value;
}

/* The sign is the lowest bit. */
static int32_t read_signed(struct reader *reader)
{
    uint32_t value = read_unsigned(reader);
    int32_t size = (int32_t)(value >> 1);
    return (value & 1) != 0 ? -size : size;
}

/* By how much the line advances; the rest of the entry is columns, which the next entry's first
 * byte ends: it alone has its highest bit set. */
static int32_t read_advance(struct reader *reader, unsigned code)
{
    int32_t advance = 0;
    if (code == CODE_LONG || code == CODE_NO_COLUMNS) {
        advance = read_signed(reader);
    } else if (code >= CODE_ONE_LINE_0 && code <= CODE_ONE_LINE_2) {
        advance = (int32_t)code - CODE_ONE_LINE_0;
    }
    while (reader->at < reader->end && (*reader->at & 128) == 0) {
        reader->at++;
    }
    return advance;
}

static enum status add(struct line_range **ranges, size_t *count, uint32_t end, int32_t line)
{
    if (*count > 0 && (*ranges)[*count - 1].line == line) {
        (*ranges)[*count - 1].end = end;
        return STATUS_OK;
    }
    /* Doubling: there is room as long as the count is no power of two. */
    if ((*count & (*count - 1)) == 0) {
        size_t room = *count == 0 ? 1 : 2 * *count;
        struct line_range *more = realloc(*ranges, room * sizeof *more);
        if (more == NULL) {
            return status_fail(STATUS_NO_MEMORY, "no memory for a function's lines");
        }
        *ranges = more;
    }
    (*ranges)[(*count)++] = (struct line_range){end, line, UINT32_MAX};
    return STATUS_OK;
}

enum status lines_decode(const unsigned char *table, size_t size, int first_line,
                         struct line_range **ranges, size_t *count)
{
    struct reader reader = {table, table + size};
    uint32_t end = 0;
    int32_t line = first_line;
    enum status status = STATUS_OK;
    *ranges = NULL;
    *count = 0;
    while (status == STATUS_OK && reader.at < reader.end && (*reader.at & 128) != 0) {
        unsigned head = *reader.at++;
        unsigned code = head >> 3 & 15;
        end += (head & 7) + 1;
        line += read_advance(&reader, code);
        status = add(ranges, count, end, code == CODE_NONE ? 0 : line);
    }
    if (status != STATUS_OK) {
        free(*ranges);
        *ranges = NULL;
        *count = 0;
    }
    return status;
}

struct line_range *lines_find(struct line_range *ranges, size_t count, uint32_t unit)
{
    size_t low = 0, high = count; /* every range before low ends at or before unit */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges[middle].end <= unit) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count ? &ranges[low] : NULL;
}
