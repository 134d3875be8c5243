#include "measure/machine.h"

#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"

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

/* Whole numbers with spaces between; much faster than sscanf(). */
static bool numbers_after(const char *text, uint64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *end;
        numbers[i] = strtoull(text, &end, 10);
        if (end == text) {
            return false;
        }
        text = end;
    }
    return true;
}

void machine_read(struct machine_reading *reading)
{
    static int stat_fd = -2, pressure_fd = -2;
    char text[512];
    *reading = (struct machine_reading){clock_now_ns(), NAN, NAN, NAN};
    uint64_t t[8];
    if (read_kept(&stat_fd, "/proc/stat", text, sizeof text) && strncmp(text, "cpu ", 4) == 0 &&
        numbers_after(text + 4, t, 8)) {
        double tick_s = 1.0 / (double)sysconf(_SC_CLK_TCK);
        /* user, nice, system, (idle, iowait), irq, softirq, steal: proc(5). */
        reading->busy_s = (double)(t[0] + t[1] + t[2] + t[5] + t[6]) * tick_s;
        reading->steal_s = (double)t[7] * tick_s;
    }
    if (read_kept(&pressure_fd, "/proc/pressure/cpu", text, sizeof text)) {
        const char *total = strstr(text, "total=");
        if (total != NULL && numbers_after(total + strlen("total="), t, 1)) {
            reading->pressure_s = (double)t[0] * 1e-6;
        }
    }
}

bool machine_due(const struct machine_reading *last)
{
    /* USER_HZ, the unit of /proc/stat, is 100 on every Linux but those of Alpha and IA-64. */
    enum { TICK_NS = 10000000 };
    return clock_now_ns() - last->at_ns >= TICK_NS;
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

size_t machine_processors_count(void)
{
    cpu_set_t now;
    int count = sched_getaffinity(0, sizeof now, &now) == 0 ? CPU_COUNT(&now) : 1;
    return allowed_known ? (size_t)CPU_COUNT(&allowed) : (size_t)count;
}

uint64_t machine_disk_free_bytes(const char *folder)
{
    struct statvfs info;
    return statvfs(folder, &info) == 0 ? (uint64_t)info.f_bavail * info.f_frsize : 0;
}
