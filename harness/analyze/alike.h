/* Alike: what must agree before the times of two runs may be compared, and what may differ but
 * should be known.
 *
 * Ownership: a difference owns its two texts; alike_free() releases the list's.
 */
#ifndef FORTYFOLD_ANALYZE_ALIKE_H
#define FORTYFOLD_ANALYZE_ALIKE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/run.h"

enum { ALIKE_MAX = 24 };

struct difference {
    const char *what;    /* "host.cpu": the name in run.json */
    const char *because; /* why it matters; a constant */
    char *before, *after;
    bool forbids; /* the times measure something else as well */
};

struct alike {
    struct difference differences[ALIKE_MAX];
    size_t count;
    size_t forbidding_count;
};

/* Lists what differs: what forbids a comparison (lab, parameters, host, interpreter, NumPy) first,
 * then what explains one (compiler, commit, seed). STATUS_NO_MEMORY. The caller frees the list
 * also after a failure. */
enum status alike_find(const struct run *before, const struct run *after, struct alike *alike);

/* `alike` may be NULL, or all zero. */
void alike_free(struct alike *alike);

#endif
