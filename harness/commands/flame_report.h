/* What `flame` says of what it sampled: the widest functions, and how the samples came about. */
#ifndef FORTYFOLD_COMMANDS_FLAME_REPORT_H
#define FORTYFOLD_COMMANDS_FLAME_REPORT_H

#include "base/status.h"
#include "model/profile.h"
#include "profile/sampler.h"

/* Prints the functions that took most, the widest first. The profile has samples.
 * STATUS_NO_MEMORY. */
enum status flame_report_functions(const struct profile *profile);

/* Prints how the profile came about: "9,812 samples in 10 s …". */
void flame_report_counts(const struct sampler_options *options, const struct profile *profile,
                         const struct sampler_report *report);

#endif
