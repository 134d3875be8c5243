/* speedscope: a profile as https://www.speedscope.app reads it (its file format, type "sampled").
 *
 * Each distinct stack is one sample whose weight is its count; stacks that begin alike follow each
 * other. A profile has no order in time, so "Time Order" shows that order.
 */
#ifndef FORTYFOLD_PROFILE_SPEEDSCOPE_H
#define FORTYFOLD_PROFILE_SPEEDSCOPE_H

#include <stdio.h>

#include "model/profile.h"

/* STATUS_NO_MEMORY, STATUS_IO. */
enum status speedscope_write(const struct profile *profile, FILE *out);

#endif
