#include "measure/gauges.h"

#include <glob.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

enum { FILE_LIMIT = 1 << 16 };

/* The text of a file below the root, or NULL; the caller frees it. */
static char *read_text(const char *root, const char *path)
{
    char *whole = text_format("%s%s", root, path);
    char *text = whole == NULL ? NULL : text_read_file(whole, FILE_LIMIT);
    free(whole);
    return text;
}

/* Goes through the files that a pattern below the root finds. */
static void for_each(const char *root, const char *pattern,
                     void (*visit)(const char *text, const char *path, void *context),
                     void *context)
{
    glob_t found;
    char *whole = text_format("%s%s", root, pattern);
    if (whole != NULL && glob(whole, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            char *text = text_read_file(found.gl_pathv[i], FILE_LIMIT);
            if (text != NULL) {
                visit(text_trim(text), found.gl_pathv[i], context);
            }
            free(text);
        }
        globfree(&found);
    }
    free(whole);
}

/* A number at or above 0 that a text begins with; NAN: it begins with none. */
static double leading_number(const char *text)
{
    char *end;
    double number = strtod(text, &end);
    return end != text && isfinite(number) && number >= 0 ? number : NAN;
}

/* The number after a key that begins a line, as in "MemFree:  12 kB". */
static double keyed_number(const char *text, const char *key)
{
    size_t length = strlen(key);
    for (const char *line = text; line != NULL && *line != '\0';) {
        if (strncmp(line, key, length) == 0 && strchr(" \t:", line[length]) != NULL) {
            return leading_number(line + length + strspn(line + length, " \t:"));
        }
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return NAN;
}

static double keyed_in_file(const char *root, const char *path, const char *key)
{
    char *text = read_text(root, path);
    double number = text == NULL ? NAN : keyed_number(text, key);
    free(text);
    return number;
}

/* A file that holds "0" or "1"; −1 for anything else. */
static int read_switch(const char *root, const char *path)
{
    char *text = read_text(root, path);
    const char *word = text == NULL ? "" : text_trim(text);
    int value = strcmp(word, "1") == 0 ? 1 : strcmp(word, "0") == 0 ? 0 : -1;
    free(text);
    return value;
}

/* The governors that the kernel has, the steadiest last: "userspace" keeps what it was told. */
static const char *const governors[] = {"conservative", "ondemand",  "powersave",
                                        "schedutil",    "userspace", "performance"};

static size_t governor_rank(const char *name)
{
    size_t i = 0;
    while (i < sizeof governors / sizeof *governors && strcmp(governors[i], name) != 0) {
        i++;
    }
    return i;
}

static void see_governor(const char *text, const char *path, void *context)
{
    struct settings *out = context;
    size_t rank = governor_rank(text);
    (void)path;
    bool is_known = rank < sizeof governors / sizeof *governors;
    if (is_known && (*out->governor == '\0' || rank < governor_rank(out->governor))) {
        snprintf(out->governor, sizeof out->governor, "%s", text);
    }
}

/* A mouse's battery has scope "Device". */
static void see_supply(const char *text, const char *path, void *context)
{
    struct settings *out = context;
    char *scope_path = text_format("%.*s/scope", (int)(strlen(path) - strlen("/status")), path);
    char *scope = scope_path == NULL ? NULL : text_read_file(scope_path, FILE_LIMIT);
    bool is_device = scope != NULL && strncmp(scope, "Device", strlen("Device")) == 0;
    out->on_battery |= !is_device && strcmp(text, "Discharging") == 0;
    free(scope);
    free(scope_path);
}

void gauges_settings(const char *root, struct settings *out)
{
    int no_turbo = read_switch(root, "/sys/devices/system/cpu/intel_pstate/no_turbo");
    *out = (struct settings){
        .intel_turbo = no_turbo < 0 ? -1 : !no_turbo,
        .boost = read_switch(root, "/sys/devices/system/cpu/cpufreq/boost"),
        .shares_cores = read_switch(root, "/sys/devices/system/cpu/smt/active"),
    };
    for_each(root, "/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor", see_governor, out);
    for_each(root, "/sys/class/power_supply/*/status", see_supply, out);
}

/* Of /proc/stat's first line: user, nice, system, (idle, iowait), irq, softirq, steal (proc(5)). */
static void read_stat(const char *root, struct counters *out)
{
    unsigned long long t[8];
    char *text = read_text(root, "/proc/stat");
    if (text != NULL && sscanf(text, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1],
                               &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]) == 8) {
        double tick_s = 1.0 / (double)sysconf(_SC_CLK_TCK);
        out->busy_s = (double)(t[0] + t[1] + t[2] + t[5] + t[6]) * tick_s;
        out->steal_s = (double)t[7] * tick_s;
    }
    free(text);
}

/* Our own control group's: in a container it is mounted as the root. Version 2 counts microseconds,
 * version 1 nanoseconds. */
static double read_stopped(const char *root)
{
    double us = keyed_in_file(root, "/sys/fs/cgroup/cpu.stat", "throttled_usec");
    double ns = keyed_in_file(root, "/sys/fs/cgroup/cpu/cpu.stat", "throttled_time");
    return isfinite(us) ? us * 1e-6 : ns * 1e-9;
}

static double own_cpu_s(void)
{
    static const int whose[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
    double sum_s = 0;
    for (size_t i = 0; i < sizeof whose / sizeof *whose; i++) {
        struct rusage use;
        if (getrusage(whose[i], &use) == 0) {
            sum_s += (double)use.ru_utime.tv_sec + (double)use.ru_stime.tv_sec +
                     1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
        }
    }
    return sum_s;
}

static void see_cooling(const char *text, const char *path, void *context)
{
    double *sum = context, count = leading_number(text);
    (void)path;
    if (isfinite(count)) {
        *sum = isfinite(*sum) ? *sum + count : count;
    }
}

void gauges_counters(const char *root, struct counters *out)
{
    *out = (struct counters){.at_s = clock_s_from_ns(clock_now_ns()),
                             .busy_s = NAN,
                             .own_s = own_cpu_s(),
                             .steal_s = NAN,
                             .stopped_s = read_stopped(root),
                             .swapped_pages = keyed_in_file(root, "/proc/vmstat", "pswpin") +
                                              keyed_in_file(root, "/proc/vmstat", "pswpout"),
                             .cooled_count = NAN};
    read_stat(root, out);
    for_each(root, "/sys/devices/system/cpu/cpu[0-9]*/thermal_throttle/core_throttle_count",
             see_cooling, &out->cooled_count);
}

double gauges_load(const char *root)
{
    char *text = read_text(root, "/proc/loadavg");
    double load = text == NULL ? NAN : leading_number(text);
    free(text);
    return load;
}

/* /proc/meminfo counts KiB. */
static double meminfo_bytes(const char *root, const char *key)
{
    return keyed_in_file(root, "/proc/meminfo", key) * 1024;
}

double gauges_available_bytes(const char *root)
{
    return meminfo_bytes(root, "MemAvailable");
}

double gauges_swap_used_bytes(const char *root)
{
    return fmax(0, meminfo_bytes(root, "SwapTotal") - meminfo_bytes(root, "SwapFree"));
}
