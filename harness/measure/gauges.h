/* Gauges: how the machine is set and what it counts, from /sys and /proc. They only read; what is
 * good or bad is said by measure/conditions.h.
 *
 * A file that is missing, or holds anything else than it should, tells nothing. Nothing is
 * allocated, nothing fails.
 */
#ifndef FORTYFOLD_MEASURE_GAUGES_H
#define FORTYFOLD_MEASURE_GAUGES_H

/* How the processors are set; −1 where it is not told. `root` (mostly "") stands before every path,
 * also below: tests bring trees of their own. */
struct settings {
    char governor[32]; /* the least steady of the processors': "" unknown, "performance" best */
    int intel_turbo;   /* 1: may raise its clock above the nominal one (intel_pstate) */
    int boost;         /* the same, of the other drivers */
    int shares_cores;  /* 1: two hardware threads share a core (SMT) */
    int on_battery;    /* 1: discharging; 0 also where there is no battery */
};

void gauges_settings(const char *root, struct settings *out);

/* Counters since boot, over all processors. NAN: not told. */
struct counters {
    double at_s;          /* of a clock that does not go back */
    double busy_s;        /* processor time of all programs and the kernel */
    double own_s;         /* of this process and its children that have ended */
    double steal_s;       /* the hypervisor gave the processors to other machines */
    double stopped_s;     /* the limit of our control group held its processes */
    double swapped_pages; /* to or from disk */
    double cooled_count;  /* times that a processor slowed down to cool down, all cores added */
};

void gauges_counters(const char *root, struct counters *out);

/* Runnable processes, averaged over the last minute; NAN unknown. */
double gauges_load(const char *root);

/* Memory that programs may still take, and swap in use; bytes, NAN unknown. */
double gauges_available_bytes(const char *root);
double gauges_swap_used_bytes(const char *root);

#endif
