#include "base/clock.h"

#include <time.h>

static uint64_t read_ns(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * CLOCK_NS_PER_S + (uint64_t)now.tv_nsec;
}

uint64_t clock_now_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

uint64_t clock_cpu_ns(void)
{
    return read_ns(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t clock_ns_from_s(double seconds)
{
    return seconds > 0 ? (uint64_t)(seconds * (double)CLOCK_NS_PER_S) : 0;
}

double clock_s_from_ns(uint64_t ns)
{
    return (double)ns / (double)CLOCK_NS_PER_S;
}
