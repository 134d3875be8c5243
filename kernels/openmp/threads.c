#include "kernels/openmp/threads.h"

#include <pthread.h>
#include <stdbool.h>

/* Threads were asked for in this process or in one that it was forked from. */
static _Atomic bool were_made;
/* They, or knowledge of them, did not get here. */
static _Atomic bool are_lost;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void in_child(void)
{
    if (were_made)
        are_lost = true;
}

static void watch_forks(void)
{
    if (pthread_atfork(NULL, NULL, in_child) != 0)
        are_lost = true; /* no memory for it: one thread is safe */
}

unsigned threads_allowed(unsigned wanted)
{
    if (wanted <= 1)
        return 1;
    pthread_once(&once, watch_forks);
    if (are_lost)
        return 1;
    were_made = true;
    return wanted;
}
