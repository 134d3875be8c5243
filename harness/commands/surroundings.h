/* What a run says of the machine that it ran on: the conditions that are warnings, told to its
 * observers like everything else that happens, so that the log has them after a kill. */
#ifndef FORTYFOLD_COMMANDS_SURROUNDINGS_H
#define FORTYFOLD_COMMANDS_SURROUNDINGS_H

#include "measure/conditions.h"
#include "measure/setting.h"

/* Reads the machine before the first round, and tells what is known at once. */
enum status surroundings_begin(const struct setting *setting, struct surroundings *at);

/* Reads it after the last round, and tells what the time between has shown. */
enum status surroundings_end(const struct setting *setting, struct surroundings *at);

#endif
