#include "measure/conditions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "measure/machine.h"

/* Counters that advance by 10 ms say nothing about less than this. */
static const double window_least_s = 0.5;

#define SAY(...) snprintf(message, CONDITION_MESSAGE_SIZE, __VA_ARGS__)

static enum condition_state state_of(double value, double limit)
{
    return !isfinite(value) ? CONDITION_UNKNOWN
           : value > limit  ? CONDITION_WARNING
                            : CONDITION_FINE;
}

static enum condition_state judge_governor(const struct surroundings *at, double limit,
                                           char *message)
{
    const char *name = at->settings.governor;
    (void)limit;
    if (*name == '\0') {
        SAY("the processors' governor is not shown to this system");
        return CONDITION_UNKNOWN;
    }
    if (strcmp(name, "performance") == 0 || strcmp(name, "userspace") == 0) {
        SAY("the governor is \"%s\"", name);
        return CONDITION_FINE;
    }
    SAY("the governor is \"%s\": the clock follows the load, so first samples are slower", name);
    return CONDITION_WARNING;
}

static enum condition_state judge_turbo(int on, char *message)
{
    if (on == 1) {
        SAY("turbo is on: the clock falls when the machine is warm, or more cores work");
    }
    return on < 0 ? CONDITION_UNKNOWN : on == 1 ? CONDITION_WARNING : CONDITION_FINE;
}

static enum condition_state judge_intel_turbo(const struct surroundings *at, double limit,
                                              char *message)
{
    (void)limit;
    return judge_turbo(at->settings.intel_turbo, message);
}

static enum condition_state judge_boost(const struct surroundings *at, double limit, char *message)
{
    (void)limit;
    /* intel_pstate's own switch has told already. */
    return judge_turbo(at->settings.intel_turbo < 0 ? at->settings.boost : -1, message);
}

static enum condition_state judge_battery(const struct surroundings *at, double limit,
                                          char *message)
{
    (void)limit;
    if (at->settings.on_battery == 1) {
        SAY("the machine runs on its battery: the clock is held low");
        return CONDITION_WARNING;
    }
    return CONDITION_FINE;
}

static enum condition_state judge_memory(const struct surroundings *at, double limit, char *message)
{
    if (isfinite(at->available_bytes)) {
        SAY("%s of memory free", units_bytes((uint64_t)at->available_bytes).text);
    }
    return state_of(-at->available_bytes, -limit); /* too little, not too much */
}

static enum condition_state judge_threads(const struct surroundings *at, double limit,
                                          char *message)
{
    (void)limit;
    if (at->threads_most <= at->processors_count) {
        return CONDITION_FINE;
    }
    SAY("a variant uses %zu threads on %zu %s: they wait for each other", at->threads_most,
        at->processors_count, at->processors_count == 1 ? "processor" : "processors");
    return CONDITION_WARNING;
}

/* While nobody watches (`doctor --no-noise`), the load of the last minute must do. */
static enum condition_state judge_load(const struct surroundings *at, double limit, char *message)
{
    if (isfinite(at->others_processors)) {
        SAY("other programs used %.2f of %zu processors", at->others_processors,
            at->processors_count);
        return state_of(at->others_processors, limit);
    }
    if (isfinite(at->load) && !isfinite(at->window_s)) {
        SAY("load %.2f on %zu processors", at->load, at->processors_count);
        return state_of(at->load, 0.5 * (double)at->processors_count);
    }
    return CONDITION_UNKNOWN;
}

/* Sharing a core disturbs only while somebody else works. */
static enum condition_state judge_smt(const struct surroundings *at, double limit, char *message)
{
    if (at->settings.shares_cores != 1) {
        return at->settings.shares_cores < 0 ? CONDITION_UNKNOWN : CONDITION_FINE;
    }
    SAY("two hardware threads share a core: a busy neighbour slows a sample%s",
        at->others_processors > limit ? ", and others were busy" : "");
    return at->others_processors > limit ? CONDITION_WARNING : CONDITION_FINE;
}

static enum condition_state judge_steal(const struct surroundings *at, double limit, char *message)
{
    if (isfinite(at->steal_processors)) {
        SAY("other machines took %.1f %% of a processor from this virtual one",
            at->steal_processors * 100);
    }
    if (at->steal_processors <= 0) {
        *message = '\0'; /* bare metal, or a good neighbourhood */
    }
    return state_of(at->steal_processors, limit);
}

static enum condition_state judge_quota(const struct surroundings *at, double limit, char *message)
{
    enum condition_state state = state_of(at->stopped_share, limit);
    if (state == CONDITION_WARNING) {
        SAY("the container's limit on processor time stopped us for %.1f %% of the time",
            at->stopped_share * 100);
    }
    return state;
}

