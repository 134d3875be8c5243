#include <inttypes.h>
#include <sched.h>
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
    enum { CPU_NS, WAITED_NS, TURNS, FIELDS };
    uint64_t fields[FIELDS] = {0};
    char text[96];
    ssize_t got = thread->turns_fd < 0 ? 0 : pread(thread->turns_fd, text, sizeof text, 0);
    size_t field = 0;
    for (ssize_t i = 0; i < got && field < FIELDS; i++) {
        if (text[i] >= '0' && text[i] <= '9') {
            fields[field] = 10 * fields[field] + (uint64_t)(text[i] - '0');
        } else {
            field++;
        }
    }
    return (struct turns){.count = fields[TURNS], .cpu_ns = fields[CPU_NS]};
}

enum tracer_state tracer_state(const struct thread *thread, uint64_t *address, long *call)
{
    char text[256];
    ssize_t got = thread->call_fd < 0 ? 0 : pread(thread->call_fd, text, sizeof text - 1, 0);
    *address = 0;
    *call = -1;
    if (got > 0 && text[0] == 'r') { /* "running", or "call arguments… stack program" */
        return TRACER_RUNS;
    }
    text[got > 0 ? got : 0] = '\0';
    const char *last = strrchr(text, ' ');
    if (last == NULL) {
        return TRACER_UNKNOWN;
    }
    *address = strtoull(last + 1, NULL, 16);
    *call = strtol(text, NULL, 10);
    return TRACER_SLEEPS;
}

bool tracer_is_displaced(struct thread *thread)
{
    cpu_set_t allowed;
    int cpu = sched_getcpu(), bound_before = thread->bound_cpu;
    bool is_bound = cpu >= 0 && cpu < CPU_SETSIZE &&
                    sched_getaffinity(thread->tid, sizeof allowed, &allowed) == 0 &&
                    CPU_ISSET(cpu, &allowed) && CPU_COUNT(&allowed) == 1;
    thread->bound_cpu = is_bound ? cpu : -1;
    return is_bound && bound_before == cpu && sched_getcpu() == cpu;
}
