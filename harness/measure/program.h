/* Whole programs, timed from their start to their end.
 *
 * No shell is between. A program has a process group of its own (so that all it starts can be
 * killed), no standard input, the default signals, dies with the harness, and prints to nowhere
 * unless asked. The clock starts before fork and stops when the kernel says that it has ended;
 * user, sys, faults and peak memory are what the kernel accounted to it and to those of its
 * descendants that it waited for.
 *
 * Peak memory is ru_maxrss. The kernel hands a forking process's resident size down across exec
 * as the least value of that, so what forks must be small: the harness is, and it forks (vfork
 * and posix_spawn share the parent's memory, and would hand down its peak). What is left of this is
 * program_floor_bytes(), a third of a MiB: less than any program with a C library takes. VmHWM,
 * which has no such floor, is gone by the time a program has ended.
 */
#ifndef FORTYFOLD_MEASURE_PROGRAM_H
#define FORTYFOLD_MEASURE_PROGRAM_H

#include <stdbool.h>

#include "model/programs.h"

struct program_limits {
    double timeout_s; /* 0: none */
    bool show_output;
    void (*waiting)(void *context); /* called about twice a second meanwhile, or NULL */
    void *context;
};

enum program_ending { PROGRAM_ENDED, PROGRAM_TIMED_OUT };

/* Runs the program once and waits for its end. `run` is filled but for round and position.
 * STATUS_BAD_INPUT: there is no such program, or it cannot be executed; STATUS_INTERRUPTED: the
 * user interrupted, it was killed; STATUS_IO: the system refuses another process. */
enum status program_run(char *const *words, const struct program_limits *limits,
                        struct program_run *run, enum program_ending *ending);

/* The peak memory that is measured of a program which takes none. 0 where it cannot be found. */
uint64_t program_floor_bytes(void);

#endif