static enum condition_state judge_swap(const struct surroundings *at, double limit, char *message)
{
    enum condition_state state = state_of(at->swapped_bytes, limit);
    if (state == CONDITION_WARNING) {
        SAY("%s of memory moved between memory and disk",
            units_bytes((uint64_t)at->swapped_bytes).text);
    }
    return state;
}

static enum condition_state judge_heat(const struct surroundings *at, double limit, char *message)
{
    enum condition_state state = state_of(at->cooled_count, limit);
    if (state == CONDITION_WARNING) {
        SAY("the processors slowed down %.0f times to cool down", at->cooled_count);
    }
    return state;
}

/* In the order in which people can do something about them. */
const struct condition conditions[] = {
    {"governor", false, NAN, "a clock that moves changes every time by up to its whole range",
     "sudo cpupower frequency-set --governor performance (package linux-cpupower)", judge_governor},
    {"turbo", false, NAN, "turbo raises a clock by a tenth to a half, for as long as it is cool",
     "compare ratios, never times of different minutes; or: echo 1 | sudo tee "
     "/sys/devices/system/cpu/intel_pstate/no_turbo",
     judge_intel_turbo},
    {"turbo", false, NAN, "as above, with the other drivers' switch",
     "compare ratios, never times of different minutes; or: echo 0 | sudo tee "
     "/sys/devices/system/cpu/cpufreq/boost",
     judge_boost},
    {"battery", false, NAN, "laptops halve their clock on battery", "plug it in", judge_battery},
    /* A dozen workers with NumPy take 40 MB each; below that the system begins to swap. */
    {"memory", false, 512e6, "a block holds one process for each variant, with NumPy 40 MB each",
     "close other programs, or run with --memory 256M", judge_memory},
    {"threads", false, NAN, "more threads than processors take turns, and waiting counts",
     "measure on a machine with more processors, or lower the variant's threads in lab.toml",
     judge_threads},
    /* A desktop that nobody uses takes 0.02 to 0.1. */
    {"load", true, 0.25, "a quarter of a processor: an idle desktop takes a twentieth",
     "close other programs and measure again", judge_load},
    {"smt", true, 0.25, "as for load: half a core's speed is lost to a busy neighbour",
     "close other programs; or: echo off | sudo tee /sys/devices/system/cpu/smt/control",
     judge_smt},
    /* Two processes of the same code differ by 2 % anyway; half of that begins to show. */
    {"steal", true, 0.01, "half of what two processes of the same code differ by",
     "measure at another hour, or on a machine of your own; CPU time suffers less", judge_steal},
    {"quota", true, 0.01, "as for steal", "give the container more: docker run without --cpus",
     judge_quota},
    {"swap", true, 1 << 20, "less than a MiB is housekeeping",
     "close other programs; samples that waited for pages were left out", judge_swap},
    {"heat", true, 0, "each time the clock falls by a tenth and more",
     "let the machine cool, free its vents, or turn turbo off", judge_heat},
};

const size_t conditions_count = sizeof conditions / sizeof *conditions;

void conditions_begin(const char *root, size_t threads_most, struct surroundings *out)
{
    *out = (struct surroundings){.root = root,
                                 .load = gauges_load(root),
                                 .available_bytes = gauges_available_bytes(root),
                                 .processors_count = machine_processors_count(),
                                 .threads_most = threads_most,
                                 .window_s = NAN,
                                 .others_processors = NAN,
                                 .steal_processors = NAN,
                                 .stopped_share = NAN,
                                 .swapped_bytes = NAN,
                                 .cooled_count = NAN};
    gauges_settings(root, &out->settings);
    gauges_counters(root, &out->begin);
}

void conditions_end(struct surroundings *at)
{
    struct counters now;
    gauges_counters(at->root, &now);
    const struct counters *then = &at->begin;
    at->window_s = now.at_s - then->at_s;
    if (!(at->window_s >= window_least_s)) {
        return;
    }
    double busy_s = now.busy_s - then->busy_s, own_s = now.own_s - then->own_s;
    at->others_processors = isfinite(busy_s) ? fmax(0, busy_s - own_s) / at->window_s : NAN;
    at->steal_processors = (now.steal_s - then->steal_s) / at->window_s;
    at->stopped_share = (now.stopped_s - then->stopped_s) / at->window_s;
    at->swapped_bytes = (now.swapped_pages - then->swapped_pages) * (double)sysconf(_SC_PAGESIZE);
    at->cooled_count = now.cooled_count - then->cooled_count;
}

enum condition_state conditions_judge(const struct condition *condition,
                                      const struct surroundings *at, char *message)
{
    *message = '\0';
    return condition->judge(at, condition->limit, message);
}
