/* Command: runs a program that we need (gnuplot, pandoc) and says plainly what went wrong.
 *
 * No shell is involved: the words of `argv` reach the program as they are.
 *
 * Ownership: `*output` is allocated; the caller frees it. Nothing else is kept.
 */
#ifndef FORTYFOLD_BASE_COMMAND_H
#define FORTYFOLD_BASE_COMMAND_H

#include "base/status.h"

/* Of each stream so many bytes are kept; the rest is read and dropped, so that a program which
 * prints without end cannot fill our memory, nor wait for us. */
enum { COMMAND_OUTPUT_MAX = 1 << 20, COMMAND_ERRORS_MAX = 1 << 12 };

/* Runs argv[0] (found along PATH) with the words `argv` (ends with NULL) and waits for its end.
 * `input` (NULL: nothing) is its standard input. `output` (NULL: not wanted) receives its
 * standard output as a string, at most COMMAND_OUTPUT_MAX bytes; NULL after a failure.
 * STATUS_TOOL: the program is not installed, could not be started, was killed, or ended with a
 * status other than 0; the explanation names it and holds the first lines of its errors.
 * STATUS_IO, STATUS_NO_MEMORY: we could not set it up. */
enum status command_run(const char *const argv[], const char *input, char **output);

#endif
