/* The start of a worker process: everything between fork and exec. Used by process.c only. */
#ifndef FORTYFOLD_MEASURE_SPAWN_H
#define FORTYFOLD_MEASURE_SPAWN_H

#include <stdint.h>
#include <sys/types.h>

#include "base/status.h"
#include "measure/process.h"

struct spawned {
    pid_t pid;
    int pidfd;
    int socket; /* the harness's end */
    int output; /* memory file with what the worker prints */
};

/* `interpreter` as for worker_start_in(). STATUS_TOOL when it, python3 or the worker's object is
 * not there, STATUS_IO when the system refuses; nothing is left open then. */
enum status spawn_worker(const char *interpreter, uint32_t hash_seed,
                         const struct worker_limits *limits, struct spawned *out);

#endif
