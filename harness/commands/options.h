/* Options that several subcommands take. Each function reads an option's text; false: it is no such
 * thing, and status_explanation(STATUS_BAD_INPUT) says so, with the option's name ("blocks"). */
#ifndef FORTYFOLD_COMMANDS_OPTIONS_H
#define FORTYFOLD_COMMANDS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A whole number, 1 … 1,000,000. */
bool options_count(const char *text, const char *name, size_t *out);

/* "2%" or "0.02": above 0, below 1. */
bool options_share(const char *text, const char *name, double *out);

/* Seconds above 0: "90", "1.5s", "2min". */
bool options_time(const char *text, const char *name, double *out);

/* A whole number of 63 bits. */
bool options_seed(const char *text, uint64_t *out);

#endif
