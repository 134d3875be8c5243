#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "profile/tracer_parts.h"

enum { FILE_MOST = 1 << 14 };

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for another thread");
}

/* Of "Name:\t12\t7" the last is the number in the innermost namespace. */
uint64_t tracer_status_number(pid_t tid, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
    char *text = text_read_file(path, FILE_MOST);
    const char *line = text == NULL ? NULL : strstr(text, name);
    uint64_t number = 0;
    if (line != NULL) {
        const char *end = line + strcspn(line, "\n");
        while (end > line && isdigit((unsigned char)end[-1])) {
            end--;
        }
        number = strtoull(end, NULL, 10);
    }
    free(text);
    return number;
}

struct thread *tracer_find(const struct tracer *tracer, pid_t tid)
{
    struct thread *thread = tracer->threads;
    while (thread != NULL && (thread->tid != tid || thread->is_gone)) {
        thread = thread->next;
    }
    return thread;
}

static struct process *find_process(const struct tracer *tracer, pid_t pid)
{
    struct process *process = tracer->processes;
    while (process != NULL && process->pid != pid) {
        process = process->next;
    }
    return process;
}

static struct process *add_process(struct tracer *tracer, pid_t pid)
{
    struct process *process = calloc(1, sizeof *process);
    if (process != NULL) {
        process->pid = pid;
        process->maps = (struct maps){.pid = pid, .images = tracer->images};
        process->answer = INTERPRETER_NOT_YET;
        process->cache = (struct code_cache){.labels = tracer->labels, .profile = tracer->profile};
        process->number = tracer->processes_count++;
        process->next = tracer->processes;
        tracer->processes = process;
    }
    return process;
}

static int open_of(pid_t tid, const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)tid, name);
    return open(path, O_RDONLY | O_CLOEXEC);
}

enum status tracer_add(struct tracer *tracer, pid_t tid, pid_t pid, struct thread **added)
{
    struct process *process = find_process(tracer, pid);
    struct thread *thread = calloc(1, sizeof *thread);
    process = process != NULL ? process : add_process(tracer, pid);
    if (process == NULL || thread == NULL) {
        free(thread);
        return no_memory();
    }
    /* /proc/TID serves any thread, though it is not listed. */
    *thread = (struct thread){.tid = tid,
                              .process = process,
                              .next = tracer->threads,
                              .turns_fd = tracer->knows_turns ? open_of(tid, "schedstat") : -1,
                              .call_fd = open_of(tid, "syscall"),
                              .native = tracer_status_number(tid, "\nNSpid:"),
                              .bound_cpu = -1,
                              .origin = UINT32_MAX};
    thread->native = thread->native != 0 ? thread->native : (uint64_t)tid;
    tracer->threads = thread;
    *added = thread;
    return STATUS_OK;
}

static void free_thread(struct thread *thread)
{
    if (thread->turns_fd >= 0) {
        close(thread->turns_fd);
    }
    if (thread->call_fd >= 0) {
        close(thread->call_fd);
    }
    stack_memo_free(&thread->memo);
    free(thread);
}

static void free_process(struct process *process)
{
    maps_free(&process->maps);
    code_clear(&process->cache);
    free(process);
}

void tracer_sweep(struct tracer *tracer)
{
    for (struct thread **at = &tracer->threads; *at != NULL;) {
        struct thread *thread = *at;
        if (thread->is_gone) {
            *at = thread->next;
            free_thread(thread);
        } else {
            at = &thread->next;
        }
    }
    for (struct process **at = &tracer->processes; *at != NULL;) {
        struct process *process = *at;
        const struct thread *thread = tracer->threads;
        while (thread != NULL && thread->process != process) {
            thread = thread->next;
        }
        if (thread == NULL) {
            *at = process->next;
            free_process(process);
        } else {
            at = &process->next;
        }
    }
}

void tracer_remove(struct tracer *tracer, struct thread *thread)
{
    struct thread **at = &tracer->threads;
    while (*at != thread) {
        at = &(*at)->next;
    }
    *at = thread->next;
    free_thread(thread);
}

void tracer_remove_processes(struct tracer *tracer)
{
    while (tracer->processes != NULL) {
        struct process *process = tracer->processes;
        tracer->processes = process->next;
        free_process(process);
    }
}
