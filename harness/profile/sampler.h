/* Sampler: looks at a running Python program at random moments and counts its stacks.
 *
 * The time between two looks is drawn evenly from 0.5 to 1.5 periods: a fixed period would keep
 * step with a loop of about that length and see one part of it too often. At each look every
 * thread that is on a processor is stopped, its stack read, and let go. Two kinds stand still by
 * themselves, are not stopped, and are looked at again when their turns tell that they did not:
 * threads that sleep, and, where compiled code is not asked for, a thread that may run on one
 * processor only, on which we run. Nothing runs in the program on our behalf.
 *
 * What it is made of, by the question that each answers:
 *
 *   sampler.c                      when is the next look?
 *   look*.c (see look_parts.h)     what is seen at one thread, and where is it counted? tree.c
 *   tracer*.c (tracer_parts.h)     which threads are there; asleep, or to be stopped and let go?
 *   stack_begin.c, stack_chunks.c  where does a stack begin, and in what memory does it lie?
 *   stack.c                        which frames is it made of, and do they belong together?
 *   code.c, lines.c, object.c      what is a frame's function called, and at which line is it?
 *   names.c, labels.c              what are threads, files and a lab's own functions called?
 *   interpreter.c, layout*.h       which Python is it, and where does it keep all this?
 *   maps.c, image.c                what compiled code is at an address?
 *   permission.c                   why may it not be observed, and what helps?
 *
 * Units: rates are looks a second, times seconds. Ownership: the profile is the caller's, to be
 * freed also after a failure, when it holds what was counted until then.
 */
#ifndef FORTYFOLD_PROFILE_SAMPLER_H
#define FORTYFOLD_PROFILE_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/status.h"
#include "model/profile.h"
#include "profile/labels.h"

/* What stands below the innermost Python function when compiled code is at work. */
enum sampler_native {
    SAMPLER_NATIVE_NONE,
    SAMPLER_NATIVE_LIBRARIES, /* libraries and extension modules; not the interpreter itself */
    SAMPLER_NATIVE_ALL        /* the interpreter's functions too, except its loop */
};

struct sampler_options {
    pid_t pid;
    int release_fd;    /* a byte is written here when all is ready; −1: nobody waits for it */
    bool is_child;     /* we started it: an interrupt lets it end by itself for a moment */
    double rate_hz;    /* above 0 */
    double duration_s; /* 0: until its end */
    bool follows_children;
    bool shows_idle; /* sleeping threads are in the graph too, marked */
    enum sampler_native native;
    struct labels labels;
    void (*notice)(void *context, double elapsed_s); /* about ten times a second; may be NULL */
    void *context;
};

enum sampler_ending { SAMPLER_TARGET_ENDED, SAMPLER_TIME_OVER, SAMPLER_INTERRUPTED };

struct sampler_report {
    enum sampler_ending ending;
    int wait_status;          /* of a target that ended, as waitpid has it */
    bool saw_python;          /* at any time */
    uint64_t awake_count;     /* samples of threads on a processor, */
    uint64_t idle_count;      /* and asleep */
    uint64_t unstopped_count; /* of threads awake, with nothing stopped for them */
    uint64_t outside_count;   /* of a lab's driver between two calls: left out */
    uint64_t looks_count;     /* moments at which we looked */
    uint32_t threads_count;   /* that were seen, */
    uint32_t processes_count;
    char refused[64]; /* a child's interpreter that could not be read; "" none */
};

/* Samples until the target ends, the time is over or the user interrupts; none of these is a
 * failure. STATUS_BAD_INPUT: the process is not there, may not be observed, or is no Python that
 * we can read. STATUS_NO_MEMORY. */
enum status sampler_run(const struct sampler_options *options, struct profile *profile,
                        struct sampler_report *report);

#endif
