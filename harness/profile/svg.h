/* SVG: flame graphs in one file, for a browser (from disk, without network), for a page's <img>
 * and for paper. What can be seen is drawn in the file; its script draws it anew, zoomed and
 * searched, from the profile that is in the file, too.
 *
 * Ownership: nothing is kept.
 */
#ifndef FORTYFOLD_PROFILE_SVG_H
#define FORTYFOLD_PROFILE_SVG_H

#include <stdbool.h>
#include <stdio.h>

#include "profile/boxes.h"

struct svg_options {
    const char *title; /* NULL: the profile's own; of two: "OLD → NEW" */
    bool lines;        /* a box is a function in one of its lines, not a function */
    bool icicle;       /* callers above, not below */
    enum recursion recursion;
};

/* Draws one profile. `options` NULL: as they are when all is zero. STATUS_NO_MEMORY, STATUS_IO
 * (the stream, or our own style and script cannot be read), STATUS_BAD_INPUT: no sample. */
enum status svg_write(const struct profile *profile, const struct svg_options *options, FILE *out);

/* Compares two profiles: boxes as wide as in NEW, coloured by how their share of the samples has
 * changed, compared as boxes.h says. The same failures. */
enum status svg_write_diff(const struct profile *old, const struct profile *new,
                           const struct svg_options *options, FILE *out);

#endif
