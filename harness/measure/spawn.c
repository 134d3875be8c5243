#include "measure/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/text.h"
#include "measure/machine.h"

#ifndef FORTYFOLD_PRELOAD
#define FORTYFOLD_PRELOAD ""
#endif

enum {
    WORKER_SOCKET_FD = 3, /* where the worker finds its end; it moves it out of the way */
    ENVIRONMENT_MAX = 18,
    ARGUMENTS_MAX = 7,
};

/* A file, or the output, may grow to this: a print in an endless loop must not fill memory. */
static const rlim_t file_limit_bytes = 256 * 1024 * 1024;

/* Everything that the child needs, made before the fork: it may not allocate. */
struct recipe {
    char *arguments[ARGUMENTS_MAX + 1];
    char *environment[ENVIRONMENT_MAX];
    size_t environment_count;
};

static void add(struct recipe *recipe, char *setting)
{
    if (setting != NULL && recipe->environment_count + 1 < ENVIRONMENT_MAX) {
        recipe->environment[recipe->environment_count++] = setting;
    } else {
        free(setting);
    }
}

static enum status no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory to start a worker");
}

/* Takes the strings over, NULL ones (no memory) too. */
static enum status set_arguments(struct recipe *recipe, char *const *arguments, size_t count)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count; i++) {
        recipe->arguments[i] = arguments[i];
        status = arguments[i] == NULL ? no_memory() : status;
    }
    return status;
}

static void recipe_free(struct recipe *recipe)
{
    for (size_t i = 0; i < ARGUMENTS_MAX; i++) {
        free(recipe->arguments[i]);
    }
    for (size_t i = 0; i < recipe->environment_count; i++) {
        free(recipe->environment[i]);
    }
}

/* Where programs are looked for: not where the user's shell looks. */
static const char *const program_folders[] = {"/usr/local/bin", "/usr/bin", "/bin"};

/* A small, fixed environment: what a user has exported must not change a figure. `object` is to be
 * preloaded; NULL: nothing is. */
static void set_environment(struct recipe *recipe, const char *object, size_t threads)
{
    static const char *const thread_counts[] = {"OMP_NUM_THREADS",     "OPENBLAS_NUM_THREADS",
                                                "MKL_NUM_THREADS",     "NUMBA_NUM_THREADS",
                                                "NUMEXPR_NUM_THREADS", "BLIS_NUM_THREADS"};
    static const char *const passed_on[] = {"HOME", "TMPDIR", "FORTYFOLD_KERNEL"};
    add(recipe, strdup("PATH=/usr/local/bin:/usr/bin:/bin"));
    add(recipe, strdup("LANG=C.UTF-8"));
    const char *separator = *FORTYFOLD_PRELOAD == '\0' ? "" : ":";
    if (object != NULL) {
        add(recipe, text_format("LD_PRELOAD=%s%s%s", FORTYFOLD_PRELOAD, separator, object));
    }
    if (object != NULL && *separator != '\0') {
        add(recipe, strdup("ASAN_OPTIONS=detect_leaks=0:handle_segv=0:handle_abort=0:"
                           "handle_sigfpe=0:handle_sigill=0:handle_sigbus=0:"
                           "allocator_may_return_null=1"));
    }
    for (size_t i = 0; i < sizeof thread_counts / sizeof *thread_counts; i++) {
        add(recipe, text_format("%s=%zu", thread_counts[i], threads));
    }
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) {
        const char *value = getenv(passed_on[i]);
        add(recipe, value == NULL ? NULL : text_format("%s=%s", passed_on[i], value));
    }
}

/* The distribution's python3 with our object preloaded: see harness/worker/main.c. */
static enum status make_recipe(uint32_t hash_seed, size_t threads, struct recipe *recipe)
{
    char *folder = paths_programs();
    char *object = folder == NULL ? NULL : text_format("%s/fortyfold-worker.so", folder);
    enum status status = STATUS_OK;
    if (object == NULL) {
        status = no_memory();
    } else if (access(object, R_OK) != 0) {
        status = status_fail(STATUS_TOOL, "%s is missing: run `make`", object);
    } else {
        char *const arguments[] = {strdup(FORTYFOLD_PYTHON), text_format("%d", WORKER_SOCKET_FD),
                                   strdup(FORTYFOLD_PYTHON), text_format("%u", hash_seed)};
        set_environment(recipe, object, threads);
        status = set_arguments(recipe, arguments, sizeof arguments / sizeof *arguments);
    }
    free(object);
    free(folder);
    return status;
}

