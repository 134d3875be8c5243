#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "profile/look_parts.h"

enum {
    /* A program that has just begun may have to load its interpreter's library first. */
    START_STEP_NS = 5000000,
    START_STEPS = 40
};

enum status look_find_python(struct looker *looker, struct process *process)
{
    uint64_t now_ns = clock_now_ns();
    /* It starts within milliseconds, or is none: then there is no hurry. */
    if (process->answer != INTERPRETER_NOT_YET ||
        (process->maps_ns != 0 && now_ns - process->maps_ns < LOOK_MAPS_AGAIN_NS / 50)) {
        return STATUS_OK;
    }
    process->maps_ns = now_ns;
    if (!maps_read(&process->maps)) {
        return STATUS_OK; /* it is ending */
    }
    process->answer = interpreter_find(&process->maps, &process->interpreter);
    struct sampler_report *report = looker->report;
    if (process->answer == INTERPRETER_UNKNOWN) {
        if (process->pid == looker->tracer->first) {
            return status_fail(STATUS_BAD_INPUT, "process %d is %s; flame can read %s",
                               (int)process->pid, process->interpreter.name, INTERPRETER_KNOWN);
        }
        memcpy(report->refused, process->interpreter.name, sizeof report->refused);
    }
    if (process->answer == INTERPRETER_FOUND) {
        report->saw_python = true;
        if (looker->profile->interpreter == NULL) {
            looker->profile->interpreter = strdup(process->interpreter.name);
        }
    }
    return STATUS_OK;
}

enum status look_for_python(struct looker *looker, struct process *process)
{
    const struct timespec step = {0, START_STEP_NS};
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < START_STEPS; i++) {
        process->maps_ns = 0;
        status = look_find_python(looker, process);
        if (status != STATUS_OK || process->answer == INTERPRETER_FOUND) {
            return status;
        }
        nanosleep(&step, NULL);
    }
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/comm", (int)process->pid);
    char *comm = text_first_line(path);
    status = status_fail(STATUS_BAD_INPUT,
                         "process %d (%s) is not a Python program; `pgrep -a python` lists those "
                         "there are (--children also looks at what a shell starts)",
                         (int)process->pid, comm == NULL ? "?" : comm);
    free(comm);
    return status;
}
