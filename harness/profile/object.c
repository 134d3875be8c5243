#include "profile/object.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "profile/memory.h"

enum { HEADER_BYTES = 40 }; /* of a str: up to and with its state */

static size_t put_utf8(char *to, uint32_t point)
{
    unsigned char *out = (unsigned char *)to;
    if (point < 0x80) {
        /* A control character (a name may hold anything) would break a line of output. */
        out[0] = (unsigned char)(point < 0x20 || point == 0x7f ? '?' : point);
        return 1;
    }
    if (point < 0x800) {
        out[0] = (unsigned char)(0xc0 | point >> 6);
        out[1] = (unsigned char)(0x80 | (point & 63));
        return 2;
    }
    if (point < 0x10000) {
        if (point >= 0xd800 && point < 0xe000) { /* half of a pair: no character */
            out[0] = '?';
            return 1;
        }
        out[0] = (unsigned char)(0xe0 | point >> 12);
        out[1] = (unsigned char)(0x80 | (point >> 6 & 63));
        out[2] = (unsigned char)(0x80 | (point & 63));
        return 3;
    }
    if (point > 0x10ffff) {
        out[0] = '?';
        return 1;
    }
    out[0] = (unsigned char)(0xf0 | point >> 18);
    out[1] = (unsigned char)(0x80 | (point >> 12 & 63));
    out[2] = (unsigned char)(0x80 | (point >> 6 & 63));
    out[3] = (unsigned char)(0x80 | (point & 63));
    return 4;
}

static uint32_t character(const unsigned char *data, size_t i, unsigned width)
{
    uint16_t pair;
    uint32_t whole;
    switch (width) {
    case 1:
        return data[i];
    case 2:
        memcpy(&pair, data + 2 * i, sizeof pair);
        return pair;
    default:
        memcpy(&whole, data + 4 * i, sizeof whole);
        return whole;
    }
}

char *object_text(pid_t pid, const struct layout *layout, uint64_t address, size_t *size)
{
    unsigned char header[HEADER_BYTES];
    if (address == 0 || !memory_read(pid, address, header, sizeof header)) {
        return NULL;
    }
    uint64_t length = memory_u64(header, TEXT_LENGTH);
    uint32_t state = memory_u32(header, TEXT_STATE);
    unsigned width = state >> 2 & 7;
    bool is_compact = (state >> 5 & 1) != 0, is_ascii = (state >> 6 & 1) != 0;
    if (!is_compact || (width != 1 && width != 2 && width != 4) || length > (uint64_t)1 << 32) {
        return NULL;
    }
    size_t count = length > OBJECT_TEXT_MOST ? OBJECT_TEXT_MOST : (size_t)length;
    size_t data_at = is_ascii ? layout->text_data_ascii : layout->text_data_other;
    unsigned char *data = malloc(count * width + 1);
    char *text = malloc(4 * count + 1);
    if (data == NULL || text == NULL ||
        (count > 0 && !memory_read(pid, address + data_at, data, count * width))) {
        free(data);
        free(text);
        return NULL;
    }
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        used += put_utf8(text + used, character(data, i, width));
    }
    text[used] = '\0';
    free(data);
    if (size != NULL) {
        *size = data_at + count * width;
    }
    return text;
}

unsigned char *object_bytes(pid_t pid, uint64_t address, size_t *size)
{
    uint64_t length;
    if (address == 0 || !memory_read(pid, address + OBJECT_SIZE, &length, sizeof length) ||
        length > OBJECT_BYTES_MOST) {
        return NULL;
    }
    unsigned char *bytes = malloc((size_t)length + 1);
    if (bytes != NULL && length > 0 &&
        !memory_read(pid, address + BYTES_DATA, bytes, (size_t)length)) {
        free(bytes);
        return NULL;
    }
    *size = (size_t)length;
    return bytes;
}
