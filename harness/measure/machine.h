/* What the machine tells about itself, from /proc and /sys. Quantities that it does not tell are
 * NAN or −1. */
#ifndef FORTYFOLD_MEASURE_MACHINE_H
#define FORTYFOLD_MEASURE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Counters since boot, over all processors, in seconds. Steal and busy advance in clock ticks,
 * mostly 10 ms. */
struct machine_reading {
    uint64_t at_ns;    /* when it was read, by clock_now_ns() */
    double steal_s;    /* the hypervisor gave the processors to other machines */
    double busy_s;     /* our machine's programs and kernel used them */
    double pressure_s; /* some process had to wait for one (PSI, exact) */
};

/* Takes about 8 µs. */
void machine_read(struct machine_reading *reading);

/* Is a tick over since `last`? Before that the counters have nothing new to say. */
bool machine_due(const struct machine_reading *last);

/* The processor to measure on: the last one that this process may use (interrupts mostly go to the
 * first); −1 when there is only one, or the system does not tell. */
int machine_measuring_cpu(void);

/* Keeps this process on one processor; −1 gives back all that machine_measuring_cpu() saw. Its
 * children inherit it. A failure is no harm and not told. Async-signal-safe. */
void machine_pin(int cpu);

/* How many processors this process may use. */
size_t machine_processors_count(void);

/* Room for a user's files in the file system of a folder, bytes; 0 unknown. */
uint64_t machine_disk_free_bytes(const char *folder);

#endif
