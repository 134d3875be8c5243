/* Maps: which code lies where in a process (/proc/PID/maps), and the images behind it.
 *
 * Ownership: a `struct maps` belongs to one process; the images are opened once for all processes
 * and belong to `struct images`, which must outlive every maps that uses it.
 */
#ifndef FORTYFOLD_PROFILE_MAPS_H
#define FORTYFOLD_PROFILE_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "profile/image.h"

/* A file whose code is mapped somewhere. */
struct library {
    char *path;       /* as the process sees it; "[vdso]", "[anon]" where it is no file */
    const char *name; /* the path's last part */
    uint64_t inode;
    uint64_t device;
    struct image *image; /* NULL: no ELF file, or not readable */
};

struct images {
    struct library **list;
    size_t count;
};

/* One stretch of executable memory. */
struct mapping {
    uint64_t start, end;
    uint64_t offset; /* of its first byte in the file */
    const struct library *library;
};

struct maps {
    pid_t pid;
    struct images *images;
    struct mapping *list; /* by address */
    size_t count;
};

/* Reads the executable stretches anew (after an exec, a dlopen). False when the process is gone or
 * may not be read. */
bool maps_read(struct maps *maps);

/* The stretch that holds `address`, or NULL. */
const struct mapping *maps_find(const struct maps *maps, uint64_t address);

/* Forgets the stretches. */
void maps_free(struct maps *maps);

void images_free(struct images *images);

#endif
