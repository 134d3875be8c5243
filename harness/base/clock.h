/* The clocks. Only differences of readings mean anything.
 *
 * Monotonic readings are nanoseconds of CLOCK_MONOTONIC; they do not go backwards and do not jump
 * with the date. A reading costs about 25 ns, a process-CPU reading about 400 ns (a system call).
 */
#ifndef FORTYFOLD_BASE_CLOCK_H
#define FORTYFOLD_BASE_CLOCK_H

#include <stdint.h>

#define CLOCK_NS_PER_S 1000000000ULL

uint64_t clock_now_ns(void);

/* CPU time of this process, all its threads, user and system. */
uint64_t clock_cpu_ns(void);

/* A duration in nanoseconds from seconds; not-positive and NAN give 0. */
uint64_t clock_ns_from_s(double seconds);

double clock_s_from_ns(uint64_t ns);

#endif
