/* Workspaces for calls from Python, of which the last is kept for the next call.
 *
 * A search of 500 points takes 2 ms. Fresh memory for it costs up to a millisecond of that: the
 * system clears each page when it is first touched, and under a hypervisor may have to ask for it
 * first. So one workspace of at most WORKSPACE_KEPT_MOST bytes stays, enough for 2500 points.
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
