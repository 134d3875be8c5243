/* Hot: a profile by function: how much of the time was spent in each, by itself and with all that
 * it called.
 *
 * Units: samples. Ownership: hot_functions() allocates the list; its texts are the profile's.
 */
#ifndef FORTYFOLD_ANALYZE_HOT_H
#define FORTYFOLD_ANALYZE_HOT_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "model/profile.h"

struct hot_function {
    const char *file, *function;
    enum frame_kind kind;
    uint64_t self_count;  /* stacks that end in it */
    uint64_t total_count; /* stacks that hold it, each once however often it stands there */
};

/* Every function of the profile (lines are put together), by total and then by self, the largest
 * first. Marks are left out: a stack that ends in "idle" counts for the function before.
 * STATUS_NO_MEMORY. The caller frees *functions. */
enum status hot_functions(const struct profile *profile, struct hot_function **functions,
                          size_t *count);

#endif
