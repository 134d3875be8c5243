#include "profile/spelling.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/letters.h"

/* More digits would not fit an int, and no file has as many lines. */
enum { LINE_DIGITS = 9 };

static const char library_mark[] = " [library]";

/* Where the parts of a spelling are. */
struct parts {
    enum frame_kind kind;
    const char *file, *function;
    size_t file_size, function_size;
    int line;
};

static bool ends_with(const char *text, size_t size, const char *end)
{
    size_t end_size = strlen(end);
    return size >= end_size && memcmp(text + size - end_size, end, end_size) == 0;
}

/* The line number in the digits at the end of the text, after a colon, and where that colon is. */
static bool parse_line(const char *text, size_t size, size_t *colon, int *line)
{
    size_t at = size;
    while (at > 0 && isdigit((unsigned char)text[at - 1])) {
        at--;
    }
    if (at == size || at == 0 || text[at - 1] != ':' || size - at > LINE_DIGITS) {
        return false;
    }
    *line = (int)strtol(text + at, NULL, 10); /* ends at the first that is no digit */
    *colon = at - 1;
    return true;
}

/* FILE:FUNCTION:LINE; the function has no colon, the file may. */
static bool parse_python(const char *text, size_t size, struct parts *parts)
{
    size_t end;
    if (!parse_line(text, size, &end, &parts->line)) {
        return false;
    }
    const char *colon = memrchr(text, ':', end);
    if (colon == NULL) {
        return false;
    }
    parts->file = text;
    parts->file_size = (size_t)(colon - text);
    parts->function = colon + 1;
    parts->function_size = end - parts->file_size - 1;
    return true;
}

/* Whether a path is one of the places where Python keeps what is not the program's own. */
static bool is_library(const char *file, size_t size)
{
    static const char *const places[] = {"site-packages/", "dist-packages/", "lib/python3",
                                         "<frozen "};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (memmem(file, size, places[i], strlen(places[i])) != NULL) {
            return true;
        }
    }
    return false;
}

/* py-spy: FUNCTION (FILE:LINE). */
static bool parse_pyspy(const char *text, size_t size, struct parts *parts)
{
    if (size == 0 || text[size - 1] != ')') {
        return false;
    }
    size_t colon;
    const char *open = memmem(text, size, " (", 2);
    if (open == NULL || !parse_line(text, size - 1, &colon, &parts->line) ||
        text + colon < open + 2) {
        return false;
    }
    parts->function = text;
    parts->function_size = (size_t)(open - text);
    parts->file = open + 2;
    parts->file_size = (size_t)(text + colon - parts->file);
    parts->kind = is_library(parts->file, parts->file_size) ? FRAME_LIBRARY : FRAME_LAB;
    return true;
}

static struct parts take_apart(const char *text, size_t size)
{
    struct parts parts = {.kind = FRAME_LAB, .file = "", .function = text, .function_size = size};
    bool library = ends_with(text, size, library_mark);
    if (library && parse_python(text, size - strlen(library_mark), &parts)) {
        parts.kind = FRAME_LIBRARY;
    } else if (parse_python(text, size, &parts)) {
        parts.kind = FRAME_LAB;
    } else if (size >= 2 && text[0] == '[' && text[size - 1] == ']') {
        parts = (struct parts){FRAME_MARK, "", text + 1, 0, size - 2, 0};
    } else if (!parse_pyspy(text, size, &parts)) {
        const char *colon = memchr(text, ':', size);
        parts = (struct parts){FRAME_NATIVE, "", text, 0, size, 0};
        if (colon != NULL) {
            parts.file = text;
            parts.file_size = (size_t)(colon - text);
            parts.function = colon + 1;
            parts.function_size = size - parts.file_size - 1;
        }
    }
    return parts;
}

static int hex(char digit)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *at = digit == '\0' ? NULL : strchr(digits, toupper((unsigned char)digit));
    return at == NULL ? -1 : (int)(at - digits);
}

