#include "measure/roofline.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "kernels/dispatch.h"
#include "kernels/room.h"
#include "measure/gauges.h"
#include "measure/host.h"
#include "measure/limits.h"
#include "measure/machine.h"

/* Seconds of each measurement; the whole stays below 10 s. */
static const double pace_s = 0.02, clock_s = 0.05, read_s = 0.03, kernel_s = 0.06;

/* From within the smallest first-level cache to beyond most last-level ones; less where the memory
 * is small. */
static const uint64_t level_first = UINT64_C(8) << 10, level_last = UINT64_C(128) << 20;

/* A core that works while all others do. */
struct core {
    pthread_t thread;
    int cpu;
    const atomic_int *gate; /* GATE_… */
    void (*work)(struct core *core);
    const struct pace_set *set; /* what to work on */
    enum pace_kind kind;
    uint64_t bytes, bytes_most; /* to read, and the block's size */
    double *block;
    double result;
};

enum { GATE_CLOSED, GATE_OPEN, GATE_HOME };

struct team {
    struct core *cores;
    size_t count;
};

static void *core_main(void *context)
{
    struct core *core = context;
    machine_pin(core->cpu); /* Linux pins the thread that asks */
    while (atomic_load(core->gate) == GATE_CLOSED) {
        sched_yield();
    }
    if (atomic_load(core->gate) == GATE_OPEN) {
        core->work(core);
    }
    return NULL;
}

/* Lets the first `count` cores work at the same time. */
static enum status team_work(struct team *team, size_t count, void (*work)(struct core *core))
{
    atomic_int gate = GATE_CLOSED;
    size_t started = 0;
    for (; started < count; started++) {
        struct core *core = &team->cores[started];
        core->gate = &gate;
        core->work = work;
        if (pthread_create(&core->thread, NULL, core_main, core) != 0) {
            break;
        }
    }
    atomic_store(&gate, started == count ? GATE_OPEN : GATE_HOME);
    for (size_t i = 0; i < started; i++) {
        pthread_join(team->cores[i].thread, NULL);
    }
    return started == count ? STATUS_OK
                            : status_fail(STATUS_IO,
                                          "only %zu of %zu threads could be started; end other "
                                          "programs, or raise `ulimit -u`",
                                          started, count);
}

static void work_pace(struct core *core)
{
    struct limits_paces paces;
    bool wanted[PACE_KINDS] = {false};
    wanted[core->kind] = true;
    limits_measure(core->set, wanted, pace_s, &paces);
    core->result = 1 / paces.s[core->kind];
}

static void work_clock(struct core *core)
{
    core->result = limits_clock_hz(clock_s);
}

/* The memory is written here for the first time: near the core that will read it. */
static void work_fill(struct core *core)
{
    core->block = room_make(core->bytes_most);
    if (core->block != NULL) {
        memset(core->block, 0, core->bytes_most);
    }
}

static void work_read(struct core *core)
{
    core->result = limits_read_bytes_per_s(core->set, core->block, core->bytes, read_s);
}

/* The results of `count` cores that work at the same time, added up. */
static enum status team_sum(struct team *team, size_t count, void (*work)(struct core *core),
                            double *sum)
{
    enum status status = interrupt_pending()
                             ? status_fail(STATUS_INTERRUPTED, "interrupted; nothing is written")
                             : team_work(team, count, work);
    *sum = 0;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        *sum += team->cores[i].result;
    }
    return status;
}

/* The processors that this process may use, the measuring one first. */
static enum status team_make(struct team *team)
{
    cpu_set_t allowed;
    int first = machine_measuring_cpu();
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        CPU_ZERO(&allowed);
        CPU_SET(0, &allowed);
    }
    team->cores = calloc((size_t)CPU_COUNT(&allowed), sizeof *team->cores);
    if (team->cores == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a list of processors");
    }
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &allowed)) {
            team->cores[team->count++].cpu = cpu;
        }
    }
    for (size_t i = 0; i < team->count; i++) {
        if (team->cores[i].cpu == first) {
            team->cores[i].cpu = team->cores[0].cpu;
            team->cores[0].cpu = first;
            break;
        }
    }
    return STATUS_OK;
}

static void team_free(struct team *team)
{
    for (size_t i = 0; i < team->count; i++) {
        room_free(team->cores[i].block);
    }
    free(team->cores);
}

static void watch(const struct roofline_watcher *watcher, double fraction, const char *what)
{
    if (watcher != NULL && watcher->progress != NULL) {
        watcher->progress(watcher->context, fraction, what);
    }
}

static enum status measure_isa(struct team *team, const struct pace_set *set,
                               struct roofline_isa *isa)
{
    enum status status = STATUS_OK;
    *isa = (struct roofline_isa){.name = dispatch_isa_name(set->isa), .lanes = set->lanes};
    if ((dispatch_machine() & 1U << set->isa) == 0) {
        isa->missing = "this machine cannot run it";
        return STATUS_OK;
    }
    for (int k = 0; k < PACE_KINDS && status == STATUS_OK; k++) {
        enum pace_kind kind = (enum pace_kind)k;
        struct roofline_rate *rate = &isa->rates[isa->rates_count++];
        double one = NAN, all = NAN;
        for (size_t i = 0; i < team->count; i++) {
            team->cores[i].set = set;
            team->cores[i].kind = kind;
        }
        if (set->run[kind] != NULL) {
            status = team_sum(team, 1, work_pace, &one);
        }
        if (set->run[kind] != NULL && status == STATUS_OK) {
            status = team_sum(team, team->count, work_pace, &all);
        }
        *rate = (struct roofline_rate){.name = pace_name(kind),
                                       .flops = pace_flops(kind) * (double)set->lanes,
                                       .one_s = 1 / one,
                                       .all_s = 1 / all};
    }
    return status;
}

