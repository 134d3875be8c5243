/* Terminal: how wide it is. */
#ifndef FORTYFOLD_BASE_TERMINAL_H
#define FORTYFOLD_BASE_TERMINAL_H

#include <stddef.h>
#include <stdio.h>

/* The columns of the terminal that `out` is now; `otherwise` where it is none or does not say. */
size_t terminal_columns(FILE *out, size_t otherwise);

#endif
