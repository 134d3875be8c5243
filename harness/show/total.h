/* Total: what a result costs from the start of the interpreter on, and how much of a small call is
 * fixed. The parts of a variant's total, as a picture and for a table.
 *
 * Units: seconds.
 *
 * Ownership: nothing is kept.
 */
#ifndef FORTYFOLD_SHOW_TOTAL_H
#define FORTYFOLD_SHOW_TOTAL_H

#include "base/status.h"
#include "model/run.h"

enum total_part {
    TOTAL_STARTUP,
    TOTAL_IMPORT,
    TOTAL_FIRST_CALL,
    TOTAL_WARMUP,
    TOTAL_WARM_CALL, /* one call when all is warm: the median that the table shows */
    TOTAL_PARTS_COUNT
};

/* "interpreter start", "import", …; never NULL. */
const char *total_part_name(enum total_part part);

/* The size that is shown: the largest of those at which most variants have a time; 0: none. */
size_t total_size(const struct run *run);

/* The parts of a variant's total at a size, and their sum. False: no time, or none is known of what
 * came before the samples. */
bool total_parts(const struct run *run, size_t variant, size_t size,
                 double parts_s[TOTAL_PARTS_COUNT], double *sum_s);

/* One sentence that says what the picture shows; the caller frees it. NULL where there is nothing
 * to say, or no memory. */
char *total_sentence(const struct run *run);

/* Writes total.png and total.svg, or removes old ones where there is nothing to draw. Failures as
 * gnuplot_write(). */
enum status total_write(const struct run *run, const char *assets, const char *folder);

#endif
