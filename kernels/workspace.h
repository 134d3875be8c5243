/* Workspaces for calls from Python, of which the last is kept for the next call.
 *
 * The system clears each page of fresh memory when it is first touched, and under a hypervisor may
 * have to ask for it first: five epochs of the filter with 2000 points took 19 ms with it, and 13
 * ms without. So one workspace of at most WORKSPACE_KEPT_MOST bytes stays, enough for 2500 points.
 *
 * Not for several threads at a time: the caller holds the interpreter's lock. Ownership: the
 * caller's, from workspace_take() to workspace_give_back(). Units: bytes. */
#ifndef FORTYFOLD_KERNELS_WORKSPACE_H
#define FORTYFOLD_KERNELS_WORKSPACE_H

#include <stddef.h>

#define WORKSPACE_KEPT_MOST ((size_t)64 << 20)

struct workspace {
    void *room;   /* as room_make() gives it; NULL: there is no memory */
    size_t bytes; /* at least those that were asked for */
};

struct workspace workspace_take(size_t bytes);

/* Its room may be NULL. */
void workspace_give_back(struct workspace workspace);

#endif
