/* Ctrl-C and termination: noticed, so that what was measured is kept.
 *
 * The first SIGINT, SIGTERM or SIGHUP sets a flag and makes a descriptor readable, for those who
 * wait in poll(). A second one of the same kind ends the program at once.
 */
#ifndef FORTYFOLD_BASE_INTERRUPT_H
#define FORTYFOLD_BASE_INTERRUPT_H

#include <stdbool.h>

#include "base/status.h"

enum status interrupt_install(void);
bool interrupt_pending(void);
/* Readable once an interrupt came; -1 before interrupt_install(). */
int interrupt_fd(void);

#endif
