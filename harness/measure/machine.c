#include "measure/machine.h"

#include <fcntl.h>
#include <glob.h>
#include <math.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/text.h"

/* Reads the beginning of a file of /proc that is kept open: opening costs more than reading. */
static bool read_kept(int *fd, const char *path, char *text, size_t size)
{
    if (*fd == -2) {
        *fd = open(path, O_RDONLY | O_CLOEXEC);
    }
    ssize_t got = *fd < 0 ? -1 : pread(*fd, text, size - 1, 0);
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

void machine_read(struct machine_reading *reading)
{
    static int stat_fd = -2, pressure_fd = -2;
    char text[512];
    unsigned long long t[8], total_us;
    *reading = (struct machine_reading){NAN, NAN, NAN};
    if (read_kept(&stat_fd, "/proc/stat", text, sizeof text) &&
        sscanf(text, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1], &t[2], &t[3],
               &t[4], &t[5], &t[6], &t[7]) == 8) {
        double tick_s = 1.0 / (double)sysconf(_SC_CLK_TCK);
        /* user, nice, system, (idle, iowait), irq, softirq, steal: proc(5). */
        reading->busy_s = (double)(t[0] + t[1] + t[2] + t[5] + t[6]) * tick_s;
        reading->steal_s = (double)t[7] * tick_s;
    }
    if (read_kept(&pressure_fd, "/proc/pressure/cpu", text, sizeof text)) {
        const char *total = strstr(text, "total=");
        if (total != NULL && sscanf(total, "total=%llu", &total_us) == 1) {
            reading->pressure_s = (double)total_us * 1e-6;
        }
    }
}

/* What this process was allowed at first. */
static cpu_set_t allowed;
static bool allowed_known;

int machine_measuring_cpu(void)
{
    if (!allowed_known && sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        return -1;
    }
    allowed_known = true;
    int last = -1;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        last = CPU_ISSET(cpu, &allowed) ? cpu : last;
    }
    return CPU_COUNT(&allowed) > 1 ? last : -1;
}

void machine_pin(int cpu)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    if (cpu >= 0) {
        CPU_SET(cpu, &one);
    }
    if (cpu >= 0 || allowed_known) {
        sched_setaffinity(0, sizeof one, cpu >= 0 ? &one : &allowed);
    }
}

double machine_load(void)
{
    char *line = text_first_line("/proc/loadavg");
    double load = line == NULL ? NAN : strtod(line, NULL);
    free(line);
    return load;
}

/* A file that holds one whole number; −1 when it is not there. */
static int read_number(const char *path)
{
    char *line = text_first_line(path);
    int number = line == NULL ? -1 : (int)strtol(line, NULL, 10);
    free(line);
    return number;
}

int machine_turbo(void)
{
    int off = read_number("/sys/devices/system/cpu/intel_pstate/no_turbo");
    return off >= 0 ? off == 0 : read_number("/sys/devices/system/cpu/cpufreq/boost");
}

int machine_smt(void)
{
    return read_number("/sys/devices/system/cpu/smt/active");
}

int machine_on_battery(void)
{
    glob_t found;
    int discharging = 0;
    if (glob("/sys/class/power_supply/BAT*/status", 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            char *state = text_first_line(found.gl_pathv[i]);
            discharging |= state != NULL && strcmp(state, "Discharging") == 0;
            free(state);
        }
        globfree(&found);
    }
    return discharging;
}

/* A line of /proc/meminfo, bytes. */
static uint64_t meminfo_bytes(const char *key)
{
    char *text = text_read_file("/proc/meminfo", 1 << 16);
    const char *line = text == NULL ? NULL : strstr(text, key);
    uint64_t kib = line == NULL ? 0 : strtoull(line + strlen(key), NULL, 10);
    free(text);
    return kib * 1024;
}

uint64_t machine_available_bytes(void)
{
    return meminfo_bytes("MemAvailable:");
}

uint64_t machine_swap_used_bytes(void)
{
    uint64_t total = meminfo_bytes("SwapTotal:"), available = meminfo_bytes("SwapFree:");
    return total > available ? total - available : 0;
}

uint64_t machine_disk_free_bytes(const char *folder)
{
    struct statvfs info;
    return statvfs(folder, &info) == 0 ? (uint64_t)info.f_bavail * info.f_frsize : 0;
}
