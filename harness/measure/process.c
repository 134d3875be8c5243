#include "measure/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "measure/orphans.h"
#include "measure/spawn.h"

enum {
    OUTPUT_TAIL_BYTES = 3000, /* of what a failed worker printed, so much is told */
    READY_BODY_BYTES = 1 << 14,
};

/* A worker that hangs is first asked, by SIGABRT, for its traceback (faulthandler prints it). */
static const double traceback_wait_s = 0.3;

/* How often who waits is told. */
enum { WAIT_NOTICE_MS = 500 };

static void (*wait_notice)(void *context);
static void *wait_context;

void worker_while_waiting(void (*notice)(void *context), void *context)
{
    wait_notice = notice;
    wait_context = context;
}

char *worker_output(const struct worker *worker)
{
    off_t size = worker->output < 0 ? -1 : lseek(worker->output, 0, SEEK_END);
    if (size <= 0) {
        return strdup("");
    }
    size_t wanted = size > OUTPUT_TAIL_BYTES ? OUTPUT_TAIL_BYTES : (size_t)size;
    char *text = malloc(wanted + 1);
    if (text == NULL) {
        return NULL;
    }
    ssize_t got = pread(worker->output, text, wanted, size - (off_t)wanted);
    text[got < 0 ? 0 : got] = '\0';
    for (ssize_t i = 0; i < got; i++) {
        text[i] = text[i] == '\0' ? '?' : text[i];
    }
    return text;
}

/* Reaps the worker if it has ended. */
static bool reap(struct worker *worker, int options, int *wait_status)
{
    if (worker->pid == 0 || waitpid(worker->pid, wait_status, options) != worker->pid) {
        return false;
    }
    orphans_unspare(worker->pid);
    worker->pid = 0;
    return true;
}

static void kill_all(struct worker *worker)
{
    int ignored;
    if (worker->pid != 0) {
        kill(-worker->pid, SIGKILL);
        kill(worker->pid, SIGKILL);
        reap(worker, 0, &ignored);
    }
    orphans_end();
}

static void set_failure(struct worker *worker, enum cell_status status, char *what)
{
    char *tail = worker_output(worker);
    char *trimmed = tail == NULL ? NULL : text_trim(tail);
    free(worker->failure.reason);
    worker->failure.status = status;
    worker->failure.reason = trimmed == NULL || *trimmed == '\0'
                                 ? text_format("%s; it printed nothing", what)
                                 : text_format("%s; the last it printed:\n%s", what, trimmed);
    free(tail);
}

static enum status failed(struct worker *worker, enum cell_status status, char *what)
{
    if (what == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory to describe a failed worker");
    }
    set_failure(worker, status, what);
    (void)status_fail(STATUS_WORKER, "%s", what);
    free(what);
    return STATUS_WORKER;
}

/* The worker closed its socket or ended. */
static enum status ended(struct worker *worker)
{
    int wait_status = 0;
    pid_t group = worker->pid;
    /* The socket closes a moment before the process can be reaped. */
    struct pollfd wait = {worker->pidfd, POLLIN, 0};
    poll(&wait, 1, (int)(traceback_wait_s * 1000));
    bool reaped = reap(worker, WNOHANG, &wait_status);
    if (reaped) {
        kill(-group, SIGKILL);
    }
    kill_all(worker);
    if (!reaped || (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == WIRE_EXIT_LOST)) {
        return failed(worker, CELL_CRASHED, text_format("it closed its connection to the harness"));
    }
    if (WIFEXITED(wait_status)) {
        return failed(
            worker, CELL_CRASHED,
            text_format("the process exited with status %d in mid-call", WEXITSTATUS(wait_status)));
    }
    int number = WTERMSIG(wait_status);
    const char *hint = number == SIGKILL   ? " (the kernel does this when memory runs out)"
                       : number == SIGXFSZ ? " (it wrote more than the harness allows)"
                                           : "";
    return failed(worker, CELL_CRASHED,
                  text_format("killed by signal %d: %s%s", number, strsignal(number), hint));
}

