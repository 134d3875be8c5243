#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
    const char *name;
    const char *text;
    enum exit_status exit;
} codes[STATUS_COUNT] = {
    [STATUS_OK] = {"ok", "nothing went wrong", EXIT_YES},
    [STATUS_BAD_INPUT] = {"bad input", "this input cannot be used", EXIT_USAGE},
    [STATUS_NO_MEMORY] = {"no memory", "the harness ran out of memory; close other programs",
                          EXIT_USAGE},
    [STATUS_IO] = {"input/output", "a file cannot be read or written", EXIT_USAGE},
    [STATUS_TOOL] = {"tool", "a program that is needed failed; run `bin/fortyfold doctor`",
                     EXIT_USAGE},
    [STATUS_WORKER] = {"worker", "a worker failed", EXIT_WORKER},
    [STATUS_REFUSED] = {"exception", "a worker's Python code raised an exception", EXIT_WORKER},
    [STATUS_INTERRUPTED] = {"interrupted", "interrupted", EXIT_INTERRUPTED},
};

static char explanation[1024];

enum status(status_fail)(enum status code, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(explanation, sizeof explanation, format, list);
    va_end(list);
    return code;
}

const char *status_explanation(enum status code)
{
    return explanation[0] != '\0' ? explanation : codes[code].text;
}

void status_clear(void)
{
    explanation[0] = '\0';
}

const char *status_name(enum status code)
{
    return codes[code].name;
}

enum exit_status status_exit(enum status code)
{
    return codes[code].exit;
}
