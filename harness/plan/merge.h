/* Parameters of a problem: the lab's, overridden by the preset's. */
#ifndef FORTYFOLD_PLAN_MERGE_H
#define FORTYFOLD_PLAN_MERGE_H

#include "base/status.h"

/* Both are texts of JSON objects; *merged is new, with sorted keys, so that equal parameters have
 * equal texts. */
enum status merge_parameters(const char *base, const char *over, char **merged);

#endif
