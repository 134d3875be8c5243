#include "commands/flame_target.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/paths.h"
#include "base/text.h"
#include "worker/prelude.h"

enum {
    NOTICE_MS = 500,
    /* How long a command may take to end after it was asked to, before it is made to. */
    PATIENCE_MS = 1000,
    STEP_MS = 20,
    READY_FD = 3 /* where a driver finds its pipe */
};

/* After the worker's own functions that load a lab. A call's arguments are fresh, since a variant
 * may change them; making them is not the lab's time, so stacks without call() are left out. */
static const char driver_source[] =
    "\n"
    "\n"
    "def call(function, arguments):\n"
    "    return function(*arguments)\n"
    "\n"
    "\n"
    "def drive(folder, problem, file, function, size, seed, parameters, modules):\n"
    "    import copy\n"
    "    import os\n"
    "    sys.path.insert(0, modules)\n"
    "    maker = load(folder, problem, 'make')\n"
    "    work = load(folder, file, function)\n"
    "    arguments = make(maker, int(size), int(seed), parameters)\n"
    "    os.write(3, b'.')\n"
    "    os.close(3)\n"
    "    while True:\n"
    "        call(work, copy.deepcopy(arguments))\n"
    "\n"
    "\n"
    "drive(*sys.argv[1:])\n";

/* The driver's code has a name of its own, which no lab's code has. */
static const char starter[] =
    "import sys; exec(compile(sys.argv.pop(1), '" TARGET_DRIVER_FILE "', 'exec'))";

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

const char *target_program(const char *word)
{
    static const char *const ours[] = {"python", "python3", "python3.11"};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        if (strcmp(word, ours[i]) == 0) {
            return FORTYFOLD_PYTHON;
        }
    }
    return word;
}

static void defaults_of_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
}

/* In the child: waits for the byte, then becomes the program. Never returns. */
static void become_command(char *const *words, int release, int report)
{
    char byte;
    ssize_t got;
    defaults_of_signals();
    do {
        got = read(release, &byte, 1);
    } while (got < 0 && errno == EINTR);
    if (got == 1) { /* else we are gone, and nobody wants it */
        execvp(words[0], words);
        int reason = errno;
        ssize_t ignored = write(report, &reason, sizeof reason);
        (void)ignored;
    }
    _exit(127);
}

enum status target_start_command(char *const *words, struct target *target)
{
    int release[2] = {-1, -1}, report[2] = {-1, -1};
    *target = (struct target){0, -1, -1, -1};
    if (pipe2(release, O_CLOEXEC) != 0 || pipe2(report, O_CLOEXEC) != 0) {
        close_fd(&release[0]);
        close_fd(&release[1]);
        return status_fail(STATUS_IO, "cannot make a pipe: %s", strerror(errno));
    }
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(release[1]);
        become_command(words, release[0], report[1]);
    }
    close_fd(&release[0]);
    close_fd(&report[1]);
    *target = (struct target){pid < 0 ? 0 : pid, release[1], report[0], -1};
    return pid < 0 ? status_fail(STATUS_IO, "cannot start a program: %s", strerror(errno))
                   : STATUS_OK;
}

/* The words of a driver's command line. */
static char **driver_words(const struct lab *lab, const struct plan *plan, size_t variant)
{
    char *modules = paths_programs();
    char *folder = modules == NULL ? NULL : text_format("%s/python", modules);
    char *source = text_format("%s%s", prelude_source, driver_source);
    char *size = text_format("%zu", plan->sizes[0]);
    char *seed = text_format("%llu", (unsigned long long)plan->seed);
    char **words = calloc(18, sizeof *words);
    const char *const list[] = {FORTYFOLD_PYTHON,
                                "-I",
                                "-B",
                                "-X",
                                "utf8",
                                "-c",
                                starter,
                                source,
                                lab->folder,
                                lab->problem_file,
                                lab->variants[variant].file,
                                lab->variants[variant].function,
                                size,
                                seed,
                                plan->parameters,
                                folder};
    bool good = words != NULL && source != NULL && size != NULL && seed != NULL && folder != NULL;
    for (size_t i = 0; good && i < sizeof list / sizeof *list; i++) {
        words[i] = strdup(list[i]);
        good = words[i] != NULL;
    }
    free(modules);
    free(folder);
    free(source);
    free(size);
    free(seed);
    if (!good) {
        for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
            free(words[i]);
        }
        free(words);
        return NULL;
    }
    return words;
}

