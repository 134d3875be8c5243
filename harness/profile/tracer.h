/* Tracer: the processes under observation and their threads, by way of ptrace.
 *
 * Threads are seized, which does not stop them; new threads (and, when asked for, child processes)
 * are seized by the kernel as they begin. One thread at a time is stopped, for some ten
 * microseconds. Signals that arrive meanwhile are delivered as if nobody watched, and a program
 * that is stopped by job control (Ctrl-Z) stays so until it is told to continue. When we end, in
 * whatever way, the kernel lets all go.
 *
 * Sleeping threads are never woken: their stacks do not change, and tracer_turns() tells when they
 * do. Neither need a thread be stopped that may run only on the one processor on which we are
 * running: see tracer_is_displaced().
 *
 * Ownership: the tracer owns processes and threads; a thread stays where it is until the next
 * tracer_drain(), tracer_stop() or tracer_go().
 */
#ifndef FORTYFOLD_PROFILE_TRACER_H
#define FORTYFOLD_PROFILE_TRACER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/status.h"
#include "profile/code.h"
#include "profile/interpreter.h"
#include "profile/maps.h"
#include "profile/stack.h"

struct process {
    pid_t pid;
    struct process *next;
    struct maps maps;
    uint64_t maps_ns; /* when they were read */
    struct interpreter interpreter;
    enum interpreter_answer answer;
    bool was_refused; /* INTERPRETER_UNKNOWN was reported */
    struct code_cache cache;
    uint64_t active; /* address of the dict threading._active; 0: not known */
    uint32_t number; /* of the sampler's: in the order of their beginning */
    size_t execs_count;
};

struct thread {
    pid_t tid;
    struct process *process;
    struct thread *next;
    bool is_gone;          /* to be removed at the next chance */
    bool is_listening;     /* stopped by job control */
    int signal_due;        /* what to deliver when it goes on */
    int turns_fd, call_fd; /* /proc/…/schedstat and syscall; −1: not readable */
    uint64_t native;       /* its number as the process itself sees it */
    uint64_t state;        /* address of its PyThreadState; 0: not known */
    size_t misses_count;   /* looks without finding one, in a row */
    struct stack_memo memo;
    int bound_cpu;  /* the only processor on which it might run at the last look; −1: several */
    bool is_asleep; /* at the last look, */
    uint64_t turns_count; /* after so many turns; */
    uint32_t asleep_node; /* what was counted */
    uint32_t origin;      /* of the sampler's; UINT32_MAX: none yet */
};

struct tracer {
    struct process *processes;
    struct thread *threads;
    struct images *images;
    const struct labels *labels;
    struct profile *profile;
    bool follows_children;
    bool knows_turns; /* the kernel counts a thread's turns on a processor */
    bool has_stopped; /* something, since the sampler last cleared this */
    uint32_t processes_count;
    pid_t first;     /* the process that was asked for */
    bool has_ended;  /* it has; */
    int wait_status; /* as waitpid has it */
};

/* Seizes a process with all its threads. STATUS_BAD_INPUT: there is none, or it may not be
 * observed; the message says why and what to do. */
enum status tracer_attach(struct tracer *tracer, pid_t pid);

/* Handles what has happened to the threads since the last call: signals to deliver, threads and
 * processes that began or ended, programs that became others. Does not wait. STATUS_NO_MEMORY. */
enum status tracer_drain(struct tracer *tracer);

enum tracer_state {
    TRACER_RUNS,   /* on a processor, or waiting for one */
    TRACER_SLEEPS, /* waiting in the kernel, off the processor */
    TRACER_UNKNOWN /* it is ending, or the kernel does not tell */
};

/* What is the thread doing? Where it sleeps *address is where in the program it went there, and
 * *call the number of the system call, −1 where it made none. */
enum tracer_state tracer_state(const struct thread *thread, uint64_t *address, long *call);

/* A thread's turns on a processor so far. As long as their number stays and the thread was asleep,
 * it still is. The time is that of whole turns, and of the present one up to the last tick. */
struct turns {
    uint64_t count, cpu_ns;
};
struct turns tracer_turns(const struct thread *thread);

/* Do we have the only processor on which the thread may run? Then it stands still, and has done so
 * up to any later moment at which tracer_turns() still has the count that was read before this was
 * asked: whoever gave it a processor has counted that first. False also at the first look at which
 * it is so: a thread that somebody has just bound may be on its way to us from another processor.
 */
bool tracer_is_displaced(struct thread *thread);

/* Stops a thread and tells where it is. *stopped is false when it is gone, or became something
 * else meanwhile. STATUS_NO_MEMORY. */
enum status tracer_stop(struct tracer *tracer, struct thread *thread, uint64_t *address,
                        bool *stopped);

/* Lets a thread that was stopped go on. */
void tracer_go(struct thread *thread);

/* Lets everything go, for good. NULL is legal, and all zero. */
void tracer_free(struct tracer *tracer);

#endif
