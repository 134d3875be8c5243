#include "profile/escape.h"

#include <string.h>

#include "profile/letters.h"

/* Writes each letter by itself, or what `replace` gives for it. */
static void print(const char *text, const char *(*replace)(uint32_t letter), FILE *out)
{
    uint32_t letter;
    for (size_t size; (size = letters_next(text, &letter)) > 0; text += size) {
        const char *instead = replace(letter);
        if (instead != NULL) {
            fputs(instead, out);
        } else if (!letters_shown(letter) || (letter == LETTERS_BROKEN && size == 1)) {
            fputs("\xef\xbf\xbd", out);
        } else {
            fwrite(text, 1, size, out);
        }
    }
}

static const char *in_xml(uint32_t letter)
{
    switch (letter) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return NULL;
    }
}

static const char *in_json(uint32_t letter)
{
    switch (letter) {
    case '&':
        return "\\u0026";
    case '<':
        return "\\u003c";
    case '>':
        return "\\u003e";
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    default:
        return NULL;
    }
}

void escape_xml(const char *text, FILE *out)
{
    print(text, in_xml, out);
}

void escape_json(const char *text, FILE *out)
{
    putc('"', out);
    print(text, in_json, out);
    putc('"', out);
}
