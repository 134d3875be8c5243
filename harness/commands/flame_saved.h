/* Graphs of stacks that were saved before. */
#ifndef FORTYFOLD_COMMANDS_FLAME_SAVED_H
#define FORTYFOLD_COMMANDS_FLAME_SAVED_H

#include "base/status.h"
#include "commands/flame_options.h"

/* --draw FILE.folded: every file that was asked for. STATUS_BAD_INPUT: something else to do was
 * named, too, or the file is not of stacks (the message has its line). */
enum status flame_saved_draw(struct flame_options *options);

/* --diff OLD.folded NEW.folded: what changed, as .svg. STATUS_BAD_INPUT: another number of words,
 * or a file that is not of stacks. */
enum status flame_saved_compare(struct flame_options *options);

#endif
