/* Permission: why a process may not be observed, and what to do about it. */
#ifndef FORTYFOLD_PROFILE_PERMISSION_H
#define FORTYFOLD_PROFILE_PERMISSION_H

#include <sys/types.h>

#include "base/status.h"

/* Explains the failure `error` (an errno) of observing `pid`: STATUS_BAD_INPUT, with a remedy. */
enum status permission_explain(pid_t pid, int error);

#endif