/* Replaces %XX by its byte, in place, where the byte is not 0. */
static void decode(char *text)
{
    char *to = text;
    while (*text != '\0') {
        int high = text[0] == '%' ? hex(text[1]) : -1;
        int low = high >= 0 ? hex(text[2]) : -1;
        if (low >= 0 && high + low > 0) {
            *to++ = (char)(16 * high + low);
            text += 3;
        } else {
            *to++ = *text++;
        }
    }
    *to = '\0';
}

void spelling_parse(char *text, struct profile_frame *frame)
{
    struct parts parts = take_apart(text, strlen(text));
    *frame = (struct profile_frame){"", "", parts.line, parts.kind};
    /* Each part is followed by a byte that separates, or by the end. */
    if (parts.file_size > 0) {
        char *file = text + (parts.file - text);
        file[parts.file_size] = '\0';
        decode(file);
        frame->file = file;
    }
    if (parts.function_size > 0) {
        char *function = text + (parts.function - text);
        function[parts.function_size] = '\0';
        decode(function);
        frame->function = function;
    }
    if (parts.kind == FRAME_NATIVE && *frame->file == '\0' && *frame->function == '\0') {
        *frame = (struct profile_frame){"", "unknown", 0, FRAME_MARK};
    }
}

static char *put_byte(char *to, unsigned char byte)
{
    return to + sprintf(to, "%%%02X", byte);
}

/* Appends the text to `to`; `also` is one more letter that is not to stand as it is, or 0. */
static char *put_text(char *to, const char *text, char also)
{
    uint32_t letter;
    for (size_t size; (size = letters_next(text, &letter)) > 0; text += size) {
        bool broken = letter == LETTERS_BROKEN && size == 1;
        bool percent = letter == '%' && hex(text[1]) >= 0 && hex(text[2]) >= 0;
        bool means = letter == ';' || (also != 0 && *text == also);
        if (broken || percent || means || !letters_shown(letter)) {
            for (size_t i = 0; i < size; i++) {
                to = put_byte(to, (unsigned char)text[i]);
            }
        } else {
            to = mempcpy(to, text, size);
        }
    }
    return to;
}

/* Whether a reader takes the spelling for what it is not: another kind, or a second number (after
 * white space, flamegraph.pl reads one as the other side of a comparison). */
static bool misleads(const char *text, size_t size, enum frame_kind kind)
{
    size_t at = size;
    while (at > 0 && (isdigit((unsigned char)text[at - 1]) || text[at - 1] == '.')) {
        at--;
    }
    bool second = at < size && (at == 0 || isspace((unsigned char)text[at - 1]));
    return size == 0 || second || take_apart(text, size).kind != kind;
}

char *spelling_make(const struct profile_frame *frame)
{
    size_t room = 3 * (strlen(frame->file) + strlen(frame->function)) + sizeof library_mark + 32;
    if (frame->kind == FRAME_NATIVE && *frame->file == '\0' && *frame->function == '\0') {
        return strdup("[unknown]");
    }
    char *text = malloc(room), *to = text;
    if (text == NULL) {
        return NULL;
    }
    if (frame->kind == FRAME_MARK) {
        *to++ = '[';
        to = put_text(to, frame->function, 0);
    } else if (frame->kind == FRAME_NATIVE && *frame->file == '\0') {
        to = put_text(to, frame->function, ':');
    } else if (frame->kind == FRAME_NATIVE) {
        to = put_text(to, frame->file, ':');
        *to++ = ':';
        to = put_text(to, frame->function, 0);
    } else {
        to = put_text(to, frame->file, 0);
        *to++ = ':';
        to = put_text(to, frame->function, ':');
        to += sprintf(to, ":%d%s", frame->line < 0 ? 0 : frame->line % 1000000000,
                      frame->kind == FRAME_LIBRARY ? library_mark : "");
    }
    bool mark = frame->kind == FRAME_MARK;
    char end = mark ? ']' : '\0';
    to[0] = end;
    if (frame->kind != FRAME_LAB && to > text + mark &&
        misleads(text, (size_t)(to - text) + mark, frame->kind)) {
        /* With its last byte spelled out no form but the plain one fits. */
        to = put_byte(to - 1, (unsigned char)to[-1]);
    }
    if (mark) {
        *to++ = end;
    }
    *to = '\0';
    return text;
}
