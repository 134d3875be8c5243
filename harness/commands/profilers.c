/* Which profilers of labs/profiling are there: all of them are optional, so none makes doctor say
 * no. */
#include <stdio.h>
#include <unistd.h>

#include "commands/checks.h"
#include "measure/ask.h"

static const char by_setup[] = "./setup --profiling";

static const struct {
    const char *name; /* a Python module or a program */
    const char *purpose;
    const char *remedy;
} profilers[] = {
    {"line_profiler", "the time of each line, make profile-lines", by_setup},
    {"memory_profiler", "memory by line and over time, make profile-memory", by_setup},
    {"matplotlib", "draws memory over time, make profile-memory", by_setup},
    {"pyprof2calltree", "a callgrind file of what cProfile found, make profile-callgrind",
     by_setup},
    {"callgrind_annotate", "shows callgrind files in the terminal (package valgrind)", by_setup},
    {"kcachegrind", "shows callgrind files in a window", "sudo apt-get install kcachegrind"},
    {"IPython", "%prun and %timeit", by_setup},
    {"perf", "the time of compiled functions, make profile-perf (package linux-perf)", by_setup},
};

/* Above 2 the kernel lets only root use perf; Debian's own kernels begin with 3. */
static void check_permission(struct checks *checks)
{
    int level = 0;
    FILE *file = fopen("/proc/sys/kernel/perf_event_paranoid", "re");
    bool read = file != NULL && fscanf(file, "%d", &level) == 1;
    if (file != NULL) {
        fclose(file);
    }
    if (read && level > 2 && geteuid() != 0) {
        checks_say(checks, CHECK_NOTE, "perf-permission",
                   "sudo sysctl kernel.perf_event_paranoid=2",
                   "the kernel lets only root use perf (perf_event_paranoid is %d)", level);
    }
}

void checks_profilers(struct checks *checks, struct worker *worker)
{
    for (size_t i = 0; i < sizeof profilers / sizeof *profilers; i++) {
        bool there = false;
        if (ask_require(worker, profilers[i].name, &there) != STATUS_OK) {
            status_clear();
        }
        checks_say(checks, there ? CHECK_FIT : CHECK_NOTE, profilers[i].name, profilers[i].remedy,
                   "%s %s: %s", profilers[i].name, there ? "is there" : "is missing",
                   profilers[i].purpose);
    }
    check_permission(checks);
}
