#include "profile/look.h"

#include <stdlib.h>

#include "base/clock.h"
#include "profile/look_parts.h"

/* A thread that is none of Python's is asked again after 1, 2, 4, … and then so many looks. */
enum { ASK_AGAIN = 16 };

enum status look_no_memory(void)
{
    return status_fail(STATUS_NO_MEMORY, "no memory for a sample");
}

enum status looker_make(struct looker *looker)
{
    static const struct profile_frame idle = {"", "idle", 0, FRAME_MARK};
    static const struct profile_frame outside = {"", "outside Python", 0, FRAME_MARK};
    enum status status = tree_make(&looker->tree);
    if (status == STATUS_OK) {
        status = profile_intern(looker->profile, &idle, &looker->idle_frame);
    }
    return status == STATUS_OK ? profile_intern(looker->profile, &outside, &looker->outside_frame)
                               : status;
}

void looker_free(struct looker *looker)
{
    tree_free(&looker->tree);
    for (size_t i = 0; i < looker->origins_count; i++) {
        free(looker->origins[i].process);
        free(looker->origins[i].thread);
    }
    free(looker->origins);
    stack_free(&looker->stack);
    free(looker->path);
    free(looker->path_frames);
}

struct wanted_state {
    pid_t pid;
    const struct layout *layout;
    uint64_t native, state;
};

static bool is_wanted_state(void *context, uint64_t interpreter_state, uint64_t thread)
{
    struct wanted_state *wanted = context;
    (void)interpreter_state;
    if (memory_word(wanted->pid, thread + wanted->layout->thread_native) != wanted->native) {
        return false;
    }
    wanted->state = thread;
    return true;
}

/* Reads the thread's stack, finding its thread state where it is not known, or is no more. */
static enum status read_stack(struct looker *looker, struct thread *thread,
                              enum stack_answer *answer)
{
    struct process *process = thread->process;
    *answer = STACK_EMPTY;
    code_trim(&process->cache);
    if (process->answer != INTERPRETER_FOUND) {
        return STATUS_OK;
    }
    for (int round = 0; round < 2; round++) {
        if (thread->state == 0) {
            size_t misses = thread->misses_count;
            bool asks = misses < ASK_AGAIN ? (misses & (misses - 1)) == 0 : misses % ASK_AGAIN == 0;
            struct wanted_state wanted = {process->pid, &process->interpreter.layout,
                                          thread->native, 0};
            bool complete = true;
            if (asks) {
                complete = interpreter_threads(process->pid, &process->interpreter, is_wanted_state,
                                               &wanted);
            }
            thread->state = wanted.state;
            thread->misses_count = wanted.state == 0 && complete ? misses + 1 : 0;
            if (wanted.state == 0) {
                *answer = complete ? STACK_EMPTY : STACK_TORN;
                return STATUS_OK;
            }
        }
        enum status status =
            stack_read(&looker->stack, &thread->memo, &process->cache, process->pid,
                       &process->interpreter, thread->state, thread->native, answer);
        if (status != STATUS_OK || *answer != STACK_OTHERS) {
            return status;
        }
        thread->state = 0;
        thread->misses_count = 0;
    }
    *answer = STACK_TORN;
    return STATUS_OK;
}

/* Looks at a thread that seems to sleep. *is_asleep is false when it woke meanwhile. */
static enum status look_asleep(struct looker *looker, struct thread *thread,
                               struct look_place place, uint64_t turns_count, bool *is_asleep)
{
    enum stack_answer answer;
    enum status status = read_stack(looker, thread, &answer);
    *is_asleep =
        status == STATUS_OK && tracer_turns(thread).count == turns_count && answer != STACK_TORN;
    if (status != STATUS_OK || !*is_asleep) {
        code_doubt(&thread->process->cache);
        return status;
    }
    thread->is_asleep = true;
    thread->turns_count = turns_count;
    return look_count(looker, thread, answer, place, true, 1, &thread->asleep_node);
}

