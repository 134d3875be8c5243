/* Small helpers for strings and paths that the standard library lacks. */
#ifndef FORTYFOLD_BASE_TEXT_H
#define FORTYFOLD_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

/* A new string made as by printf; NULL when there is no memory. The caller frees it. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The whole file as a string with a final 0, at most `limit` bytes; NULL when it cannot be read.
 * The caller frees it. Files of /proc and /sys are fine. */
char *text_read_file(const char *path, size_t limit);

/* Writes the file whole or not at all: to a temporary file beside it, synced, then renamed. */
enum status text_write_file(const char *path, const char *text, size_t size);

/* The same for what a function prints: `print` gets the stream and the context. A failure of
 * `print` is passed on, and nothing is written. */
enum status text_print_file(const char *path, enum status (*print)(const void *context, FILE *out),
                            const void *context);

/* The first line of a file without its end, or NULL. The caller frees it. */
char *text_first_line(const char *path);

/* Cuts white space off both ends, in place; returns where the text begins. */
char *text_trim(char *text);

/* Splits "a,b,c" at the commas into new strings; empty parts are dropped. The caller frees each
 * and the array. NULL when there is no memory. */
char **text_split(const char *text, char separator, size_t *count);

/* Makes a folder and those above it that are missing. STATUS_IO. */
enum status text_make_folders(const char *path);

/* A whole number in decimal from the whole text; false when it is anything else or too large. */
bool text_parse_u64(const char *text, uint64_t *out);

/* A finite number from the whole text. */
bool text_parse_double(const char *text, double *out);

#endif
