#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "measure/ask.h"
#include "measure/process.h"

/* The harness's side of the socket, against workers that are played by a forked child: what real
 * workers do is tested end to end (harness/tests/e2e/test_faults.py). */

typedef void (*player)(int fd);

static struct worker start(player play, double timeout_s)
{
    int ends[2];
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    int output = memfd_create("output", MFD_CLOEXEC);
    pid_t pid = fork();
    cr_assert(pid >= 0);
    if (pid == 0) {
        setpgid(0, 0);
        close(ends[0]);
        dup2(output, STDERR_FILENO);
        play(ends[1]);
        _exit(0);
    }
    setpgid(pid, pid);
    close(ends[1]);
    return (struct worker){.pid = pid,
                           .pidfd = (int)syscall(SYS_pidfd_open, pid, 0),
                           .socket = ends[0],
                           .output = output,
                           .limits = {.threads = 1, .timeout_s = timeout_s}};
}

/* Takes a command; its body is dropped. */
static struct wire_header take(int fd)
{
    struct wire_header header;
    unsigned char body[4096];
    if (wire_read(fd, &header, sizeof header) != STATUS_OK || header.size > sizeof body ||
        wire_read(fd, body, header.size) != STATUS_OK) {
        _exit(99);
    }
    return header;
}

static void answer(int fd, enum wire_kind kind, uint64_t token, struct pack *pack)
{
    wire_send(fd, kind, token, pack);
    pack_free(pack);
    pause();
}

static void says(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
    (void)ignored;
}

static void play_well(int fd)
{
    struct pack pack = {0};
    pack_f64(&pack, 0.5);
    answer(fd, WIRE_DONE, take(fd).token, &pack);
}

static void play_wrong_token(int fd)
{
    struct pack pack = {0};
    pack_f64(&pack, 0.5);
    answer(fd, WIRE_DONE, take(fd).token + 1, &pack);
}

static void play_garbage(int fd)
{
    take(fd);
    says("I am a student");
    wire_send(fd, WIRE_DONE, 0, &(struct pack){0});
    ssize_t ignored = write(fd, "garbage garbage garbage garbage", 31);
    (void)ignored;
    pause();
}

static void play_unknown_kind(int fd)
{
    answer(fd, WIRE_KIND_COUNT + 5, take(fd).token, &(struct pack){0});
}

static void play_too_much(int fd)
{
    struct wire_header header = {WIRE_MAGIC, WIRE_DONE, take(fd).token, UINT64_MAX};
    ssize_t ignored = write(fd, &header, sizeof header);
    (void)ignored;
    pause();
}

static void play_exit(int fd)
{
    take(fd);
    says("goodbye\n");
    _exit(7);
}

static void play_crash(int fd)
{
    take(fd);
    says("about to fall");
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
}

static void play_close(int fd)
{
    take(fd);
    close(fd);
    pause();
}

static void play_lost(int fd)
{
    take(fd);
    _exit(WIRE_EXIT_LOST);
}

static void play_half(int fd)
{
    struct wire_header header = {WIRE_MAGIC, WIRE_DONE, take(fd).token, 8};
    bool sent = write(fd, &header, sizeof header) == sizeof header && write(fd, "abc", 3) == 3;
    _exit(sent ? 0 : 1);
}

static void play_dead(int fd)
{
    signal(SIGABRT, SIG_IGN);
    take(fd);
    pause();
}

static void play_raise(int fd)
{
    struct pack pack = {0};
    pack_u64(&pack, WIRE_RAISED_EXCEPTION);
    pack_string(&pack, "ValueError: no");
    answer(fd, WIRE_RAISED, take(fd).token, &pack);
}

static enum status ask(struct worker *worker)
{
    double import_s = 0;
    return ask_load(worker, "folder", "file", "function", &import_s);
}

static void stop(struct worker *worker)
{
    pid_t pid = worker->pid;
    worker_stop(worker);
    if (pid != 0) {
        cr_expect(kill(pid, 0) != 0, "process %d is left", (int)pid);
    }
}

Test(process, an_answer_is_read)
{
    struct worker worker = start(play_well, 5);
    double import_s = 0;
    cr_assert_eq(ask_load(&worker, "folder", "file", "function", &import_s), STATUS_OK);
    cr_expect_eq(import_s, 0.5);
    cr_expect_eq(worker.failure.status, CELL_OK);
    cr_expect(worker.pid != 0);
    stop(&worker);
}

