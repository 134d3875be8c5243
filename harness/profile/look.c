#include "profile/look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "profile/memory.h"
#include "profile/names.h"

enum {
    /* A library may be loaded at any time; reading the maps takes some 100 µs. */
    MAPS_AGAIN_NS = 50000000,
    /* A thread that is none of Python's is asked again after 1, 2, 4, … and then every so many
     * looks. */
    ASK_AGAIN = 16,
    NAME_TRIES = 1 << 12,
    /* A program that has just begun may have to load its interpreter's library first. */
    START_STEP_NS = 5000000,
    START_STEPS = 40
};

static enum status no_memory(void)
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

/* The interpreter of a process, looked for until it is there. */
static enum status find_python(struct looker *looker, struct process *process)
{
    uint64_t now_ns = clock_now_ns();
    /* It starts within milliseconds, or is none: then there is no hurry. */
    if (process->answer != INTERPRETER_NOT_YET ||
        (process->maps_ns != 0 && now_ns - process->maps_ns < MAPS_AGAIN_NS / 50)) {
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
        status = find_python(looker, process);
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

/* Where a new thread's stacks begin. */
static enum status add_origin(struct looker *looker, struct thread *thread)
{
    struct origin *more = realloc(looker->origins, (looker->origins_count + 1) * sizeof *more);
    if (more == NULL) {
        return no_memory();
    }
    looker->origins = more;
    struct origin *origin = &more[looker->origins_count];
    *origin = (struct origin){.process_number = thread->process->number,
                              .process = names_process(thread->process->pid),
                              .thread = names_of_kernel(thread)};
    if (origin->process == NULL || origin->thread == NULL) {
        free(origin->process);
        free(origin->thread);
        return no_memory();
    }
    thread->origin = (uint32_t)looker->origins_count++;
    return STATUS_OK;
}

/* Python's name for the thread appears a moment after the thread. */
static void name_thread(struct looker *looker, struct thread *thread)
{
    struct origin *origin = &looker->origins[thread->origin];
    uint64_t tries = ++origin->tries_count;
    if (origin->is_named || thread->state == 0 || tries > NAME_TRIES ||
        (tries & (tries - 1)) != 0) {
        return;
    }
    char *name = names_of_python(thread);
    if (name != NULL) {
        free(origin->thread);
        origin->thread = name;
        origin->is_named = true;
    }
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

/* Where a thread is: the address in its program, and the system call in which it sleeps. */
struct place {
    uint64_t address;
    long call; /* −1: none */
};

/* The frame of compiled code at a place; UINT32_MAX when there is none to show. */
static enum status native_frame(struct looker *looker, struct process *process, struct place place,
                                bool has_python, uint32_t *frame)
{
    *frame = UINT32_MAX;
    uint64_t address = place.address;
    if (address == 0 || looker->options->native == SAMPLER_NATIVE_NONE) {
        return STATUS_OK;
    }
    const struct mapping *mapping = maps_find(&process->maps, address);
    if (mapping == NULL && clock_now_ns() - process->maps_ns > MAPS_AGAIN_NS) {
        process->maps_ns = clock_now_ns();
        maps_read(&process->maps);
        mapping = maps_find(&process->maps, address);
    }
    if (mapping == NULL) {
        return STATUS_OK;
    }
    struct image *image = mapping->library->image;
    bool is_python = mapping->library == process->interpreter.library;
    uint64_t bias = 0;
    if (is_python && has_python && looker->options->native != SAMPLER_NATIVE_ALL) {
        return STATUS_OK;
    }
    const char *function = NULL;
    if (image != NULL && image_bias(image, mapping->start, mapping->offset, &bias)) {
        function = image_function(image, address - bias);
    }
    if (is_python && has_python && function != NULL &&
        strncmp(function, "_PyEval_EvalFrameDefault", 24) == 0) {
        return STATUS_OK; /* the loop is the Python function itself */
    }
    if (function == NULL && place.call >= 0) {
        function = names_of_call(place.call);
    }
    /* A stripped library names none of its functions: "(in _multiarray_umath)" must do. */
    char stripped[96];
    const char *name = mapping->library->name;
    snprintf(stripped, sizeof stripped, "(in %.*s)", (int)strcspn(name, "."), name);
    const struct profile_frame new = {name, function != NULL ? function : stripped, 0,
                                      FRAME_NATIVE};
    return profile_intern(looker->profile, &new, frame);
}

/* Goes one frame down from the end of the path. Where the last stack went the same way its nodes
 * are taken. */
static enum status step(struct looker *looker, size_t *depth, bool *is_same, uint32_t frame)
{
    if (*depth == looker->path_room) {
        size_t room = looker->path_room == 0 ? 256 : 2 * looker->path_room;
        uint32_t *path = realloc(looker->path, room * sizeof *path);
        looker->path = path != NULL ? path : looker->path;
        uint32_t *frames =
            path == NULL ? NULL : realloc(looker->path_frames, room * sizeof *frames);
        if (frames == NULL) {
            return no_memory();
        }
        looker->path_frames = frames;
        looker->path_room = room;
    }
    *is_same = *is_same && *depth < looker->path_depth && looker->path_frames[*depth] == frame;
    enum status status = STATUS_OK;
    if (!*is_same) {
        uint32_t parent = *depth == 0 ? TREE_ROOT : looker->path[*depth - 1];
        status = tree_child(&looker->tree, parent, frame, &looker->path[*depth]);
        looker->path_frames[*depth] = frame;
        looker->path_depth = *depth; /* what lay below is another way */
    }
    ++*depth;
    return status;
}

/* The outermost frame to show: a lab's stack begins below the driver's call. False: the driver
 * itself is at work. */
static bool lab_begins(const struct looker *looker, const struct thread *thread, size_t *from)
{
    const struct stack *stack = &looker->stack;
    *from = stack->depth;
    if (looker->options->labels.driver_file == NULL || thread->tid != thread->process->pid) {
        return true;
    }
    while (*from > 0 && !stack->code[*from - 1]->is_driver_call) {
        --*from;
    }
    *from -= *from > 0;
    return *from > 0;
}

/* Adds the stack that was read to the tree; *node is its end, TREE_ROOT when it is left out. */
static enum status enter(struct looker *looker, struct thread *thread, struct place place,
                         bool has_python, bool is_idle, uint32_t *node)
{
    const struct stack *stack = &looker->stack;
    struct process *process = thread->process;
    size_t depth = 0, from = 0;
    bool is_same = true;
    uint32_t frame = UINT32_MAX;
    *node = TREE_ROOT;
    if (!lab_begins(looker, thread, &from) || (looker->options->labels.driver_file != NULL &&
                                               !has_python && thread->tid == process->pid)) {
        return STATUS_OK;
    }
    enum status status = step(looker, &depth, &is_same, thread->origin);
    if (status == STATUS_OK && !has_python) {
        status = step(looker, &depth, &is_same, looker->outside_frame);
    }
    for (size_t i = has_python ? from : 0; status == STATUS_OK && i-- > 0;) {
        if (stack->code[i]->is_hidden) {
            continue;
        }
        status = code_frame(&process->cache, stack->code[i], stack->instructions[i], &frame);
        if (status == STATUS_OK) {
            status = step(looker, &depth, &is_same, frame);
        }
    }
    if (status == STATUS_OK) {
        status = native_frame(looker, process, place, has_python, &frame);
    }
    if (status == STATUS_OK && frame != UINT32_MAX) {
        status = step(looker, &depth, &is_same, frame);
    }
    if (status == STATUS_OK && is_idle) {
        status = step(looker, &depth, &is_same, looker->idle_frame);
    }
    if (status == STATUS_OK) {
        looker->path_depth = is_same ? looker->path_depth : depth;
        *node = looker->path[depth - 1];
    }
    return status;
}

/* Counts `count` samples of what was read. */
static enum status count(struct looker *looker, struct thread *thread, enum stack_answer answer,
                         struct place place, bool is_idle, uint64_t samples_count, uint32_t *node)
{
    enum status status = STATUS_OK;
    *node = TREE_ROOT;
    if (answer == STACK_TORN) {
        looker->profile->rejected_count += samples_count;
        return STATUS_OK;
    }
    if (thread->origin == UINT32_MAX) {
        status = add_origin(looker, thread);
    }
    if (status == STATUS_OK) {
        name_thread(looker, thread);
        status = enter(looker, thread, place, answer == STACK_GOOD, is_idle, node);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (*node == TREE_ROOT) {
        looker->report->outside_count += samples_count;
        return STATUS_OK;
    }
    *(is_idle ? &looker->report->idle_count : &looker->report->awake_count) += samples_count;
    if (!is_idle || looker->options->shows_idle) {
        looker->tree.nodes[*node].samples_count += samples_count;
    }
    return STATUS_OK;
}

/* Looks at a thread that seems to sleep. *is_asleep is false when it woke meanwhile. */
static enum status look_asleep(struct looker *looker, struct thread *thread, struct place place,
                               uint64_t turns_count, bool *is_asleep)
{
    enum stack_answer answer;
    enum status status = read_stack(looker, thread, &answer);
    *is_asleep =
        status == STATUS_OK && tracer_turns(thread).count == turns_count && answer != STACK_TORN;
    if (status != STATUS_OK || !*is_asleep) {
        return status;
    }
    thread->is_asleep = true;
    thread->turns_count = turns_count;
    return count(looker, thread, answer, place, true, 1, &thread->asleep_node);
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
    struct place place = {0, -1};
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
               ? count(looker, thread, answer, place, is_idle, 1 + waited_count, &node)
               : status;
}

enum status look_at(struct looker *looker, struct thread *thread, uint64_t period_ns)
{
    struct place place = {0, -1};
    struct turns turns = tracer_turns(thread);
    bool is_asleep = false;
    if (thread->is_gone) {
        return STATUS_OK;
    }
    if (thread->is_asleep && turns.count == thread->turns_count && looker->tracer->knows_turns) {
        if (thread->asleep_node == TREE_ROOT) {
            looker->report->outside_count++;
            return STATUS_OK;
        }
        name_thread(looker, thread);
        looker->report->idle_count++;
        looker->tree.nodes[thread->asleep_node].samples_count += looker->options->shows_idle;
        return STATUS_OK;
    }
    thread->is_asleep = false;
    enum status status = find_python(looker, thread->process);
    if (status != STATUS_OK || thread->process->answer == INTERPRETER_UNKNOWN) {
        return status;
    }
    bool seems_asleep = tracer_asleep(thread, &place.address, &place.call);
    if (seems_asleep && looker->tracer->knows_turns) {
        status = look_asleep(looker, thread, place, turns.count, &is_asleep);
    }
    return status == STATUS_OK && !is_asleep
               ? look_awake(looker, thread, seems_asleep && !looker->tracer->knows_turns, turns,
                            period_ns)
               : status;
}

/* A mark as a frame of the profile. */
static enum status mark(struct looker *looker, const char *words, uint32_t *frame)
{
    const struct profile_frame new = {"", words, 0, FRAME_MARK};
    return profile_intern(looker->profile, &new, frame);
}

/* Writes a node's stack, from the root, into `frames` (room for `depth` + 2): the marks, then the
 * frames. */
static enum status spell(struct looker *looker, uint32_t node, uint32_t *frames, size_t depth,
                         size_t *length)
{
    const struct tree_node *nodes = looker->tree.nodes;
    const struct origin *origin = NULL;
    size_t at = depth + 2;
    for (uint32_t n = node; n != TREE_ROOT; n = nodes[n].parent) {
        if (nodes[n].parent == TREE_ROOT) {
            origin = &looker->origins[nodes[n].frame];
        } else {
            frames[--at] = nodes[n].frame;
        }
    }
    enum status status = STATUS_OK;
    if (looker->report->threads_count > 1) {
        status = mark(looker, origin->thread, &frames[--at]);
    }
    if (status == STATUS_OK && looker->report->processes_count > 1) {
        status = mark(looker, origin->process, &frames[--at]);
    }
    *length = depth + 2 - at;
    memmove(frames, frames + at, *length * sizeof *frames);
    return status;
}

/* How many threads and processes there are in the graph. */
static void count_origins(struct looker *looker)
{
    const struct tree_node *nodes = looker->tree.nodes;
    struct sampler_report *report = looker->report;
    for (size_t i = 1; i < looker->tree.count; i++) {
        uint32_t n = (uint32_t)i;
        while (nodes[i].samples_count > 0 && nodes[n].parent != TREE_ROOT) {
            n = nodes[n].parent;
        }
        if (nodes[i].samples_count > 0) {
            looker->origins[nodes[n].frame].has_samples = true;
        }
    }
    for (size_t i = 0; i < looker->origins_count; i++) {
        bool is_new = looker->origins[i].has_samples;
        report->threads_count += is_new;
        for (size_t j = 0; j < i; j++) {
            is_new =
                is_new && !(looker->origins[j].has_samples &&
                            looker->origins[j].process_number == looker->origins[i].process_number);
        }
        report->processes_count += is_new;
    }
}

enum status looker_finish(struct looker *looker)
{
    const struct tree *tree = &looker->tree;
    count_origins(looker);
    uint32_t *frames = NULL;
    size_t room = 0;
    enum status status = STATUS_OK;
    for (size_t i = 1; status == STATUS_OK && i < tree->count; i++) {
        size_t depth = 0, length;
        if (tree->nodes[i].samples_count == 0) {
            continue;
        }
        for (uint32_t n = (uint32_t)i; n != TREE_ROOT; n = tree->nodes[n].parent) {
            depth++;
        }
        if (depth + 2 > room) {
            uint32_t *more = realloc(frames, 2 * (depth + 2) * sizeof *more);
            if (more == NULL) {
                status = no_memory();
                break;
            }
            frames = more;
            room = 2 * (depth + 2);
        }
        status = spell(looker, (uint32_t)i, frames, depth, &length);
        if (status == STATUS_OK) {
            status = profile_add(looker->profile, frames, length, tree->nodes[i].samples_count);
        }
    }
    free(frames);
    return status;
}
