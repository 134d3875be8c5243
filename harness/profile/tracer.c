#include "profile/tracer.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "profile/permission.h"
#include "profile/tracer_parts.h"

static void *ptrace_options(const struct tracer *tracer)
{
    unsigned long options = PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
    if (tracer->follows_children) {
        options |= PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
    }
    return (void *)options;
}

/* Seizes the threads of the process that are not seized yet; how many there were. */
static enum status seize_new(struct tracer *tracer, pid_t pid, size_t *new_count)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *folder = opendir(path);
    enum status status = STATUS_OK;
    *new_count = 0;
    if (folder == NULL) {
        return permission_explain(pid, errno == ENOENT ? ESRCH : errno);
    }
    for (struct dirent *entry; status == STATUS_OK && (entry = readdir(folder)) != NULL;) {
        pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);
        struct thread *thread;
        if (tid <= 0 || tracer_find(tracer, tid) != NULL) {
            continue;
        }
        if (ptrace(PTRACE_SEIZE, tid, NULL, ptrace_options(tracer)) == 0) {
            status = tracer_add(tracer, tid, pid, &thread);
            ++*new_count;
        } else if (tid == pid || errno != ESRCH) { /* another thread may have just ended */
            /* EPERM is also the answer for one that the kernel seized for us a moment ago. */
            if (tid == pid || tracer_status_number(tid, "\nTracerPid:") != (uint64_t)getpid()) {
                status = permission_explain(pid, errno);
            }
        }
    }
    closedir(folder);
    return status;
}

enum status tracer_attach(struct tracer *tracer, pid_t pid)
{
    size_t new_count;
    enum status status;
    tracer->first = pid;
    tracer->knows_turns = tracer_counts_turns();
    do { /* threads may begin others until all are seized */
        status = seize_new(tracer, pid, &new_count);
    } while (status == STATUS_OK && new_count > 0);
    return status;
}

/* The program became another: nothing that was known of it holds, and it has one thread. */
static void note_exec(struct tracer *tracer, struct thread *leader)
{
    for (struct thread *thread = tracer->threads; thread != NULL; thread = thread->next) {
        if (thread->process == leader->process && thread != leader) {
            thread->is_gone = true;
        }
    }
    struct process *process = leader->process;
    maps_free(&process->maps);
    code_clear(&process->cache);
    process->maps_ns = 0;
    process->answer = INTERPRETER_NOT_YET;
    process->was_refused = false;
    process->active = 0;
    process->execs_count++;
    leader->state = 0;
    leader->misses_count = 0;
    leader->is_asleep = false;
}

static enum status note_new(struct tracer *tracer, const struct thread *parent, int event)
{
    unsigned long tid = 0;
    struct thread *added;
    if (ptrace(PTRACE_GETEVENTMSG, parent->tid, NULL, &tid) != 0 ||
        tracer_find(tracer, (pid_t)tid) != NULL) {
        return STATUS_OK;
    }
    pid_t pid = event == PTRACE_EVENT_CLONE ? parent->process->pid : (pid_t)tid;
    return tracer_add(tracer, (pid_t)tid, pid, &added);
}

static void note_end(struct tracer *tracer, struct thread *thread, pid_t tid, int wait_status)
{
    if (tid == tracer->first) {
        tracer->has_ended = true;
        tracer->wait_status = wait_status;
    }
    if (thread != NULL) {
        thread->is_gone = true;
    }
}

static bool is_job_stop(int signal_number)
{
    return signal_number == SIGSTOP || signal_number == SIGTSTP || signal_number == SIGTTIN ||
           signal_number == SIGTTOU;
}

/* Takes note of what waitpid() said of a thread. Afterwards the thread stands still, unless it is
 * gone or listening; signal_due is what it is to get. */
static enum status note(struct tracer *tracer, pid_t tid, int wait_status, struct thread **out)
{
    struct thread *thread = tracer_find(tracer, tid);
    enum status status = STATUS_OK;
    *out = thread;
    if (!WIFSTOPPED(wait_status)) {
        note_end(tracer, thread, tid, wait_status);
        return STATUS_OK;
    }
    int event = wait_status >> 16, signal_number = WSTOPSIG(wait_status);
    if (thread == NULL) { /* its parent's event has yet to come */
        pid_t pid = (pid_t)tracer_status_number(tid, "\nTgid:");
        status = tracer_add(tracer, tid, pid == 0 ? tid : pid, out);
        thread = *out;
    }
    if (status != STATUS_OK) {
        ptrace(PTRACE_CONT, tid, NULL, NULL);
        return status;
    }
    thread->is_listening = false;
    thread->signal_due = 0;
    switch (event) {
    case 0: /* a signal, on its way to the program */
        thread->signal_due = signal_number;
        return STATUS_OK;
    case PTRACE_EVENT_EXEC:
        note_exec(tracer, thread);
        return STATUS_OK;
    case PTRACE_EVENT_CLONE:
    case PTRACE_EVENT_FORK:
    case PTRACE_EVENT_VFORK:
        return note_new(tracer, thread, event);
    case PTRACE_EVENT_STOP:
        thread->is_listening =
            is_job_stop(signal_number) && ptrace(PTRACE_LISTEN, tid, NULL, NULL) == 0;
        return STATUS_OK;
    default:
        return STATUS_OK;
    }
}