static enum status timed_out(struct worker *worker)
{
    /* It may have stopped itself: a stopped process handles no SIGABRT. */
    kill(worker->pid, SIGABRT);
    kill(worker->pid, SIGCONT);
    struct pollfd wait = {worker->pidfd, POLLIN, 0};
    poll(&wait, 1, (int)(traceback_wait_s * 1000));
    double limit_s = worker->limits.timeout_s;
    kill_all(worker);
    return failed(worker, CELL_TIMEOUT,
                  text_format("no answer within %g s (--timeout); it was killed", limit_s));
}

/* Waits until something can be read, the worker ends, the user interrupts, or `left_ms` are over.
 * *readable: there is something to read (or the end of it). */
static enum status wait_for(struct worker *worker, uint64_t left_ms, bool *readable)
{
    struct pollfd wait[3] = {
        {worker->socket, POLLIN, 0}, {worker->pidfd, POLLIN, 0}, {interrupt_fd(), POLLIN, 0}};
    uint64_t longest_ms = wait_notice != NULL ? WAIT_NOTICE_MS : 1000000;
    int woken = poll(wait, 3, (int)(left_ms > longest_ms ? longest_ms : left_ms));
    if (woken == 0 && wait_notice != NULL) {
        wait_notice(wait_context);
    }
    *readable = wait[0].revents != 0;
    if (interrupt_pending()) {
        return status_fail(STATUS_INTERRUPTED, "interrupted");
    }
    return wait[1].revents != 0 && !*readable ? ended(worker) : STATUS_OK;
}

/* Reads at least `least` and at most `most` bytes before the deadline; *size: how many. */
static enum status receive(struct worker *worker, void *into, size_t least, size_t most,
                           uint64_t deadline_ns, size_t *size)
{
    unsigned char *bytes = into;
    bool there = false; /* an answer takes its time: wait before looking */
    *size = 0;
    while (*size < least) {
        ssize_t got = there ? recv(worker->socket, bytes + *size, most - *size, MSG_DONTWAIT) : -1;
        if (got > 0) {
            *size += (size_t)got;
            continue;
        }
        if (there && (got == 0 || (errno != EAGAIN && errno != EINTR))) {
            return ended(worker);
        }
        uint64_t now_ns = clock_now_ns();
        if (now_ns >= deadline_ns) {
            return timed_out(worker);
        }
        enum status status = wait_for(worker, (deadline_ns - now_ns) / 1000000 + 1, &there);
        if (status != STATUS_OK) {
            return status;
        }
    }
    return STATUS_OK;
}

static enum status broke_protocol(struct worker *worker, const char *how)
{
    kill_all(worker);
    return failed(worker, CELL_ERROR,
                  text_format("the worker's answer cannot be trusted: %s", how));
}

static enum status receive_answer(struct worker *worker, uint64_t token, uint64_t limit_bytes,
                                  enum wire_kind *kind, struct answer *answer)
{
    /* Most answers are short and come with one system call, body and all. */
    unsigned char early[256];
    struct wire_header header;
    size_t got, more = 0;
    uint64_t deadline_ns = clock_now_ns() + clock_ns_from_s(worker->limits.timeout_s);
    enum status status = receive(worker, early, sizeof header, sizeof early, deadline_ns, &got);
    if (status != STATUS_OK) {
        return status;
    }
    memcpy(&header, early, sizeof header);
    got -= sizeof header;
    if (header.magic != WIRE_MAGIC || header.token != token) {
        return broke_protocol(worker, "something else wrote to the harness's socket");
    }
    if (header.size > limit_bytes) {
        /* It is not read: its shape alone is wrong, and it may be larger than our memory. */
        kill_all(worker);
        return failed(worker, CELL_WRONG,
                      text_format("its answer, of %llu bytes, is far larger than the oracle's",
                                  (unsigned long long)header.size));
    }
    answer->bytes = malloc((size_t)header.size + 1);
    if (answer->bytes == NULL) {
        return status_fail(STATUS_NO_MEMORY, "no memory for a worker's answer");
    }
    answer->in = (struct unpack){answer->bytes, (size_t)header.size, false};
    *kind = header.kind;
    if (got > header.size) {
        return broke_protocol(worker, "more came than one answer");
    }
    memcpy(answer->bytes, early + sizeof header, got);
    return receive(worker, answer->bytes + got, (size_t)header.size - got,
                   (size_t)header.size - got, deadline_ns, &more);
}

