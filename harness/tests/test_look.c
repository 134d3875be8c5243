/* The sampler's looks: what is known before a look and read along with it, and who stands still. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "profile/code.h"
#include "profile/layout.h"
#include "profile/memory.h"
#include "profile/tracer.h"

static uint64_t address_of(const void *thing)
{
    return (uint64_t)(uintptr_t)thing;
}

/* A str of CPython 3.11, all ASCII. */
struct text_object {
    uint64_t references, type, length, hash;
    uint32_t state, padding;
    unsigned char data[64];
};

/* A code object of CPython 3.11 in our own memory, with its name, file and table of lines. */
struct code_object {
    uint64_t head[CODE_BYTES / 8];
    struct text_object name, file;
    uint64_t lines[BYTES_DATA / 8 + 1];
};

static void make_code(struct code_object *code, const char *name)
{
    const struct layout *layout = layout_known(11);
    const uint32_t ascii = 1 << 2 | 1 << 5 | 1 << 6;
    *code = (struct code_object){.name = {.length = strlen(name), .state = ascii},
                                 .file = {.length = 4, .state = ascii}};
    unsigned char *texts[] = {code->name.data, code->file.data};
    size_t gap = layout->text_data_ascii - offsetof(struct text_object, data);
    memcpy(texts[0] + gap, name, strlen(name));
    memcpy(texts[1] + gap, "x.py", 4);
    code->head[0] = 1;
    code->head[OBJECT_TYPE / 8] = 4096;
    code->head[layout->code_first_line / 8] = 7;
    code->head[layout->code_file / 8] = address_of(&code->file);
    code->head[layout->code_name / 8] = address_of(&code->name);
    code->head[layout->code_lines / 8] = address_of(code->lines);
    code->lines[OBJECT_SIZE / 8] = 1;
    code->lines[BYTES_DATA / 8] = 0xf0; /* no line, for one unit */
}

/* What was read along is taken in the same look, and in no other. */
Test(code, what_was_foreseen_is_not_read_again)
{
    static struct code_object objects[2];
    static const struct labels labels;
    struct interpreter interpreter = {.layout = *layout_known(11)};
    struct profile profile = {0};
    struct code_cache cache = {.labels = &labels, .profile = &profile};
    struct code_guess guess = {.count = 0};
    struct memory_piece pieces[CODES_EXPECTED_MOST];
    struct code *codes[2];
    const uint64_t addresses[] = {address_of(&objects[0]), address_of(&objects[1])};
    bool good;
    make_code(&objects[0], "one");
    make_code(&objects[1], "two");
    cr_assert_eq(code_expect(&cache, &guess, pieces), 0);
    cr_assert_eq(code_check(&cache, getpid(), &interpreter, addresses, 2, codes, &good), STATUS_OK);
    cr_assert(good);
    cr_assert_str_eq(codes[1]->name, "two");
    code_remember(&cache, &guess);
    for (int is_foreseen = 1; is_foreseen >= 0; is_foreseen--) {
        cr_assert_eq(code_expect(&cache, &guess, pieces), 2);
        cr_assert(memory_gather(getpid(), pieces, 2));
        if (is_foreseen) {
            code_foresee(&cache, &guess);
        }
        objects[1].head[0] = 0; /* dropped: whoever reads it now sees that */
        cr_assert_eq(code_check(&cache, getpid(), &interpreter, addresses, 2, codes, &good),
                     STATUS_OK);
        cr_assert_eq(good, is_foreseen);
        objects[1].head[0] = 1;
    }
    code_clear(&cache);
    cr_assert_eq(code_expect(&cache, &guess, pieces), 0, "nothing is known of them any more");
    profile_free(&profile);
}

/* What was read of a thread that did not stand still is forgotten; what was known before is not. */
Test(code, doubt_spares_what_was_known)
{
    static struct code_object object;
    static const struct labels labels;
    struct interpreter interpreter = {.layout = *layout_known(11)};
    struct profile profile = {0};
    struct code_cache cache = {.labels = &labels, .profile = &profile};
    const struct code_guess guess = {{address_of(&object)}, 1};
    struct memory_piece pieces[CODES_EXPECTED_MOST];
    struct code *code;
    bool good;
    make_code(&object, "one");
    for (size_t looks = 0; looks < 3; looks++) { /* the first is doubted */
        cr_assert_eq(code_expect(&cache, &guess, pieces), looks == 2);
        cr_assert_eq(code_check(&cache, getpid(), &interpreter, guess.addresses, 1, &code, &good),
                     STATUS_OK);
        cr_assert(good);
        if (looks != 1) {
            code_doubt(&cache);
        }
    }
    cr_assert_eq(code_expect(&cache, &guess, pieces), 1);
    code_clear(&cache);
    profile_free(&profile);
}

static void bind(pid_t pid, const cpu_set_t *set)
{
    cr_assert_eq(sched_setaffinity(pid, sizeof *set, set), 0);
}

/* A thread that shares our only processor stands still while we run, and its turns tell when it
 * did not. */
Test(tracer, who_waits_for_our_processor)
{
    cpu_set_t all, one;
    uint64_t address;
    long call;
    cr_assert_eq(sched_getaffinity(0, sizeof all, &all), 0);
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    bind(0, &one);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (volatile bool forever = true; forever;) {
        }
    }
    char *turns = text_format("/proc/%d/schedstat", (int)child);
    char *state = text_format("/proc/%d/syscall", (int)child);
    struct thread thread = {.tid = child,
                            .turns_fd = open(turns, O_RDONLY),
                            .call_fd = open(state, O_RDONLY),
                            .bound_cpu = -1};
    cr_assert_not(tracer_is_displaced(&thread), "it may be on its way from another");
    uint64_t first = tracer_turns(&thread).count;
    cr_assert(tracer_is_displaced(&thread));
    cr_assert_eq(tracer_state(&thread, &address, &call), TRACER_RUNS);
    while (tracer_turns(&thread).count == first) {
        sched_yield(); /* it runs: that it is counted ends the loop */
    }
    if (CPU_COUNT(&all) > 1) {
        bind(child, &all);
        cr_assert_not(tracer_is_displaced(&thread));
        bind(child, &one);
        cr_assert_not(tracer_is_displaced(&thread));
        cr_assert(tracer_is_displaced(&thread));
        cpu_set_t other = all;
        CPU_CLR(sched_getcpu(), &other);
        bind(0, &other);
        cr_assert_not(tracer_is_displaced(&thread), "we are elsewhere");
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    cr_assert_eq(tracer_state(&thread, &address, &call), TRACER_UNKNOWN);
    cr_assert_not(tracer_is_displaced(&thread));
    close(thread.turns_fd);
    close(thread.call_fd);
    free(turns);
    free(state);
}
