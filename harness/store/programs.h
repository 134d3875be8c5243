/* Whole commands as JSON, schema "fortyfold-time/1" (results/FORMAT.md). */
#ifndef FORTYFOLD_STORE_PROGRAMS_H
#define FORTYFOLD_STORE_PROGRAMS_H

#include <stdio.h>

#include "model/programs.h"

/* `host` may have NULL fields; `started` is RFC 3339. STATUS_NO_MEMORY, STATUS_IO. */
enum status programs_write(const struct programs *programs, const struct host *host,
                           const char *started, FILE *out);

#endif
