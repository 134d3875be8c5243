#include "base/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is kept of one of the program's streams. */
struct stream {
    int fd;      /* our end, −1 when closed */
    int far;     /* the program's end */
    char *bytes; /* room for max + 1 */
    size_t length;
    size_t max;
};

static enum status stream_open(struct stream *stream, size_t max)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return status_fail(STATUS_IO, "cannot make a pipe: %s", strerror(errno));
    }
    stream->fd = ends[0];
    stream->far = ends[1];
    stream->max = max;
    stream->bytes = calloc(1, max + 1);
    return stream->bytes != NULL ? STATUS_OK : status_fail(STATUS_NO_MEMORY, "no memory");
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static void stream_close(struct stream *stream)
{
    close_fd(&stream->fd);
    close_fd(&stream->far);
    free(stream->bytes);
    stream->bytes = NULL;
}

static void stream_read(struct stream *stream)
{
    char bytes[8192];
    ssize_t got = read(stream->fd, bytes, sizeof bytes);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }
    if (got <= 0) {
        close_fd(&stream->fd);
        return;
    }
    size_t room = stream->max - stream->length;
    size_t taken = (size_t)got < room ? (size_t)got : room;
    memcpy(stream->bytes + stream->length, bytes, taken);
    stream->length += taken;
}

/* Reads both until the program has closed them: reading one to its end first could leave the
 * program waiting for us to read the other. */
static void streams_drain(struct stream *out, struct stream *err)
{
    while (out->fd >= 0 || err->fd >= 0) {
        struct pollfd ends[2] = {{.fd = out->fd, .events = POLLIN},
                                 {.fd = err->fd, .events = POLLIN}};
        if (poll(ends, 2, -1) < 0 && errno != EINTR) {
            return;
        }
        if (ends[0].revents != 0) {
            stream_read(out);
        }
        if (ends[1].revents != 0) {
            stream_read(err);
        }
    }
}

/* The input stands in a file in memory: whole before the program starts, so that a program which
 * ends without reading it cannot kill us with SIGPIPE. */
static enum status input_open(const char *input, int *fd)
{
    *fd = memfd_create("fortyfold-input", MFD_CLOEXEC);
    if (*fd < 0) {
        return status_fail(STATUS_IO, "cannot hold the input of a program: %s", strerror(errno));
    }
    size_t length = input != NULL ? strlen(input) : 0;
    for (size_t done = 0; done < length;) {
        ssize_t written = write(*fd, input + done, length - done);
        if (written < 0 && errno != EINTR) {
            return status_fail(STATUS_IO, "cannot hold the input of a program: %s",
                               strerror(errno));
        }
        done += written > 0 ? (size_t)written : 0;
    }
    lseek(*fd, 0, SEEK_SET);
    return STATUS_OK;
}

/* The program gets a clean slate: our own ends are closed by O_CLOEXEC, and what we ignore or
 * block is not what it ignores or blocks. */
static int spawn(const char *const argv[], int in, int out, int err, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, err, STDERR_FILENO);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    /* POSIX forgot a const: posix_spawnp does not write to the words. */
    int error = posix_spawnp(pid, argv[0], &files, &attributes, (char *const *)argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return error;
}

/* The explanation is one line: line ends become "; ", and only so much of it fits. */
static void flatten(const char *text, char *line, size_t room)
{
    size_t length = 0;
    for (; *text != '\0' && length + 3 < room; text++) {
        if (*text != '\n' && (unsigned char)*text >= ' ') {
            line[length++] = *text;
        } else if (*text == '\n' && length > 0 && line[length - 1] != ' ') {
            line[length++] = ';';
            line[length++] = ' ';
        }
    }
    while (length > 0 && strchr("; ", line[length - 1]) != NULL) {
        length--;
    }
    line[length] = '\0';
}

static enum status judge(const char *program, int ending, const char *errors)
{
    char line[600];
    flatten(errors, line, sizeof line);
    const char *said = line[0] != '\0' ? line : "it said nothing";
    if (WIFSIGNALED(ending)) {
        return status_fail(STATUS_TOOL, "%s was killed by signal %d (%s): %s", program,
                           WTERMSIG(ending), strsignal(WTERMSIG(ending)), said);
    }
    if (WEXITSTATUS(ending) != 0) {
        return status_fail(STATUS_TOOL, "%s ended with status %d: %s; run ./setup and try again",
                           program, WEXITSTATUS(ending), said);
    }
    return STATUS_OK;
}

enum status command_run(const char *const argv[], const char *input, char **output)
{
    struct stream out = {.fd = -1, .far = -1}, err = {.fd = -1, .far = -1};
    int in = -1, ending = 0;
    pid_t pid = -1;
    enum status status = input_open(input, &in);
    if (output != NULL) {
        *output = NULL;
    }
    if (status != STATUS_OK || (status = stream_open(&out, COMMAND_OUTPUT_MAX)) != STATUS_OK ||
        (status = stream_open(&err, COMMAND_ERRORS_MAX)) != STATUS_OK) {
        goto out;
    }
    int error = spawn(argv, in, out.far, err.far, &pid);
    if (error != 0) {
        bool is_missing = error == ENOENT || error == ENOTDIR; /* PATH may name files, too */
        status = status_fail(STATUS_TOOL,
                             is_missing ? "%s is not installed: run ./setup"
                                        : "%s cannot be started: %s",
                             argv[0], strerror(error));
        goto out;
    }
    close_fd(&out.far);
    close_fd(&err.far);
    streams_drain(&out, &err);
    while (waitpid(pid, &ending, 0) < 0 && errno == EINTR) {
    }
    status = judge(argv[0], ending, err.bytes);
    if (status == STATUS_OK && output != NULL) {
        *output = out.bytes;
        out.bytes = NULL;
    }
out:
    stream_close(&err);
    stream_close(&out);
    close_fd(&in);
    return status;
}
