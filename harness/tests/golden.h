/* Golden: what a module printed when a person last looked at it and found it right.
 *
 * Ownership: nothing is kept.
 */
#ifndef FORTYFOLD_TESTS_GOLDEN_H
#define FORTYFOLD_TESTS_GOLDEN_H

#include <stdbool.h>

/* Whether `text` is what harness/tests/golden/NAME holds; where they part goes to standard error.
 * With UPDATE_GOLDEN=1 in the environment the file is written anew instead (false when that
 * fails). Runs from the repository's root. */
bool golden_matches(const char *name, const char *text);

#endif
