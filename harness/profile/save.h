/* Save: a profile as a file of the kind that its name's ending says, whole or not at all. */
#ifndef FORTYFOLD_PROFILE_SAVE_H
#define FORTYFOLD_PROFILE_SAVE_H

#include "profile/svg.h"

enum save_format { SAVE_SVG, SAVE_FOLDED, SAVE_SPEEDSCOPE, SAVE_FORMATS };

/* The format for a path: .svg, .folded, .speedscope.json. STATUS_BAD_INPUT: another ending, said
 * with the list. Ask before sampling. */
enum status save_format(const char *path, enum save_format *format);

/* Writes the profile. `options` (NULL is legal) are those of the SVG. STATUS_BAD_INPUT: the ending,
 * or a profile without samples; STATUS_IO, STATUS_NO_MEMORY: nothing was changed at `path`. */
enum status profile_save(const char *path, const struct profile *profile,
                         const struct svg_options *options);

/* Writes the comparison of two profiles, as .svg only. The same failures. */
enum status profile_save_diff(const char *path, const struct profile *old,
                              const struct profile *new, const struct svg_options *options);

#endif
