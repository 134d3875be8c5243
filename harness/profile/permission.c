#include "profile/permission.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum { FILE_MOST = 1 << 14 };

/* What the system says of the process. */
struct facts {
    int pid;
    unsigned long uid, tracer, seccomp; /* seccomp is ours */
    unsigned long scope;                /* of Yama; 0 where there is none */
    bool is_undumpable;
    bool has_ended; /* and nobody has waited for it yet */
};

static unsigned long number_after(const char *text, const char *name)
{
    const char *line = text == NULL ? NULL : strstr(text, name);
    return line == NULL ? 0 : strtoul(line + strlen(name), NULL, 10);
}

static void gather(pid_t pid, struct facts *facts)
{
    char path[64];
    struct stat info;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    char *status = text_read_file(path, FILE_MOST);
    char *ours = text_read_file("/proc/self/status", FILE_MOST);
    char *scope = text_first_line("/proc/sys/kernel/yama/ptrace_scope");
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    *facts = (struct facts){.pid = (int)pid,
                            .uid = number_after(status, "\nUid:"),
                            .tracer = number_after(status, "\nTracerPid:"),
                            .seccomp = number_after(ours, "\nSeccomp:"),
                            .scope = scope == NULL ? 0 : strtoul(scope, NULL, 10)};
    /* The files of a process that may not be dumped belong to root. */
    facts->has_ended = status != NULL && strstr(status, "\nState:\tZ") != NULL;
    facts->is_undumpable = stat(path, &info) == 0 && info.st_uid == 0 && facts->uid != 0;
    free(status);
    free(ours);
    free(scope);
}

static enum status explain_refusal(const struct facts *facts)
{
    if (facts->has_ended) {
        return status_fail(STATUS_BAD_INPUT, "process %d has ended already", facts->pid);
    }
    if (facts->tracer != 0) {
        return status_fail(
            STATUS_BAD_INPUT,
            "process %d is already being traced, by process %lu (a debugger, strace, "
            "another flame?): a process has one tracer at a time; end that one first",
            facts->pid, facts->tracer);
    }
    if (geteuid() != 0 && facts->uid != geteuid()) {
        return status_fail(STATUS_BAD_INPUT,
                           "process %d belongs to another user (number %lu): run flame as that "
                           "user, or with sudo",
                           facts->pid, facts->uid);
    }
    if (facts->scope >= 3) {
        return status_fail(STATUS_BAD_INPUT,
                           "this system forbids to observe any process (kernel.yama.ptrace_scope "
                           "is %lu) until it is started anew with a lower value",
                           facts->scope);
    }
    if (geteuid() != 0 && facts->scope == 2) {
        return status_fail(STATUS_BAD_INPUT,
                           "only root may observe processes here (kernel.yama.ptrace_scope is 2): "
                           "use sudo, or `sudo sysctl kernel.yama.ptrace_scope=1` and start the "
                           "program with `flame -- python3 ...`");
    }
    if (geteuid() != 0 && facts->is_undumpable) {
        return status_fail(STATUS_BAD_INPUT,
                           "process %d does not let itself be observed (it was started with rights "
                           "that its user lacks, or asked for it with PR_SET_DUMPABLE): use sudo",
                           facts->pid);
    }
    if (geteuid() != 0 && facts->scope == 1) {
        return status_fail(STATUS_BAD_INPUT,
                           "a process may observe only what it started itself here "
                           "(kernel.yama.ptrace_scope is 1): start the program with `flame -- "
                           "python3 ...`, or use sudo, or `sudo sysctl "
                           "kernel.yama.ptrace_scope=0`");
    }
    return status_fail(STATUS_BAD_INPUT,
                       "the system does not let us observe process %d%s: in a container it takes "
                       "the right SYS_PTRACE (`docker run --cap-add SYS_PTRACE ...`)",
                       facts->pid, facts->seccomp != 0 ? " (a seccomp filter is at work)" : "");
}

enum status permission_explain(pid_t pid, int error)
{
    struct facts facts;
    if (error == ESRCH) {
        return status_fail(STATUS_BAD_INPUT,
                           "there is no process %d; `pgrep -a python` lists those there are",
                           (int)pid);
    }
    if (error != EPERM && error != EACCES) {
        return status_fail(STATUS_BAD_INPUT, "cannot observe process %d: %s", (int)pid,
                           strerror(error));
    }
    gather(pid, &facts);
    return explain_refusal(&facts);
}