static enum status raised(struct worker *worker, struct answer *answer)
{
    enum wire_raised what = (enum wire_raised)unpack_u64(&answer->in);
    char *text = unpack_string(&answer->in);
    free(worker->failure.reason);
    worker->failure.status = what == WIRE_RAISED_MEMORY   ? CELL_OUT_OF_MEMORY
                             : what == WIRE_RAISED_RESULT ? CELL_WRONG
                                                          : CELL_ERROR;
    worker->failure.reason = text;
    return status_fail(STATUS_REFUSED, "%s", text == NULL ? "" : text);
}

enum status worker_ask(struct worker *worker, enum wire_kind kind, const struct pack *body,
                       uint64_t limit_bytes, struct answer *answer)
{
    static const struct pack nothing = {0};
    enum wire_kind answered = WIRE_DONE;
    memset(answer, 0, sizeof *answer);
    if (worker->pid == 0) {
        return status_fail(STATUS_WORKER, "the worker has ended");
    }
    if (worker->tokens_left == 0) {
        if (getrandom(worker->tokens, sizeof worker->tokens, 0) != sizeof worker->tokens) {
            return status_fail(STATUS_IO, "no random numbers: %s", strerror(errno));
        }
        worker->tokens_left = WORKER_TOKENS;
    }
    uint64_t token = worker->tokens[--worker->tokens_left];
    enum status status = wire_send(worker->socket, kind, token, body == NULL ? &nothing : body);
    if (status == STATUS_IO) {
        return ended(worker);
    }
    if (status == STATUS_OK) {
        /* A traceback is longer than most answers. */
        status = receive_answer(worker, token, limit_bytes + (1 << 16), &answered, answer);
    }
    if (status == STATUS_OK && answered == WIRE_RAISED) {
        status = raised(worker, answer);
    } else if (status == STATUS_OK && answered != WIRE_DONE) {
        status = broke_protocol(worker, "an unknown kind of message");
    }
    if (status != STATUS_OK) {
        answer_free(answer);
    }
    return status;
}

void answer_free(struct answer *answer)
{
    free(answer->bytes);
    memset(answer, 0, sizeof *answer);
}

static enum status greet(struct worker *worker)
{
    struct answer answer = {0};
    enum wire_kind kind = WIRE_DONE;
    enum status status = receive_answer(worker, 0, READY_BODY_BYTES, &kind, &answer);
    if (status == STATUS_OK && kind != WIRE_READY) {
        status = broke_protocol(worker, "it did not greet");
    }
    if (status == STATUS_OK) {
        worker->python = unpack_string(&answer.in);
        worker->executable = unpack_string(&answer.in);
        worker->host = unpack_string(&answer.in);
    }
    answer_free(&answer);
    return status;
}

enum status worker_start(uint32_t hash_seed, const struct worker_limits *limits,
                         struct worker *worker)
{
    return worker_start_in(NULL, hash_seed, limits, worker);
}

enum status worker_start_in(const char *interpreter, uint32_t hash_seed,
                            const struct worker_limits *limits, struct worker *worker)
{
    *worker = (struct worker){.pidfd = -1, .socket = -1, .output = -1, .limits = *limits};
    struct spawned spawned;
    enum status status = spawn_worker(interpreter, hash_seed, limits, &spawned);
    if (status != STATUS_OK) {
        return status;
    }
    worker->pid = spawned.pid;
    worker->pidfd = spawned.pidfd;
    worker->socket = spawned.socket;
    worker->output = spawned.output;
    orphans_spare(worker->pid);
    return greet(worker);
}

uint64_t worker_peak_rss_bytes(const struct worker *worker)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/status", (long)worker->pid);
    char *text = worker->pid == 0 ? NULL : text_read_file(path, 1 << 16);
    const char *line = text == NULL ? NULL : strstr(text, "VmHWM:");
    uint64_t kib = line == NULL ? 0 : strtoull(line + strlen("VmHWM:"), NULL, 10);
    free(text);
    return kib * 1024;
}

static void close_if_open(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
}

void worker_stop(struct worker *worker)
{
    if (worker == NULL || worker->limits.threads == 0) {
        return;
    }
    kill_all(worker);
    close_if_open(worker->pidfd);
    close_if_open(worker->socket);
    close_if_open(worker->output);
    free(worker->python);
    free(worker->executable);
    free(worker->host);
    free(worker->failure.reason);
    memset(worker, 0, sizeof *worker);
}
