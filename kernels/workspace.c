#include "kernels/workspace.h"

#include "kernels/room.h"

/* Without a room while it is in use. */
static struct workspace kept;

struct workspace workspace_take(size_t bytes)
{
    struct workspace taken = kept;

    if (taken.room == NULL || taken.bytes < bytes)
        return (struct workspace){room_make(bytes), bytes};
    kept.room = NULL;
    return taken;
}

void workspace_give_back(struct workspace workspace)
{
    const size_t held = kept.room == NULL ? 0 : kept.bytes;

    if (workspace.bytes > WORKSPACE_KEPT_MOST || workspace.bytes <= held) {
        room_free(workspace.room);
        return;
    }
    room_free(kept.room);
    kept = workspace;
}