/* The program's path; NULL when it is not there, or there is no memory. The caller frees it. */
static char *find_program(const char *name)
{
    if (strchr(name, '/') != NULL) {
        return access(name, X_OK) == 0 ? strdup(name) : NULL;
    }
    for (size_t i = 0; i < sizeof program_folders / sizeof *program_folders; i++) {
        char *path = text_format("%s/%s", program_folders[i], name);
        if (path != NULL && access(path, X_OK) == 0) {
            return path;
        }
        free(path);
    }
    return NULL;
}

/* Another interpreter with the worker that is written in Python: see harness/worker/plain.py. */
static enum status make_plain_recipe(const char *interpreter, uint32_t hash_seed, size_t threads,
                                     struct recipe *recipe)
{
    char *script = paths_in_root("harness/worker/plain.py");
    char *program = find_program(interpreter);
    enum status status = STATUS_OK;
    if (script == NULL) {
        status = no_memory();
    } else if (program == NULL) {
        status = status_fail(STATUS_TOOL, "%s is missing: run ./setup --all", interpreter);
    } else {
        /* -s: no packages of the user's; -B: write no bytecode. */
        char *const arguments[] = {
            strdup(program),         strdup("-s"),     strdup("-B"),
            strdup(script),          strdup("worker"), text_format("%d", WORKER_SOCKET_FD),
            strdup(FORTYFOLD_PYTHON)};
        set_environment(recipe, NULL, threads);
        add(recipe, text_format("PYTHONHASHSEED=%u", hash_seed));
        status = set_arguments(recipe, arguments, sizeof arguments / sizeof *arguments);
    }
    free(program);
    free(script);
    return status;
}

static void limit(int resource, rlim_t bytes)
{
    struct rlimit both = {bytes, bytes};
    setrlimit(resource, &both);
}

/* In the child, after fork: only calls that are safe there. Never returns. */
static void become_worker(const struct recipe *recipe, const struct worker_limits *limits,
                          pid_t parent, int socket, int output)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGINT, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    machine_pin(limits->cpu); /* -1: back to all, since we may be pinned while we measure */
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, file_limit_bytes);
    if (limits->memory_bytes != 0 && *FORTYFOLD_PRELOAD == '\0') {
        limit(RLIMIT_AS, limits->memory_bytes);
    }
    int nothing = open("/dev/null", O_RDONLY);
    /* dup2 onto itself would keep close-on-exec: go by way of a high number. */
    int high = fcntl(socket, F_DUPFD, 64);
    bool ready = getppid() == parent && high >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
                 dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0 &&
                 dup2(high, WORKER_SOCKET_FD) >= 0;
    if (high >= 0) {
        close(high);
    }
    if (ready) {
        execve(recipe->arguments[0], recipe->arguments, recipe->environment);
    }
    _exit(127);
}

enum status spawn_worker(const char *interpreter, uint32_t hash_seed,
                         const struct worker_limits *limits, struct spawned *out)
{
    struct recipe recipe = {0};
    int sockets[2] = {-1, -1}, output = -1, pidfd = -1;
    pid_t parent = getpid(), pid = -1;
    enum status status =
        access(FORTYFOLD_PYTHON, X_OK) != 0
            ? status_fail(STATUS_TOOL, "%s is missing: run ./setup", FORTYFOLD_PYTHON)
        : interpreter == NULL ? make_recipe(hash_seed, limits->threads, &recipe)
                              : make_plain_recipe(interpreter, hash_seed, limits->threads, &recipe);
    if (status != STATUS_OK) {
        goto out;
    }
    output = memfd_create("fortyfold-output", MFD_CLOEXEC);
    if (output < 0 || fcntl(output, F_SETFL, O_APPEND) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
        status = status_fail(STATUS_IO, "cannot make a worker's socket: %s", strerror(errno));
        goto out;
    }
    pid = fork();
    if (pid == 0) {
        become_worker(&recipe, limits, parent, sockets[1], output);
    }
    if (pid > 0) {
        setpgid(pid, pid); /* in both: whichever runs first */
        pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    }
    if (pid < 0 || pidfd < 0) {
        status = status_fail(STATUS_IO, "cannot start a worker: %s", strerror(errno));
    }
out:
    recipe_free(&recipe);
    if (sockets[1] >= 0) {
        close(sockets[1]);
    }
    if (status == STATUS_OK) {
        *out = (struct spawned){pid, pidfd, sockets[0], output};
        return STATUS_OK;
    }
    if (pid > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    if (sockets[0] >= 0) {
        close(sockets[0]);
    }
    if (output >= 0) {
        close(output);
    }
    return status;
}
