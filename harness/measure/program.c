#include "measure/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"

enum { WAIT_NOTICE_MS = 500 };

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

/* In the child, after fork: only calls that are safe there. Never returns: where the program
 * cannot be executed, the reason goes through the pipe, which exec would have closed. */
static void become_program(char *const *words, bool show_output, pid_t parent, int nothing,
                           int report)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    bool ready = getppid() == parent && dup2(nothing, STDIN_FILENO) >= 0;
    if (ready && !show_output) {
        ready = dup2(nothing, STDOUT_FILENO) >= 0 && dup2(nothing, STDERR_FILENO) >= 0;
    }
    if (ready) {
        execvp(words[0], words);
    }
    int reason = errno;
    ssize_t ignored = write(report, &reason, sizeof reason);
    (void)ignored;
    _exit(127);
}

static void kill_group(pid_t pid)
{
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
}

/* Waits until the program has ended, was interrupted, or its time is over. */
static enum status wait_for_end(int pidfd, const struct program_limits *limits, uint64_t began_ns,
                                enum program_ending *ending)
{
    uint64_t limit_ns = clock_ns_from_s(limits->timeout_s);
    for (;;) {
        uint64_t spent_ns = clock_now_ns() - began_ns;
        uint64_t wait_ms = WAIT_NOTICE_MS;
        if (limit_ns != 0 && spent_ns >= limit_ns) {
            *ending = PROGRAM_TIMED_OUT;
            return STATUS_OK;
        }
        if (limit_ns != 0 && (limit_ns - spent_ns) / 1000000 < wait_ms) {
            wait_ms = (limit_ns - spent_ns) / 1000000 + 1;
        }
        struct pollfd wait[2] = {{pidfd, POLLIN, 0}, {interrupt_fd(), POLLIN, 0}};
        int woken = poll(wait, 2, (int)wait_ms);
        if (wait[0].revents != 0 && woken > 0) {
            return STATUS_OK;
        }
        if (interrupt_pending()) {
            return status_fail(STATUS_INTERRUPTED, "interrupted");
        }
        if (woken == 0 && limits->waiting != NULL) {
            limits->waiting(limits->context);
        }
    }
}

static void account(const struct rusage *usage, int wait_status, struct program_run *run)
{
    run->user_s = seconds(usage->ru_utime);
    run->sys_s = seconds(usage->ru_stime);
    run->cpu_s = run->user_s + run->sys_s;
    run->peak_bytes = (uint64_t)usage->ru_maxrss * 1024;
    run->minor_faults_count = (uint64_t)usage->ru_minflt;
    run->major_faults_count = (uint64_t)usage->ru_majflt;
    run->exit_status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : -1;
    run->signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
}

static enum status watch(pid_t pid, const struct program_limits *limits, uint64_t began_ns,
                         struct program_run *run, enum program_ending *ending)
{
    struct rusage usage;
    int wait_status = 0;
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    enum status status = pidfd < 0
                             ? status_fail(STATUS_IO, "cannot watch a program: %s", strerror(errno))
                             : wait_for_end(pidfd, limits, began_ns, ending);
    run->real_s = clock_s_from_ns(clock_now_ns() - began_ns);
    /* What it started and did not wait for would go on under the next program's clock. Until it is
     * reaped its number, and so its group's, is nobody else's. */
    kill_group(pid);
    wait4(pid, &wait_status, 0, &usage);
    if (pidfd >= 0) {
        close(pidfd);
    }
    account(&usage, wait_status, run);
    return status;
}

static enum status cannot_execute(const char *name, int reason)
{
    if ((reason == ENOENT || reason == ENOTDIR) && strchr(name, '/') == NULL) {
        return status_fail(STATUS_BAD_INPUT, "there is no program \"%s\" on PATH", name);
    }
    return status_fail(STATUS_BAD_INPUT, "\"%s\" cannot be executed: %s", name, strerror(reason));
}

enum status program_run(char *const *words, const struct program_limits *limits,
                        struct program_run *run, enum program_ending *ending)
{
    int report[2] = {-1, -1}, nothing = open("/dev/null", O_RDWR | O_CLOEXEC), reason = 0;
    enum status status = STATUS_OK;
    *run = (struct program_run){0};
    *ending = PROGRAM_ENDED;
    if (nothing < 0 || pipe2(report, O_CLOEXEC) != 0) {
        status = status_fail(STATUS_IO, "cannot prepare a program's start: %s", strerror(errno));
        goto out;
    }
    pid_t parent = getpid();
    uint64_t began_ns = clock_now_ns();
    pid_t pid = fork();
    if (pid == 0) {
        become_program(words, limits->show_output, parent, nothing, report[1]);
    }
    if (pid < 0) {
        status = status_fail(STATUS_IO, "cannot start a program: %s", strerror(errno));
        goto out;
    }
    setpgid(pid, pid); /* in both: whichever runs first */
    close(report[1]);
    report[1] = -1;
    status = watch(pid, limits, began_ns, run, ending);
    if (status == STATUS_OK && read(report[0], &reason, sizeof reason) == sizeof reason) {
        status = cannot_execute(words[0], reason);
    }
out:
    for (int i = 0; i < 2; i++) {
        if (report[i] >= 0) {
            close(report[i]);
        }
    }
    if (nothing >= 0) {
        close(nothing);
    }
    return status;
}

uint64_t program_floor_bytes(void)
{
    struct rusage usage = {0};
    int wait_status;
    pid_t pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    if (pid < 0 || wait4(pid, &wait_status, 0, &usage) != pid) {
        return 0;
    }
    return (uint64_t)usage.ru_maxrss * 1024;
}
