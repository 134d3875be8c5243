/* What the machine tells about itself, from /proc and /sys. Quantities that it does not tell are
 * NAN or −1. */
#ifndef FORTYFOLD_MEASURE_MACHINE_H
#define FORTYFOLD_MEASURE_MACHINE_H

#include <stdint.h>

/* Counters since boot, over all processors, in seconds. Steal and busy advance in clock ticks,
 * mostly 10 ms. */
struct machine_reading {
    double steal_s;    /* the hypervisor gave the processors to other machines */
    double busy_s;     /* our machine's programs and kernel used them */
    double pressure_s; /* some process had to wait for one (PSI, exact) */
};

/* Takes about 8 µs. */
void machine_read(struct machine_reading *reading);

/* The processor to measure on: the last one that this process may use (interrupts mostly go to the
 * first); −1 when there is only one, or the system does not tell. */
int machine_measuring_cpu(void);

/* Keeps this process on one processor; −1 gives back all that machine_measuring_cpu() saw. Its
 * children inherit it. A failure is no harm and not told. Async-signal-safe. */
void machine_pin(int cpu);

/* Runnable processes, averaged over the last minute. */
double machine_load(void);

/* 1 when the processor may raise its clock above the nominal one, 0 when not, −1 unknown. */
int machine_turbo(void);

/* 1 when two hardware threads share a core, 0 when not, −1 unknown. */
int machine_smt(void);

/* 1 when the machine runs on its battery, 0 when not or when it has none. */
int machine_on_battery(void);

/* Memory that programs may still take, and swap in use; bytes. */
uint64_t machine_available_bytes(void);
uint64_t machine_swap_used_bytes(void);

/* Room for a user's files in the file system of a folder, bytes; 0 unknown. */
uint64_t machine_disk_free_bytes(const char *folder);

#endif
