#include "profile/sampler.h"

#include <errno.h>
#include <linux/sched/types.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "profile/look.h"

enum {
    NOTICE_NS = 100000000,
    /* A program that was interrupted with us may still write its files. */
    ENDING_NS = 1000000000
};

struct schedule {
    uint64_t period_ns;
    uint64_t next_ns;
    uint64_t random; /* xorshift's state */
};

static uint64_t draw(struct schedule *schedule)
{
    schedule->random ^= schedule->random << 13;
    schedule->random ^= schedule->random >> 7;
    schedule->random ^= schedule->random << 17;
    return schedule->random;
}

/* 0.5 to 1.5 periods. */
static uint64_t gap_ns(struct schedule *schedule)
{
    double part = (double)(draw(schedule) >> 11) * 0x1p-53;
    return (uint64_t)((0.5 + part) * (double)schedule->period_ns);
}

/* The moment of the next look. Moments that have passed are missed, beside those whose samples the
 * last look counted. */
static uint64_t advance(struct schedule *schedule, uint64_t counted)
{
    uint64_t missed = 0, now_ns = clock_now_ns();
    schedule->next_ns += gap_ns(schedule);
    while (schedule->next_ns < now_ns) {
        schedule->next_ns += gap_ns(schedule);
        missed++;
    }
    return missed > counted ? missed - counted : 0;
}

/* The kernel wakes us late by design: to save power (timer slack), and to let others finish their
 * turn. Both can be told not to; where that fails more looks are missed, which the end says. */
static void ask_for_punctuality(void)
{
    struct sched_attr attributes = {.size = sizeof attributes, .sched_policy = 0 /* SCHED_OTHER */};
    prctl(PR_SET_TIMERSLACK, 1UL);
    errno = 0;
    attributes.sched_nice = getpriority(PRIO_PROCESS, 0);
    attributes.sched_runtime = 100000; /* the least turn: who asks for little is served soon */
    syscall(SYS_sched_setattr, 0, &attributes, 0U);
}

/* Two files a thread: a program with hundreds of threads needs more than the usual 1,024. */
static void ask_for_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

static void on_child(int signal_number)
{
    (void)signal_number; /* only to end ppoll */
}

/* Waits for a moment (true), or until something happened to a thread, or an interrupt came. SIGCHLD
 * is blocked but here. */
static bool wait_until(uint64_t moment_ns, const sigset_t *open)
{
    uint64_t now_ns = clock_now_ns();
    uint64_t left_ns = moment_ns > now_ns ? moment_ns - now_ns : 0;
    struct timespec left = {(time_t)(left_ns / CLOCK_NS_PER_S), (long)(left_ns % CLOCK_NS_PER_S)};
    struct pollfd interrupt = {interrupt_fd(), POLLIN, 0};
    /* After an interrupt the descriptor stays readable: nobody may wait for it any more. */
    return ppoll(&interrupt, interrupt_pending() ? 0 : 1, &left, open) == 0;
}

/* Every stop of ours has sent SIGCHLD, which would end the next wait at once. So that nothing else
 * it stands for is lost, what happened is looked for after it is taken back. */
static enum status serve_after_look(struct tracer *tracer, const sigset_t *children)
{
    const struct timespec none = {0, 0};
    if (!tracer->has_stopped) {
        return STATUS_OK;
    }
    tracer->has_stopped = false;
    sigtimedwait(children, NULL, &none);
    return tracer_drain(tracer);
}

/* One look at every thread. */
static enum status look(struct looker *looker, const struct schedule *schedule)
{
    const struct sampler_options *options = looker->options;
    enum status status = STATUS_OK;
    looker->caught_up_count = 0;
    looker->report->looks_count++;
    for (struct thread *thread = looker->tracer->threads; status == STATUS_OK && thread != NULL;
         thread = thread->next) {
        /* Until its exec what we started is still we. */
        bool is_us = options->release_fd >= 0 && thread->process->pid == options->pid &&
                     thread->process->execs_count == 0;
        if (!is_us) {
            status = look_at(looker, thread, schedule->period_ns);
        }
    }
    return status;
}

struct loop {
    struct looker *looker;
    struct schedule schedule;
    sigset_t open, children;
    uint64_t began_ns, until_ns; /* until_ns 0: no limit */
    uint64_t notice_ns;
    bool was_interrupted;
};

