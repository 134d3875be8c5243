#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "profile/tracer_parts.h"

bool tracer_counts_turns(void)
{
    char *text = text_read_file("/proc/self/schedstat", 128);
    uint64_t runs = 0;
    bool good = text != NULL && sscanf(text, "%*u %*u %" SCNu64, &runs) == 1 && runs > 0;
    free(text);
    return good;
}

struct turns tracer_turns(const struct thread *thread)
{
    char text[96];
    struct turns turns = {0, 0};
    ssize_t got = thread->turns_fd < 0 ? 0 : pread(thread->turns_fd, text, sizeof text - 1, 0);
    if (got > 0) { /* nanoseconds on a processor, nanoseconds waiting for one, turns */
        text[got] = '\0';
        const char *last = strrchr(text, ' ');
        turns.cpu_ns = strtoull(text, NULL, 10);
        turns.count = last == NULL ? 0 : strtoull(last, NULL, 10);
    }
    return turns;
}

bool tracer_asleep(const struct thread *thread, uint64_t *address, long *call)
{
    char text[256];
    ssize_t got = thread->call_fd < 0 ? 0 : pread(thread->call_fd, text, sizeof text - 1, 0);
    *address = 0;
    *call = -1;
    if (got <= 0) {
        return false;
    }
    text[got] = '\0';
    const char *last = strrchr(text, ' '); /* "running", or "call arguments… stack program" */
    if (last == NULL) {
        return false;
    }
    *address = strtoull(last + 1, NULL, 16);
    *call = strtol(text, NULL, 10);
    return true;
}
