/* Words: a command line as one text, and as the words that a program receives.
 *
 * Quotes and backslashes mean what they mean to a shell; nothing is expanded, nothing redirected.
 *
 * Ownership: lists and texts that are returned are allocated; the caller frees them.
 */
#ifndef FORTYFOLD_BASE_WORDS_H
#define FORTYFOLD_BASE_WORDS_H

#include <stddef.h>

#include "base/status.h"

/* Splits `text` into a list that ends with NULL; words_free() releases it. STATUS_BAD_INPUT: there
 * is no word, a quote is not closed, or an unquoted character asks for a shell (| & ; < > ( ) and
 * line ends): taken literally it would surprise whoever wrote it. STATUS_NO_MEMORY. */
enum status words_split(const char *text, char ***words);

/* The words as a line that a shell (and words_split) reads back; NULL when there is no memory. */
char *words_join(char *const *words);

/* A copy of a list that ends with NULL, of its first `count` words; NULL without memory. */
char **words_copy(char *const *words, size_t count);

/* NULL is legal. */
void words_free(char **words);

#endif
