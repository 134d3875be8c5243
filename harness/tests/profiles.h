/* Profiles: made-up ones for the tests of what is done with profiles.
 *
 * Ownership: the caller frees each with profile_free().
 */
#ifndef FORTYFOLD_TESTS_PROFILES_H
#define FORTYFOLD_TESTS_PROFILES_H

#include <stdbool.h>

#include "model/profile.h"

/* A program with a hot function, as a student meets it: every kind of frame. */
struct profile profiles_small(void);

/* The same program after it was improved: functions gone, new, wider, narrower. */
struct profile profiles_improved(void);

/* A program as programs are: 30 deep, hundreds of functions with names of every length. */
struct profile profiles_crowd(void);

/* Names that attack: markup, quotes, separators, bytes that are not UTF-8, nothing. */
struct profile profiles_hostile(void);

/* A function that calls itself, seen at each of `depth` depths. */
struct profile profiles_deep(size_t depth);

/* So many distinct stacks of up to 40 frames, from a seeded generator. */
struct profile profiles_wide(size_t stacks_count);

/* Adds samples of the stack spelled as in a folded file. */
void profiles_add(struct profile *profile, const char *stack, uint64_t samples_count);

/* Whether two profiles hold the same stacks as often (frames and nodes may stand in another
 * order). */
bool profiles_equal(const struct profile *a, const struct profile *b);

/* A number from 0 to `below` − 1; `*state` is the generator's, anything to begin with. */
uint32_t profiles_random(uint64_t *state, uint32_t below);

#endif
