/* Spelling: a frame as one text in a line of a folded file, and back, exactly.
 *
 *     naive.py:solve:31                    Python, of the lab
 *     json/decoder.py:decode:340 [library] Python, of a library
 *     libblas.so.3:dgemm_                  compiled
 *     [thread worker]                      a mark
 *
 * A semicolon, what no letter shows (letters.h), and whatever would be read as
 * something else is spelled %XX. Other tools' frames are read, too: py-spy's `solve (naive.py:31)`
 * becomes Python; a text in none of these forms is compiled code without a file.
 */
#ifndef FORTYFOLD_PROFILE_SPELLING_H
#define FORTYFOLD_PROFILE_SPELLING_H

#include "model/profile.h"

/* The frame's spelling, new; the caller frees it. NULL without memory. */
char *spelling_make(const struct profile_frame *frame);

/* Reads a spelling. `text` is changed; the texts of `*frame` lie in it, or are constants. Every
 * text has a meaning. */
void spelling_parse(char *text, struct profile_frame *frame);

#endif
