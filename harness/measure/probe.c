#include "measure/probe.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/interrupt.h"

static const double piece_s = 0.005;

/* A chain of dependent multiplications and additions (a linear congruential generator, constants of
 * Knuth's MMIX): the compiler cannot shorten it, and it touches no memory. */
static uint64_t work(uint64_t state, uint64_t steps)
{
    for (uint64_t i = 0; i < steps; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    }
    return state;
}

/* So that the work is done although nobody needs its result. */
static volatile uint64_t sink;

static uint64_t steps_for(double seconds)
{
    uint64_t steps = 100000, begin_ns;
    double took_s;
    do {
        steps *= 2;
        begin_ns = clock_now_ns();
        sink = work(sink, steps);
        took_s = clock_s_from_ns(clock_now_ns() - begin_ns);
    } while (took_s < seconds);
    return (uint64_t)((double)steps * seconds / took_s);
}

enum status probe_run(double seconds, void (*progress)(void *context, double fraction),
                      void *context, struct probe *out)
{
    memset(out, 0, sizeof *out);
    uint64_t steps = steps_for(piece_s);
    size_t most = (size_t)(seconds / piece_s * 4) + 16;
    struct machine_reading before, after;
    out->real_s = malloc(most * sizeof *out->real_s);
    out->cpu_s = malloc(most * sizeof *out->cpu_s);
    if (out->real_s == NULL || out->cpu_s == NULL) {
        probe_free(out);
        return status_fail(STATUS_NO_MEMORY, "no memory for a probe");
    }
    machine_read(&before);
    uint64_t begin_ns = clock_now_ns();
    while (out->lasted_s < seconds && out->count < most && !interrupt_pending()) {
        uint64_t cpu_ns = clock_cpu_ns(), real_ns = clock_now_ns();
        sink = work(sink, steps);
        out->real_s[out->count] = clock_s_from_ns(clock_now_ns() - real_ns);
        out->cpu_s[out->count++] = clock_s_from_ns(clock_cpu_ns() - cpu_ns);
        out->lasted_s = clock_s_from_ns(clock_now_ns() - begin_ns);
        if (progress != NULL && out->count % 20 == 0) {
            progress(context, fmin(1, out->lasted_s / seconds));
        }
    }
    machine_read(&after);
    out->taken = (struct machine_reading){
        after.at_ns - before.at_ns, after.steal_s - before.steal_s, after.busy_s - before.busy_s,
        after.pressure_s - before.pressure_s};
    return STATUS_OK;
}

void probe_free(struct probe *probe)
{
    if (probe == NULL) {
        return;
    }
    free(probe->real_s);
    free(probe->cpu_s);
    memset(probe, 0, sizeof *probe);
}
