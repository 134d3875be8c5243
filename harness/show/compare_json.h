/* Compare, JSON: the comparison of two runs for a program, schema "fortyfold-compare/1". */
#ifndef FORTYFOLD_SHOW_COMPARE_JSON_H
#define FORTYFOLD_SHOW_COMPARE_JSON_H

#include "show/compare.h"

#define COMPARE_SCHEMA "fortyfold-compare/1"

/* Prints one JSON object and a line end. The two texts are the warning about drift and what to do
 * about it. STATUS_NO_MEMORY. */
enum status compare_print_json(const struct compare_view *view, const char *warning,
                               const char *remedy, FILE *out);

#endif
