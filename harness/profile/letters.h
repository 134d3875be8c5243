/* Letters: names as UTF-8, letter by letter, whatever their bytes are.
 *
 * Units: a width is a share of the font's size (em).
 */
#ifndef FORTYFOLD_PROFILE_LETTERS_H
#define FORTYFOLD_PROFILE_LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands for a byte that is not UTF-8. */
#define LETTERS_BROKEN UINT32_C(0xFFFD)

/* How many bytes the first letter of the text has; 0 at its end. A byte that does not belong to
 * UTF-8 (overlong, surrogate, cut off) is one letter, LETTERS_BROKEN, of one byte. */
size_t letters_next(const char *text, uint32_t *letter);

/* Whether the letter may stand in XML 1.0 and says something: no control character, no
 * noncharacter, and nothing that turns the direction of the text around it. */
bool letters_shown(uint32_t letter);

/* How wide the letter is at most in the fonts of our pictures (DejaVu Sans is the widest of them;
 * its advance widths are the source of the table). */
double letters_width_em(uint32_t letter);

#endif
