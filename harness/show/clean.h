/* Clean: other people's words, made fit to be shown.
 *
 * A reason holds what a variant printed, and a variant prints what it likes: escape sequences,
 * HTML, half a character. Nothing of that may reach a terminal or a report as it is.
 *
 * Units: width is in terminal columns, length in bytes. All text is UTF-8; bytes that are not
 * become U+FFFD, control and direction characters vanish.
 *
 * Ownership: strings that are returned are allocated; the caller frees them.
 */
#ifndef FORTYFOLD_SHOW_CLEAN_H
#define FORTYFOLD_SHOW_CLEAN_H

#include <stddef.h>
#include <stdio.h>

/* The columns that a text takes up. Wide East Asian characters take two, marks that join the
 * character before them none. `text` is not NULL. */
size_t clean_width(const char *text);

/* A copy on one line: cleaned, line ends and tabs as spaces, cut to `columns` with "…" at the
 * end. NULL: no memory. `text` may be NULL (then ""). */
char *clean_line(const char *text, size_t columns);

/* The last line of a text that is not blank, as clean_line() gives it. NULL: no memory. */
char *clean_last_line(const char *text, size_t columns);

/* Prints the text line by line, each after `prefix`, cleaned, and cut to 200 columns. Of more
 * than `lines_max` lines the last are printed, after a line that says how many are left out:
 * the end of a traceback is what matters. */
void clean_print_block(const char *text, const char *prefix, size_t lines_max, FILE *out);

/* Prints one line that means itself in Markdown (and in a cell of a Markdown table): cleaned, and
 * every character with a meaning behind a backslash. NULL prints "–". */
void clean_print_markdown(const char *text, FILE *out);

/* Prints one field of a CSV file (RFC 4180), in quotes where it needs them. NULL prints nothing. */
void clean_print_csv(const char *text, FILE *out);

/* Prints a string of gnuplot's, in quotes, cleaned, on one line. NULL prints ''. */
void clean_print_gnuplot(const char *text, FILE *out);

#endif
