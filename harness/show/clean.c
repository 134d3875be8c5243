#include "show/clean.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_COLUMNS_MAX = 200, FIELD_COLUMNS_MAX = 2000 };

struct range {
    uint32_t first, last;
};

/* Never shown: controls (a terminal obeys them) and marks that turn the direction of a line. */
static const struct range hidden[] = {{0x00, 0x1f},     {0x7f, 0x9f},     {0x200e, 0x200f},
                                      {0x2028, 0x202e}, {0x2066, 0x2069}, {0xfeff, 0xfeff}};

/* The blocks of combining marks that occur in names; not all of Unicode. */
static const struct range joined[] = {
    {0x300, 0x36f}, {0x1ab0, 0x1aff}, {0x200b, 0x200d}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}};

/* East Asian Wide and Fullwidth, by block, and the pictographs. */
static const struct range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},  {0x3041, 0xa4cf},
                                    {0xac00, 0xd7a3},   {0xf900, 0xfaff},  {0xfe30, 0xfe6f},
                                    {0xff00, 0xff60},   {0xffe0, 0xffe6},  {0x1f300, 0x1f64f},
                                    {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

#define IN(point, table) is_in(point, table, sizeof(table) / sizeof *(table))

static bool is_in(uint32_t point, const struct range *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (point >= table[i].first && point <= table[i].last) {
            return true;
        }
    }
    return false;
}

/* Reads one character; returns its length in bytes. Overlong forms, surrogates and stray bytes
 * are one byte of U+FFFD. `text` is not at its end, and a 0 ends it: no byte after a 0 is read. */
static size_t decode(const char *text, uint32_t *point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *bytes = (const unsigned char *)text;
    size_t length = bytes[0] < 0x80           ? 1
                    : (bytes[0] >> 5) == 0x06 ? 2
                    : (bytes[0] >> 4) == 0x0e ? 3
                    : (bytes[0] >> 3) == 0x1e ? 4
                                              : 0;
    uint32_t value = length == 1 ? bytes[0] : length > 1 ? bytes[0] & (0xffu >> (length + 1)) : 0;
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            length = 0;
            break;
        }
        value = value << 6 | (bytes[i] & 0x3f);
    }
    if (length == 0 || value < least[length] || value > 0x10ffff ||
        (value >= 0xd800 && value <= 0xdfff)) {
        *point = 0xfffd;
        return 1;
    }
    *point = value;
    return length;
}

static size_t width_of(uint32_t point)
{
    return IN(point, hidden) || IN(point, joined) ? 0 : IN(point, wide) ? 2 : 1;
}

size_t clean_width(const char *text)
{
    size_t width = 0;
    while (*text != '\0') {
        uint32_t point;
        text += decode(text, &point);
        width += width_of(point);
    }
    return width;
}

/* Prints the first `length` bytes of a text, cleaned, in at most `columns`; `escaped` lists the
 * ASCII characters that `escape` goes before. */
static void print_clean(const char *text, size_t length, size_t columns, const char *escaped,
                        const char *escape, FILE *out)
{
    const char *end = text + length;
    size_t width = 0;
    while (text < end && *text != '\0') {
        uint32_t point;
        size_t bytes = decode(text, &point);
        bool blank = point == '\t' || point == '\n';
        size_t taken = blank ? 1 : width_of(point);
        /* A last character that fits needs no dots after it. */
        if (width + taken > columns - (text + bytes < end && text[bytes] != '\0')) {
            fputs("…", out);
            return;
        }
        width += taken;
        if (blank) {
            fputc(' ', out);
        } else if (point == 0xfffd) {
            fputs("\xef\xbf\xbd", out);
        } else if (!IN(point, hidden)) {
            if (point < 0x80 && strchr(escaped, (int)point) != NULL) {
                fputs(escape, out);
            }
            fwrite(text, 1, bytes, out);
        }
        text += bytes;
    }
}

static char *copy_line(const char *text, size_t length, size_t columns)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    if (out == NULL) {
        return NULL;
    }
    print_clean(text, length, columns, "", "", out);
    if (fclose(out) != 0) {
        free(line);
        return NULL;
    }
    return line;
}

char *clean_line(const char *text, size_t columns)
{
    text = text != NULL ? text : "";
    return copy_line(text, strlen(text), columns);
}

static bool is_blank(char c)
{
    return strchr(" \t\r\n", c) != NULL;
}

char *clean_last_line(const char *text, size_t columns)
{
    text = text != NULL ? text : "";
    const char *end = text + strlen(text);
    while (end > text && is_blank(end[-1])) {
        end--;
    }
    const char *start = end;
    while (start > text && start[-1] != '\n') {
        start--;
    }
    while (start < end && is_blank(*start)) {
        start++;
    }
    return copy_line(start, (size_t)(end - start), columns);
}

void clean_print_block(const char *text, const char *prefix, size_t lines_max, FILE *out)
{
    text = text != NULL ? text : "";
    size_t length = strlen(text), lines = 1;
    while (length > 0 && is_blank(text[length - 1])) {
        length--;
    }
    for (size_t i = 0; i < length; i++) {
        lines += text[i] == '\n';
    }
    if (lines > lines_max) {
        fprintf(out, "%s… (%zu lines before this)\n", prefix, lines - lines_max);
    }
    for (const char *line = text, *end = text + length; line <= end; lines--) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop != NULL ? stop : end;
        if (lines <= lines_max) {
            fputs(stop > line ? prefix : "", out);
            print_clean(line, (size_t)(stop - line), LINE_COLUMNS_MAX, "", "", out);
            fputc('\n', out);
        }
        line = stop + 1;
    }
}

void clean_print_markdown(const char *text, FILE *out)
{
    text = text != NULL ? text : "–";
    print_clean(text, strlen(text), FIELD_COLUMNS_MAX, "\\`*_{}[]<>#!|~^$&@", "\\", out);
}

void clean_print_csv(const char *text, FILE *out)
{
    if (text == NULL || text[0] == '\0') {
        return;
    }
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    fputs(quoted ? "\"" : "", out);
    print_clean(text, strlen(text), FIELD_COLUMNS_MAX, "\"", "\"", out);
    fputs(quoted ? "\"" : "", out);
}

void clean_print_gnuplot(const char *text, FILE *out)
{
    text = text != NULL ? text : "";
    fputc('\'', out); /* in single quotes gnuplot expands nothing, and '' is a quote */
    print_clean(text, strlen(text), LINE_COLUMNS_MAX, "'", "'", out);
    fputc('\'', out);
}
