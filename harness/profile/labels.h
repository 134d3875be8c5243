/* Labels: how the files of a program are named in a graph, and whose they are.
 *
 * Ownership: labels hold the caller's texts; labels_file() returns a new one.
 */
#ifndef FORTYFOLD_PROFILE_LABELS_H
#define FORTYFOLD_PROFILE_LABELS_H

#include <stdbool.h>

#include "model/profile.h"

struct labels {
    const char *folder;      /* absolute: the lab's or script's, whose files go by the path below
                                it; NULL: none */
    const char *driver_file; /* the file (co_filename) that only calls a lab's function, and its */
    const char *driver_call; /* function that does; a stack begins after it. NULL: none */
};

/* A file's short name: below the folder the path from there, of a library the path as it is
 * imported ("numpy/linalg/linalg.py"), of others the last part. NULL without memory. */
char *labels_file(const struct labels *labels, const char *path, enum frame_kind *kind);

bool labels_is_call(const struct labels *labels, const char *path, const char *function);

#endif
