/* Orphans: processes that a worker started and left behind in a session of their own, which a kill
 * of the worker's group does not reach. They become children of the harness, which ends them. */
#ifndef FORTYFOLD_MEASURE_ORPHANS_H
#define FORTYFOLD_MEASURE_ORPHANS_H

#include <sys/types.h>

/* Makes this process inherit orphans of its workers. Call it once, before workers start. */
void orphans_adopt(void);

/* A worker that lives: it is a child too, but no orphan. */
void orphans_spare(pid_t pid);
void orphans_unspare(pid_t pid);

/* Kills and reaps every child of this process that is not spared. */
void orphans_end(void);

#endif