static const struct {
    const char *name;
    player play;
    enum cell_status status;
    const char *says[2];
} failures[] = {
    {"another token", play_wrong_token, CELL_ERROR, {"trusted", "socket"}},
    {"garbage", play_garbage, CELL_ERROR, {"trusted", "I am a student"}},
    {"an unknown kind", play_unknown_kind, CELL_ERROR, {"trusted", "unknown"}},
    {"too much", play_too_much, CELL_WRONG, {"larger", "bytes"}},
    {"an exit", play_exit, CELL_CRASHED, {"status 7", "goodbye"}},
    {"a crash", play_crash, CELL_CRASHED, {"signal 11", "about to fall"}},
    {"a closed socket", play_close, CELL_CRASHED, {"closed its connection", ""}},
    {"a lost socket", play_lost, CELL_CRASHED, {"closed its connection", ""}},
    {"half an answer", play_half, CELL_CRASHED, {"exited", ""}},
    {"no answer", play_dead, CELL_TIMEOUT, {"0.3 s", "--timeout"}},
};

Test(process, a_worker_that_fails_is_ended_and_says_why)
{
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        struct worker worker = start(failures[i].play, 0.3);
        pid_t pid = worker.pid;
        cr_expect_eq(ask(&worker), STATUS_WORKER, "%s", failures[i].name);
        cr_expect_eq(worker.failure.status, failures[i].status, "%s: %d", failures[i].name,
                     (int)worker.failure.status);
        for (size_t j = 0; j < 2; j++) {
            cr_expect(worker.failure.reason != NULL &&
                          strstr(worker.failure.reason, failures[i].says[j]) != NULL,
                      "%s: %s", failures[i].name, worker.failure.reason);
        }
        cr_expect_eq(worker.pid, 0, "%s", failures[i].name);
        cr_expect(kill(pid, 0) != 0, "%s: neither a process nor a zombie stays", failures[i].name);
        cr_expect_eq(ask(&worker), STATUS_WORKER, "it has ended");
        stop(&worker);
    }
}

Test(process, an_exception_leaves_the_worker_alive)
{
    struct worker worker = start(play_raise, 5);
    cr_expect_eq(ask(&worker), STATUS_REFUSED);
    cr_expect_eq(worker.failure.status, CELL_ERROR);
    cr_expect_str_eq(worker.failure.reason, "ValueError: no");
    cr_expect(worker.pid != 0 && kill(worker.pid, 0) == 0);
    stop(&worker);
}

static void play_broken_value(int fd)
{
    struct pack pack = {0};
    const struct wire_times times = {.calls_count = 1};
    pack_bytes(&pack, &times, sizeof times);
    pack_u64(&pack, 1);
    pack_bytes(&pack, "\x09", 1);
    answer(fd, WIRE_DONE, take(fd).token, &pack);
}

static void play_three_values(int fd)
{
    struct pack pack = {0};
    const struct wire_times times = {.calls_count = 1};
    pack_bytes(&pack, &times, sizeof times);
    pack_u64(&pack, 3);
    answer(fd, WIRE_DONE, take(fd).token, &pack);
}

static void play_nothing(int fd)
{
    answer(fd, WIRE_DONE, take(fd).token, &(struct pack){0});
}

Test(process, a_malformed_result_is_the_workers_fault_not_the_users)
{
    static const player players[] = {play_broken_value, play_three_values, play_nothing};
    for (size_t i = 0; i < sizeof players / sizeof *players; i++) {
        struct worker worker = start(players[i], 5);
        struct wire_times times;
        struct value values[2] = {{0}, {0}};
        size_t count = 9;
        cr_expect_eq(ask_run(&worker, 0, 1000, &times, values, &count), STATUS_WORKER, "%zu", i);
        cr_expect_eq(count, 0);
        value_free(&values[0]);
        value_free(&values[1]);
        stop(&worker);
    }
}

Test(process, stopping_what_never_started_is_legal)
{
    struct worker worker = {0};
    worker_stop(&worker);
    worker_stop(NULL);
}