/* Is it over, and why? */
static bool is_over(struct loop *loop, const struct sampler_options *options,
                    struct sampler_report *report)
{
    const struct tracer *tracer = loop->looker->tracer;
    uint64_t now_ns = clock_now_ns();
    if (tracer->has_ended || tracer->threads == NULL) {
        report->ending = loop->was_interrupted ? SAMPLER_INTERRUPTED : SAMPLER_TARGET_ENDED;
        report->wait_status = tracer->wait_status;
        return true;
    }
    if (interrupt_pending() && !loop->was_interrupted) {
        loop->was_interrupted = true;
        loop->until_ns = options->is_child ? now_ns + ENDING_NS : now_ns;
    }
    if (loop->until_ns == 0 || now_ns < loop->until_ns) {
        return false;
    }
    report->ending = loop->was_interrupted ? SAMPLER_INTERRUPTED : SAMPLER_TIME_OVER;
    return true;
}

static enum status run_loop(struct loop *loop, const struct sampler_options *options,
                            struct profile *profile, struct sampler_report *report)
{
    struct looker *looker = loop->looker;
    enum status status = STATUS_OK;
    while (status == STATUS_OK && !is_over(loop, options, report)) {
        uint64_t moment_ns = loop->schedule.next_ns;
        if (loop->until_ns != 0 && loop->until_ns < moment_ns) {
            moment_ns = loop->until_ns;
        }
        if (!wait_until(moment_ns, &loop->open)) {
            status = tracer_drain(looker->tracer);
        }
        uint64_t now_ns = clock_now_ns();
        if (status == STATUS_OK && now_ns >= loop->schedule.next_ns) {
            status = look(looker, &loop->schedule);
            profile->missed_count += advance(&loop->schedule, looker->caught_up_count);
            status =
                status == STATUS_OK ? serve_after_look(looker->tracer, &loop->children) : status;
        }
        if (options->notice != NULL && now_ns - loop->notice_ns > NOTICE_NS) {
            options->notice(options->context, clock_s_from_ns(now_ns - loop->began_ns));
            loop->notice_ns = now_ns;
        }
    }
    return status;
}

static enum status observe(const struct sampler_options *options, struct looker *looker,
                           struct profile *profile, struct sampler_report *report)
{
    struct loop loop = {.looker = looker};
    struct sigaction action = {.sa_handler = on_child}, former;
    sigset_t kept;
    loop.schedule.period_ns = (uint64_t)(1e9 / options->rate_hz);
    while (loop.schedule.random == 0) { /* 0 would stay 0 */
        if (getrandom(&loop.schedule.random, sizeof loop.schedule.random, 0) < 0) {
            loop.schedule.random = clock_now_ns();
        }
    }
    sigemptyset(&loop.children);
    sigaddset(&loop.children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &loop.children, &kept);
    loop.open = kept;
    sigdelset(&loop.open, SIGCHLD);
    sigemptyset(&action.sa_mask);
    sigaction(SIGCHLD, &action, &former);
    enum status status = tracer_attach(looker->tracer, options->pid);
    if (status == STATUS_OK && options->release_fd < 0 && !options->follows_children &&
        looker->tracer->processes != NULL) {
        status = look_for_python(looker, looker->tracer->processes);
    }
    if (status == STATUS_OK && options->release_fd >= 0 && write(options->release_fd, "", 1) != 1) {
        status = status_fail(STATUS_IO, "cannot let the program begin: %s", strerror(errno));
    }
    loop.began_ns = clock_now_ns();
    loop.schedule.next_ns = loop.began_ns + gap_ns(&loop.schedule);
    loop.until_ns =
        options->duration_s > 0 ? loop.began_ns + clock_ns_from_s(options->duration_s) : 0;
    if (status == STATUS_OK) {
        status = run_loop(&loop, options, profile, report);
    }
    profile->elapsed_s = clock_s_from_ns(clock_now_ns() - loop.began_ns);
    tracer_free(looker->tracer);
    sigaction(SIGCHLD, &former, NULL);
    sigprocmask(SIG_SETMASK, &kept, NULL);
    return status;
}

enum status sampler_run(const struct sampler_options *options, struct profile *profile,
                        struct sampler_report *report)
{
    struct images images = {0};
    struct tracer tracer = {.images = &images,
                            .labels = &options->labels,
                            .profile = profile,
                            .follows_children = options->follows_children};
    struct looker looker = {
        .options = options, .tracer = &tracer, .profile = profile, .report = report};
    *report = (struct sampler_report){0};
    profile->rate_hz = options->rate_hz;
    ask_for_punctuality();
    ask_for_files();
    enum status status = looker_make(&looker);
    if (status == STATUS_OK) {
        status = observe(options, &looker, profile, report);
        /* What was counted before a failure is kept, and the failure told. */
        enum status finished = looker_finish(&looker);
        status = status == STATUS_OK ? finished : status;
    }
    looker_free(&looker);
    images_free(&images);
    return status;
}
