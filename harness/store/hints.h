/* Hints: how many of a lab's hints a person has seen, kept in one small JSON file, an object from
 * the lab's folder to that number. It holds nothing that is worth a failure: a file that is not
 * there, or cannot be understood, means that none were seen. */
#ifndef FORTYFOLD_STORE_HINTS_H
#define FORTYFOLD_STORE_HINTS_H

#include <stddef.h>

#include "base/status.h"

/* How many of the lab's hints were seen, by the file at `path`. */
size_t hints_seen(const char *path, const char *lab_folder);

/* Writes the number, whole or not at all, and makes the file's folder if it is not there; what the
 * file says of other labs stays. STATUS_IO, STATUS_NO_MEMORY. */
enum status hints_remember(const char *path, const char *lab_folder, size_t count);

#endif
