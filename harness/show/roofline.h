/* A roofline for people: tables, and the picture. */
#ifndef FORTYFOLD_SHOW_ROOFLINE_H
#define FORTYFOLD_SHOW_ROOFLINE_H

#include <stdio.h>

#include "model/roofline.h"

/* Prints paces, bandwidth and kernels. STATUS_NO_MEMORY. */
enum status roofline_print(const struct roofline *roofline, FILE *out);

/* Draws roofline.png and roofline.svg into a folder; `assets` is harness/show. As gnuplot_write().
 */
enum status roofline_draw(const struct roofline *roofline, const char *assets, const char *folder);

#endif
