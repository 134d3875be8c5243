#include "profile/letters.h"

/* A text ends at its first 0, which is never a byte that continues a letter: nothing is read
 * behind it. */
size_t letters_next(const char *text, uint32_t *letter)
{
    /* By the bytes of a letter: the marks of its first byte, and the smallest value it may have. */
    static const struct {
        unsigned char mask, mark;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
    const unsigned char *bytes = (const unsigned char *)text;
    if (bytes[0] == 0) {
        return 0;
    }
    for (size_t form = 0; form < sizeof forms / sizeof *forms; form++) {
        if ((bytes[0] & forms[form].mask) != forms[form].mark) {
            continue;
        }
        uint32_t value = bytes[0] & (unsigned char)~forms[form].mask;
        size_t size = 1;
        while (size <= form && (bytes[size] & 0xC0) == 0x80) {
            value = value << 6 | (bytes[size++] & 0x3Fu);
        }
        bool surrogate = value >= 0xD800 && value <= 0xDFFF;
        if (size > form && value >= forms[form].least && value <= 0x10FFFF && !surrogate) {
            *letter = value;
            return size;
        }
    }
    *letter = LETTERS_BROKEN;
    return 1;
}

struct range {
    uint32_t first, last;
};

static bool in(uint32_t letter, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (letter >= ranges[i].first && letter <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

#define IN(letter, ranges) in(letter, ranges, sizeof(ranges) / sizeof *(ranges))

bool letters_shown(uint32_t letter)
{
    static const struct range hidden[] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0x200E, 0x200F},
                                          {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFEFF, 0xFEFF},
                                          {0xFFFE, 0xFFFF}};
    return !IN(letter, hidden);
}

double letters_width_em(uint32_t letter)
{
    /* Hundredths of an em, from the space to the tilde. */
    static const unsigned char ascii[] = {
        32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37,  32, 34, 64, 64, 64,
        64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 54, 100, 69, 69, 70, 77, 64,
        58, 78, 76, 30, 30, 66, 56, 87, 75, 79, 61, 79, 70, 64,  62, 74, 69, 99, 69,
        62, 69, 40, 34, 40, 84, 50, 50, 62, 64, 55, 64, 62, 36,  64, 64, 28, 28, 58,
        28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60,  53, 64, 34, 64, 84};
    static const struct range joined[] = {
        {0x300, 0x36F}, {0x200B, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}};
    /* Latin, Greek and Cyrillic letters that are not wider than a W; the rest may fill a square. */
    static const struct range narrow[] = {{0xA0, 0x1BF}, {0x370, 0x460}};
    static const double narrow_em = 0.9, square_em = 1.05;
    if (letter >= ' ' && letter <= '~') {
        return ascii[letter - ' '] / 100.0;
    }
    if (IN(letter, joined)) {
        return 0;
    }
    return IN(letter, narrow) ? narrow_em : square_em;
}
