/* Oracles: slow, obvious answers in strict IEEE arithmetic. What they say is true.
 *
 * An oracle gets a problem's arguments (as make(size, seed) in the lab's problem.py returned them)
 * and computes the answer that every variant must give. lab.toml names it "reference:NAME".
 * Nothing here is tuned, and nothing here is shared with kernels/: two mistakes must not agree.
 */
#ifndef FORTYFOLD_REFERENCE_ORACLE_H
#define FORTYFOLD_REFERENCE_ORACLE_H

#include <stddef.h>

#include "base/status.h"
#include "model/value.h"

struct oracle {
    const char *name;        /* as in "reference:NAME" */
    const char *description; /* one line: arguments with their shapes → result */
    /* Computes *result (canonical, the caller frees it) from `count` arguments. Fails with
     * STATUS_BAD_INPUT when their number, shapes or values are not the problem's, with
     * STATUS_NO_MEMORY. */
    enum status (*solve)(const struct value *arguments, size_t count, struct value *result);
};

/* The oracle of that name, or NULL. */
const struct oracle *oracle_find(const char *name);

/* All oracles; *count is set to their number. */
const struct oracle *oracle_all(size_t *count);

#endif