/* Looks at a thread that waits for the processor that we have. It need not be stopped, unless it is
 * asked where in compiled code it is, which the kernel tells of stopped threads only. *is_done is
 * false when it cannot be done so, or when the thread ran meanwhile. */
static enum status look_displaced(struct looker *looker, struct thread *thread,
                                  uint64_t turns_count, bool *is_done)
{
    enum stack_answer answer;
    uint32_t node;
    *is_done = looker->options->native == SAMPLER_NATIVE_NONE && turns_count > 0 &&
               tracer_is_displaced(thread);
    if (!*is_done) {
        return STATUS_OK;
    }
    enum status status = read_stack(looker, thread, &answer);
    *is_done = status == STATUS_OK && tracer_turns(thread).count == turns_count;
    if (status != STATUS_OK || !*is_done) {
        code_doubt(&thread->process->cache);
        return status;
    }
    looker->report->unstopped_count += answer != STACK_TORN;
    return look_count(looker, thread, answer, (struct look_place){0, -1}, false, 1, &node);
}

/* A thread stops when it leaves the kernel. For as long as it was at work there it was at this
 * place, and the looks that we could not take would have seen it: how many. (Waiting for a
 * processor is no work.) */
static uint64_t looks_waited(const struct thread *thread, struct turns before, uint64_t waited_ns,
                             uint64_t period_ns)
{
    if (waited_ns < period_ns) {
        return 0;
    }
    uint64_t worked_ns = tracer_turns(thread).cpu_ns - before.cpu_ns;
    return (worked_ns < waited_ns ? worked_ns : waited_ns) / period_ns;
}

static enum status look_awake(struct looker *looker, struct thread *thread, bool is_idle,
                              struct turns before, uint64_t period_ns)
{
    struct look_place place = {0, -1};
    uint64_t began_ns = clock_now_ns();
    bool stopped;
    enum stack_answer answer = STACK_EMPTY;
    uint32_t node;
    enum status status = tracer_stop(looker->tracer, thread, &place.address, &stopped);
    if (status != STATUS_OK || !stopped) {
        return status;
    }
    uint64_t waited_count = looks_waited(thread, before, clock_now_ns() - began_ns, period_ns);
    if (waited_count > looker->caught_up_count) {
        looker->caught_up_count = waited_count;
    }
    status = read_stack(looker, thread, &answer);
    tracer_go(thread);
    return status == STATUS_OK
               ? look_count(looker, thread, answer, place, is_idle, 1 + waited_count, &node)
               : status;
}

enum status look_at(struct looker *looker, struct thread *thread, uint64_t period_ns)
{
    struct look_place place = {0, -1};
    struct turns turns = tracer_turns(thread);
    bool is_seen = false;
    if (thread->is_gone) {
        return STATUS_OK;
    }
    if (thread->is_asleep && turns.count == thread->turns_count && looker->tracer->knows_turns) {
        if (thread->asleep_node == TREE_ROOT) {
            looker->report->outside_count++;
            return STATUS_OK;
        }
        look_name_thread(looker, thread);
        looker->report->idle_count++;
        looker->tree.nodes[thread->asleep_node].samples_count += looker->options->shows_idle;
        return STATUS_OK;
    }
    thread->is_asleep = false;
    enum status status = look_find_python(looker, thread->process);
    if (status != STATUS_OK || thread->process->answer == INTERPRETER_UNKNOWN) {
        return status;
    }
    enum tracer_state state = tracer_state(thread, &place.address, &place.call);
    if (state == TRACER_SLEEPS && looker->tracer->knows_turns) {
        status = look_asleep(looker, thread, place, turns.count, &is_seen);
    } else if (state == TRACER_RUNS) {
        status = look_displaced(looker, thread, turns.count, &is_seen);
    }
    bool is_idle = state == TRACER_SLEEPS && !looker->tracer->knows_turns;
    return status == STATUS_OK && !is_seen ? look_awake(looker, thread, is_idle, turns, period_ns)
                                           : status;
}
