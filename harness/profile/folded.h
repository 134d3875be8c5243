/* Folded: a profile as lines `frame;frame;… count`, root first, one a distinct stack. FlameGraph's
 * flamegraph.pl, speedscope, inferno and others read it. The frames are spelled by spelling.h.
 *
 * Title, rate and the like are not in such a file: there is no place for them that others accept.
 */
#ifndef FORTYFOLD_PROFILE_FOLDED_H
#define FORTYFOLD_PROFILE_FOLDED_H

#include <stdio.h>

#include "model/profile.h"

/* Writes every stack. STATUS_NO_MEMORY, STATUS_IO. */
enum status folded_write(const struct profile *profile, FILE *out);

/* Reads a file of ours or of another tool (any text is a frame; a count may be a decimal number,
 * which is rounded) into `*profile`, which is overwritten; the caller frees it, after a failure,
 * too. The title is the file's name without folder and ending. STATUS_IO: it cannot be read;
 * STATUS_BAD_INPUT: a line is no stack with a count, or there is none at all. */
enum status folded_read(const char *path, struct profile *profile);

#endif
