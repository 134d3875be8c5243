/* Status codes: how every function that can fail says so.
 *
 * A function that can fail returns `enum status`, its outputs come last. The function that
 * notices a failure calls status_fail() once, with what happened and what to do about it; those
 * above it pass the code on. The message is printed once, by main.c.
 *
 * The program has one thread, so the explanation of the latest failure stands in one place.
 */
#ifndef FORTYFOLD_BASE_STATUS_H
#define FORTYFOLD_BASE_STATUS_H

#include <stddef.h>

enum status {
    STATUS_OK = 0,
    STATUS_BAD_INPUT,   /* what the user gave cannot be used: option, lab.toml, path */
    STATUS_NO_MEMORY,   /* the harness itself ran out of memory */
    STATUS_IO,          /* a file or folder cannot be read or written */
    STATUS_TOOL,        /* a program that we need is missing or failed */
    STATUS_WORKER,      /* a worker died, hung, ran out of memory or broke the protocol */
    STATUS_REFUSED,     /* a worker answered with a Python exception */
    STATUS_INTERRUPTED, /* the user pressed Ctrl-C */
    STATUS_COUNT
};

/* Exit statuses of the program (CONTRACT.md). */
enum exit_status {
    EXIT_YES = 0,
    EXIT_NO = 1,
    EXIT_USAGE = 2,
    EXIT_WORKER = 3,
    EXIT_NOT_RESOLVED = 4,
    EXIT_INTERRUPTED = 130
};

/* Records the explanation of a failure (printf format, one line, at most 1023 bytes are kept)
 * and returns `code`, so that a caller can write `return status_fail(STATUS_IO, …)`. */
enum status status_fail(enum status code, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Static analysers cannot see that the function returns its argument; the macro shows them. */
#define status_fail(code, ...) ((void)(status_fail)(code, __VA_ARGS__), (code))

/* The latest explanation, never NULL; the code's general text where none was given.
 * Valid until the next status_fail(). */
const char *status_explanation(enum status code);

/* Forgets the latest explanation (after a failure was dealt with). */
void status_clear(void);

/* A short name of the code for logs, for example "bad input". */
const char *status_name(enum status code);

/* The program's exit status for a failure of this code. */
enum exit_status status_exit(enum status code);

#endif
