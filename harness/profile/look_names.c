#include <stdlib.h>

#include "profile/look_parts.h"
#include "profile/names.h"

/* After so many looks it will not get one any more. */
enum { NAME_TRIES = 1 << 12 };

enum status look_origin(struct looker *looker, struct thread *thread)
{
    if (thread->origin != UINT32_MAX) {
        return STATUS_OK;
    }
    struct origin *more = realloc(looker->origins, (looker->origins_count + 1) * sizeof *more);
    if (more == NULL) {
        return look_no_memory();
    }
    looker->origins = more;
    struct origin *origin = &more[looker->origins_count];
    *origin = (struct origin){.process_number = thread->process->number,
                              .process = names_process(thread->process->pid),
                              .thread = names_of_kernel(thread)};
    if (origin->process == NULL || origin->thread == NULL) {
        free(origin->process);
        free(origin->thread);
        return look_no_memory();
    }
    thread->origin = (uint32_t)looker->origins_count++;
    return STATUS_OK;
}

/* Python's name for the thread appears a moment after the thread. */
void look_name_thread(struct looker *looker, struct thread *thread)
{
    struct origin *origin = &looker->origins[thread->origin];
    uint64_t tries = ++origin->tries_count;
    if (origin->is_named || thread->state == 0 || tries > NAME_TRIES ||
        (tries & (tries - 1)) != 0) {
        return;
    }
    char *name = names_of_python(thread);
    if (name != NULL) {
        free(origin->thread);
        origin->thread = name;
        origin->is_named = true;
    }
}
