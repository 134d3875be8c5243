/* Claims: published figures beside this machine's, as a table for the terminal. */
#ifndef FORTYFOLD_SHOW_CLAIMS_H
#define FORTYFOLD_SHOW_CLAIMS_H

#include <stdio.h>

#include "model/claim.h"
#include "model/run.h"

struct claim_row {
    const struct claim *claim;
    const struct run *run;
    struct ratio figure; /* a ratio, or seconds; NAN: not measured */
    enum claim_verdict verdict;
};

/* Prints the figures, the verdicts, then each claim's words: title, source, configuration, note,
 * and where ours was measured. STATUS_NO_MEMORY. */
enum status claims_print(const struct claim_row *rows, size_t count, FILE *out);

/* Prints what was published, nothing measured. STATUS_NO_MEMORY. */
enum status claims_print_published(const struct claim *claims, size_t count, FILE *out);

#endif
