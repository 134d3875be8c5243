/* Objects of another process's Python: texts and bytes, copied out.
 *
 * Units: bytes; addresses are the process's. Ownership: what is returned is the caller's to free.
 * The process must stand still, or the object be sure to live (a name of code that is running).
 */
#ifndef FORTYFOLD_PROFILE_OBJECT_H
#define FORTYFOLD_PROFILE_OBJECT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "profile/layout.h"

/* Names longer than this are cut: a graph cannot show them. */
enum { OBJECT_TEXT_MOST = 4096, OBJECT_BYTES_MOST = 1 << 20 };

/* A str as UTF-8, at most OBJECT_TEXT_MOST characters; NULL when it cannot be read or is none.
 * `size` (may be NULL) receives how many bytes of the object, from its start, hold the text. */
char *object_text(pid_t pid, const struct layout *layout, uint64_t address, size_t *size);

/* A bytes object's contents, NULL when it cannot be read or is too large. */
unsigned char *object_bytes(pid_t pid, uint64_t address, size_t *size);

#endif