/* As many threads as lab.toml says, for all who ask the environment. */
static void set_threads(size_t threads)
{
    static const char *const names[] = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS",
                                        "MKL_NUM_THREADS", "NUMBA_NUM_THREADS",
                                        "NUMEXPR_NUM_THREADS"};
    char number[32];
    snprintf(number, sizeof number, "%zu", threads);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        setenv(names[i], number, 1);
    }
}

/* In the child. Never returns. */
static void become_driver(char **words, size_t threads, pid_t parent, int ready)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    defaults_of_signals();
    set_threads(threads);
    int nothing = open("/dev/null", O_RDONLY);
    int high = fcntl(ready, F_DUPFD, 64);
    if (getppid() == parent && nothing >= 0 && high >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
        dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 && dup2(high, READY_FD) >= 0) {
        close(high);
        execv(words[0], words);
    }
    _exit(127);
}

enum status target_start_lab(const struct lab *lab, const struct plan *plan, size_t variant,
                             struct target *target)
{
    int ready[2] = {-1, -1};
    char **words = driver_words(lab, plan, variant);
    *target = (struct target){0, -1, -1, -1};
    if (words == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory to start a lab");
    }
    enum status status = STATUS_OK;
    if (pipe2(ready, O_CLOEXEC) != 0) {
        status = status_fail(STATUS_IO, "cannot make a pipe: %s", strerror(errno));
    } else {
        pid_t parent = getpid();
        fflush(NULL);
        pid_t pid = fork();
        if (pid == 0) {
            become_driver(words, lab->variants[variant].threads, parent, ready[1]);
        }
        close_fd(&ready[1]);
        *target = (struct target){pid < 0 ? 0 : pid, -1, -1, ready[0]};
        if (pid < 0) {
            status = status_fail(STATUS_IO, "cannot start a program: %s", strerror(errno));
        }
    }
    for (size_t i = 0; words[i] != NULL; i++) {
        free(words[i]);
    }
    free(words);
    return status;
}

enum status target_wait_ready(const struct target *target, void (*waiting)(void *context),
                              void *context)
{
    for (;;) {
        char byte;
        struct pollfd wait[2] = {{target->ready_fd, POLLIN, 0}, {interrupt_fd(), POLLIN, 0}};
        int woken = poll(wait, 2, NOTICE_MS);
        if (woken > 0 && wait[0].revents != 0) {
            return read(target->ready_fd, &byte, 1) == 1
                       ? STATUS_OK
                       : status_fail(STATUS_WORKER, "the lab could not be set up; what Python says "
                                                    "of it stands above");
        }
        if (interrupt_pending()) {
            return status_fail(STATUS_INTERRUPTED, "interrupted");
        }
        waiting(context);
    }
}

enum status target_check_executed(const struct target *target, const char *name)
{
    int reason = 0;
    if (target->report_fd < 0 || read(target->report_fd, &reason, sizeof reason) != sizeof reason) {
        return STATUS_OK;
    }
    if (reason == ENOENT && strchr(name, '/') == NULL) {
        return status_fail(STATUS_BAD_INPUT, "there is no program \"%s\" on PATH", name);
    }
    return status_fail(STATUS_BAD_INPUT, "\"%s\" cannot be executed: %s", name, strerror(reason));
}

/* Has it ended? Waits for at most so long. */
static bool ended_within(struct target *target, int patience_ms, int *wait_status)
{
    const struct timespec step = {0, STEP_MS * 1000000L};
    for (int waited_ms = 0;; waited_ms += STEP_MS) {
        pid_t got = waitpid(target->pid, wait_status, WNOHANG);
        if (got == target->pid || (got < 0 && errno == ECHILD)) {
            target->pid = 0;
            return true;
        }
        if (waited_ms >= patience_ms) {
            return false;
        }
        nanosleep(&step, NULL);
    }
}

int target_wait_end(struct target *target)
{
    int wait_status = 0;
    while (target->pid > 0 && !interrupt_pending() &&
           !ended_within(target, NOTICE_MS, &wait_status)) {
    }
    return wait_status;
}

void target_end(struct target *target)
{
    int wait_status;
    if (target->pid > 0) {
        bool is_lab = target->ready_fd >= 0;
        kill(is_lab ? -target->pid : target->pid, is_lab ? SIGKILL : SIGTERM);
        if (!ended_within(target, PATIENCE_MS, &wait_status)) {
            kill(target->pid, SIGKILL);
            waitpid(target->pid, &wait_status, 0);
            target->pid = 0;
        }
    }
    if (target->release_fd > 0) {
        close_fd(&target->release_fd);
    }
    if (target->report_fd > 0) {
        close_fd(&target->report_fd);
    }
    if (target->ready_fd > 0) {
        close_fd(&target->ready_fd);
    }
}
