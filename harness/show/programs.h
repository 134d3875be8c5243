/* Whole commands, as `time` shows them: one table each, then their speedups over the first. */
#ifndef FORTYFOLD_SHOW_PROGRAMS_H
#define FORTYFOLD_SHOW_PROGRAMS_H

#include <stdbool.h>
#include <stdio.h>

#include "model/programs.h"

/* `programs` must have been analysed. STATUS_NO_MEMORY. */
enum status programs_print(const struct programs *programs, bool colour, FILE *out);

#endif
