/* A roofline as JSON, schema "fortyfold-roofline/1" (results/FORMAT.md). */
#ifndef FORTYFOLD_STORE_ROOFLINE_H
#define FORTYFOLD_STORE_ROOFLINE_H

#include <stdio.h>

#include "model/roofline.h"

/* STATUS_IO when it cannot be written. */
enum status roofline_write(const struct roofline *roofline, FILE *out);

#endif