/* Waits until a thread stops, or is gone. Others are served meanwhile: a program that becomes
 * another waits for its threads to be taken note of. *wait_status is the thread's when it stopped
 * (true). */
static bool wait_for(struct tracer *tracer, struct thread *thread, int *wait_status,
                     enum status *status)
{
    while (!thread->is_gone) {
        struct thread *other;
        pid_t got = waitpid(-1, wait_status, __WALL);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            thread->is_gone = true;
        } else if (got == thread->tid && WIFSTOPPED(*wait_status)) {
            return true;
        } else {
            enum status noted = note(tracer, got, *wait_status, &other);
            *status = *status == STATUS_OK ? noted : *status;
            if (other != NULL) {
                tracer_go(other);
            }
        }
    }
    return false;
}

enum status tracer_drain(struct tracer *tracer)
{
    enum status status = STATUS_OK;
    for (;;) {
        int wait_status;
        struct thread *thread;
        pid_t tid = waitpid(-1, &wait_status, __WALL | WNOHANG);
        if (tid <= 0) {
            break;
        }
        enum status noted = note(tracer, tid, wait_status, &thread);
        status = status == STATUS_OK ? noted : status;
        if (thread != NULL) {
            tracer_go(thread);
        }
    }
    tracer_sweep(tracer);
    return status;
}

/* Where the stopped thread is in its program. */
static uint64_t program_counter(pid_t tid)
{
#if defined(__x86_64__)
    errno = 0;
    long rip = ptrace(PTRACE_PEEKUSER, tid, (void *)offsetof(struct user_regs_struct, rip), NULL);
    return errno == 0 ? (uint64_t)rip : 0;
#elif defined(__aarch64__)
    struct user_regs_struct registers;
    struct iovec into = {&registers, sizeof registers};
    return ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &into) == 0 ? registers.pc : 0;
#else
    (void)tid;
    return 0;
#endif
}

enum status tracer_stop(struct tracer *tracer, struct thread *thread, uint64_t *address,
                        bool *stopped)
{
    int wait_status;
    size_t execs_count = thread->process->execs_count;
    enum status status = STATUS_OK;
    *stopped = false;
    if (thread->is_gone || thread->is_listening ||
        ptrace(PTRACE_INTERRUPT, thread->tid, NULL, NULL) != 0) {
        return STATUS_OK;
    }
    tracer->has_stopped = true;
    if (!wait_for(tracer, thread, &wait_status, &status) || status != STATUS_OK) {
        return status;
    }
    status = note(tracer, thread->tid, wait_status, &thread);
    if (status != STATUS_OK || thread->is_gone || thread->is_listening) {
        return status;
    }
    if (thread->process->execs_count != execs_count) {
        tracer_go(thread);
        return STATUS_OK;
    }
    *address = program_counter(thread->tid);
    *stopped = true;
    return STATUS_OK;
}

void tracer_go(struct thread *thread)
{
    if (!thread->is_gone && !thread->is_listening) {
        ptrace(PTRACE_CONT, thread->tid, NULL, (void *)(uintptr_t)thread->signal_due);
        thread->signal_due = 0;
    }
}

/* A thread can be let go only while it stands still, in whatever way. */
static void release(struct tracer *tracer, struct thread *thread)
{
    pid_t tid = thread->tid;
    if (thread->is_gone) {
        return;
    }
    if (thread->is_listening && ptrace(PTRACE_DETACH, tid, NULL, NULL) == 0) {
        return; /* and stays stopped, as job control wants it */
    }
    int wait_status;
    enum status status = STATUS_OK; /* what it says is of no more use */
    if (ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) != 0 ||
        !wait_for(tracer, thread, &wait_status, &status)) {
        return;
    }
    int event = wait_status >> 16;
    int signal_number = event == 0 ? WSTOPSIG(wait_status) : 0;
    if (event == PTRACE_EVENT_CLONE || event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK) {
        struct thread *added;
        note(tracer, tid, wait_status, &added); /* its child comes to our list's head: next round */
    }
    ptrace(PTRACE_DETACH, tid, NULL, (void *)(uintptr_t)signal_number);
}

void tracer_free(struct tracer *tracer)
{
    if (tracer == NULL) {
        return;
    }
    while (tracer->threads != NULL) {
        struct thread *thread = tracer->threads;
        release(tracer, thread);
        tracer_remove(tracer, thread); /* threads may have come before it */
    }
    tracer_remove_processes(tracer);
}