/* Instruction sets of other architectures have no paces here; they are named all the same. */
static enum status measure_isas(const struct roofline_watcher *watcher, struct team *team,
                                struct roofline *roofline)
{
    enum status status = STATUS_OK;
    for (int isa = 0; isa < KERNEL_ISA_COUNT && status == STATUS_OK; isa++) {
        const struct pace_set *set = limits_set((enum kernel_isa)isa);
        struct roofline_isa *out = &roofline->isas[roofline->isas_count++];
        *out = (struct roofline_isa){.name = dispatch_isa_name((enum kernel_isa)isa),
                                     .missing = "belongs to another architecture"};
        watch(watcher, 0.3 * isa / KERNEL_ISA_COUNT, out->name);
        if (set != NULL) {
            status = measure_isa(team, set, out);
        }
    }
    return status;
}

static const struct pace_set *widest_set(void)
{
    const struct pace_set *widest = NULL;
    for (size_t i = 0; pace_set(i) != NULL; i++) {
        if ((dispatch_machine() & 1U << pace_set(i)->isa) != 0) {
            widest = pace_set(i);
        }
    }
    return widest;
}

static enum status measure_levels(const struct roofline_watcher *watcher, struct team *team,
                                  struct roofline *roofline)
{
    double free_bytes = gauges_available_bytes(""); /* NAN: not told */
    uint64_t room = free_bytes > 0 ? (uint64_t)(free_bytes / 4) / team->count : level_last;
    uint64_t most = level_first;
    while (most * 2 <= level_last && most * 2 <= room) {
        most *= 2;
    }
    for (size_t i = 0; i < team->count; i++) {
        team->cores[i].set = widest_set();
        team->cores[i].bytes_most = most;
    }
    enum status status = team_work(team, team->count, work_fill);
    for (size_t i = 0; i < team->count && status == STATUS_OK; i++) {
        if (team->cores[i].block == NULL) {
            status = status_fail(STATUS_NO_MEMORY, "no memory to read: close other programs");
        }
    }
    for (uint64_t bytes = level_first; bytes <= most && status == STATUS_OK; bytes *= 2) {
        struct roofline_level *level = &roofline->levels[roofline->levels_count++];
        level->bytes = bytes;
        watch(watcher, 0.35 + 0.25 * (double)roofline->levels_count / 15, "memory");
        for (size_t i = 0; i < team->count; i++) {
            team->cores[i].bytes = bytes;
        }
        status = team_sum(team, 1, work_read, &level->one_bytes_per_s);
        if (status == STATUS_OK) {
            status = team_sum(team, team->count, work_read, &level->all_bytes_per_s);
        }
    }
    return status;
}

static enum status measure_kernel(const struct kernel *kernel, struct roofline_kernel *out)
{
    *out = (struct roofline_kernel){.operation = dispatch_operation_name(kernel->operation),
                                    .name = kernel->name,
                                    .isa = dispatch_isa_name(kernel->isa),
                                    .unit = kernel->unit,
                                    .flops_per_unit = kernel->flops_per_unit,
                                    .bytes_per_unit = kernel->bytes_per_unit};
    return interrupt_pending() ? status_fail(STATUS_INTERRUPTED, "interrupted; nothing is written")
                               : workload_measure(kernel, kernel_s, out);
}

static enum status measure_kernels(const struct roofline_watcher *watcher, struct team *team,
                                   struct roofline *roofline)
{
    enum status status = STATUS_OK;
    size_t count = dispatch_count();
    roofline->kernels = calloc(count, sizeof *roofline->kernels);
    if (roofline->kernels == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for the kernels' speeds");
    }
    machine_pin(team->cores[0].cpu);
    for (size_t i = 0; i < KERNEL_OPERATION_COUNT * count && status == STATUS_OK; i++) {
        const struct kernel *kernel = dispatch_kernel(i % count);
        if (kernel->operation != (enum kernel_operation)(i / count) || kernel->threaded ||
            (dispatch_machine() & 1U << kernel->isa) == 0) {
            continue; /* a threaded one is another kernel in several threads */
        }
        watch(watcher, 0.6 + 0.4 * (double)roofline->kernels_count / (double)count, kernel->name);
        status = measure_kernel(kernel, &roofline->kernels[roofline->kernels_count++]);
    }
    machine_pin(-1);
    return status;
}

enum status roofline_measure(const struct roofline_watcher *watcher, struct roofline *roofline)
{
    struct team team = {0};
    enum status status = host_read(&roofline->host);
    if (status == STATUS_OK) {
        status = team_make(&team);
    }
    roofline->cores_count = team.count;
    if (status == STATUS_OK) {
        status = measure_isas(watcher, &team, roofline);
    }
    if (status == STATUS_OK) {
        status = team_sum(&team, 1, work_clock, &roofline->one_hz);
    }
    if (status == STATUS_OK) {
        status = team_sum(&team, team.count, work_clock, &roofline->all_hz);
        roofline->all_hz /= (double)team.count;
    }
    if (status == STATUS_OK) {
        status = measure_levels(watcher, &team, roofline);
    }
    if (status == STATUS_OK) {
        status = measure_kernels(watcher, &team, roofline);
    }
    team_free(&team);
    return status;
}
