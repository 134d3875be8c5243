#include "tests/profiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "profile/spelling.h"

enum { DEPTH_MAX = 8192 };

static void must(bool good)
{
    if (!good) {
        fputs("a profile for the tests could not be made\n", stderr);
        abort();
    }
}

uint32_t profiles_random(uint64_t *state, uint32_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*state >> 33) * below >> 31);
}

void profiles_add(struct profile *profile, const char *stack, uint64_t samples_count)
{
    char *copy = strdup(stack), *rest = copy;
    uint32_t frames[64];
    size_t depth = 0;
    must(copy != NULL);
    while (rest != NULL) {
        struct profile_frame frame;
        spelling_parse(strsep(&rest, ";"), &frame);
        must(profile_intern(profile, &frame, &frames[depth++]) == STATUS_OK);
    }
    must(profile_add(profile, frames, depth, samples_count) == STATUS_OK);
    free(copy);
}

struct profile profiles_small(void)
{
    struct profile profile = {.title = strdup("mds/naive, 100 points"),
                              .interpreter = strdup("CPython 3.11.2"),
                              .rate_hz = 1000,
                              .elapsed_s = 1.03,
                              .missed_count = 2,
                              .rejected_count = 1};
    static const struct {
        const char *stack;
        uint64_t samples_count;
    } stacks[] = {
        {"[main];naive.py:solve:52;naive.py:compute_distance_matrix:31", 540},
        {"[main];naive.py:solve:52;naive.py:compute_distance_matrix:32", 120},
        {"[main];naive.py:solve:52;naive.py:compute_distance_matrix:32;libm.so.6:sqrt", 90},
        {"[main];naive.py:solve:57;naive.py:compute_distance_matrix:31", 130},
        {"[main];naive.py:solve:57;naive.py:compute_error:40", 40},
        {"[main];naive.py:solve:60;numpy/core/fromnumeric.py:sum:2313 [library];"
         "_multiarray_umath.so:DOUBLE_add",
         30},
        {"[main];naive.py:solve:60;numpy/core/fromnumeric.py:sum:2313 [library]", 12},
        {"[main];[idle]", 38},
    };
    for (size_t i = 0; i < sizeof stacks / sizeof *stacks; i++) {
        profiles_add(&profile, stacks[i].stack, stacks[i].samples_count);
    }
    return profile;
}

struct profile profiles_improved(void)
{
    struct profile profile = {.title = strdup("mds/numpy, 100 points"),
                              .interpreter = strdup("CPython 3.11.2"),
                              .rate_hz = 1000,
                              .elapsed_s = 0.1};
    profiles_add(&profile, "[main];numpy.py:solve:20;numpy.py:compute_distance_matrix:9", 20);
    profiles_add(&profile,
                 "[main];numpy.py:solve:20;numpy.py:compute_distance_matrix:9;"
                 "numpy/linalg/linalg.py:norm:2511 [library];libblas.so.3:dnrm2_",
                 30);
    profiles_add(&profile, "[main];numpy.py:solve:24;numpy.py:compute_error:14", 25);
    profiles_add(&profile, "[main];numpy.py:solve:21", 20);
    profiles_add(&profile, "[main];[idle]", 5);
    return profile;
}

struct profile profiles_hostile(void)
{
    struct profile profile = {.title = strdup("<script>alert(\"1\")</script> & ]]> \xff \x1b[31m"),
                              .interpreter = strdup("CPython ]]><!--")};
    static const struct profile_frame frames[] = {
        {"a;b.py", "f;g", 3, FRAME_LAB},
        {"C:\\x y\\z.py", "g:h", 0, FRAME_LIBRARY},
        {"]]></script>.py", "<lambda>&\"'`${1}", 12, FRAME_LAB},
        {"名前.py", "функция_λ", 7, FRAME_LAB},
        {"x.py", "e\xcc\x81\xff\xfe bad \xe2\x82", 1, FRAME_LAB},
        {"lib%3b.so", "f%41", 0, FRAME_NATIVE},
        {"lib:a.so", "ns::f(int) 12", 0, FRAME_NATIVE},
        {"lib.so", "12", 0, FRAME_NATIVE},
        {"", "no_file:3:4", 0, FRAME_NATIVE},
        {"", "[not a mark]", 0, FRAME_NATIVE},
        {"", "f (x.py:12)", 0, FRAME_NATIVE},
        {"", "12", 0, FRAME_NATIVE},
        {"", "a:b:3 [library", 0, FRAME_MARK},
        {"", "line\nend\r\ttab", 0, FRAME_MARK},
        {"", "", 0, FRAME_MARK},
        {"", "", 0, FRAME_LAB},
        {"lib.so", "", 0, FRAME_NATIVE},
        {"\xe2\x80\xae.py", "turned \xe2\x80\xae round\xef\xbf\xbe", 999999999, FRAME_LIBRARY},
    };
    uint32_t stack[sizeof frames / sizeof *frames];
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        must(profile_intern(&profile, &frames[i], &stack[i]) == STATUS_OK);
        must(profile_add(&profile, stack, i + 1, 10 + i) == STATUS_OK);
        must(profile_add(&profile, &stack[i], 1, 100) == STATUS_OK);
    }
    return profile;
}

struct profile profiles_crowd(void)
{
    static const char *const words[] = {"read",   "parse", "compute",   "distance",
                                        "matrix", "of",    "all",       "points",
                                        "update", "x",     "normalise", "Größe"};
    struct profile profile = {.title = strdup("python3 serve.py --port 8080 --workers 4"),
                              .interpreter = strdup("CPython 3.11.2"),
                              .rate_hz = 100,
                              .elapsed_s = 60};
    uint64_t state = 7;
    for (size_t round = 0; round < 6000; round++) {
        uint64_t path = 1;
        uint32_t stack[30];
        size_t depth = 0;
        while (depth < 30 && (depth < 4 || profiles_random(&state, 10) > 0)) {
            uint32_t which = profiles_random(&state, 100);
            which = which * which * which / 300000; /* mostly the first of four */
            path = path * 5 + which;
            uint64_t of_frame = path;
            char name[128] = "";
            for (uint32_t n = 1 + profiles_random(&of_frame, 4); n > 0; n--) {
                strcat(name, *name == '\0' ? "" : "_");
                strcat(name, words[profiles_random(&of_frame, 12)]);
            }
            struct profile_frame frame = {"serve.py", name, (int)profiles_random(&state, 4) + 1,
                                          FRAME_LAB};
            if (depth == 0) {
                frame = (struct profile_frame){"", which == 0 ? "MainThread" : "Thread-1 (serve)",
                                               0, FRAME_MARK};
            } else if (depth > 8 && which != 1) {
                frame = (struct profile_frame){"libcrypto.so.3", name, 0, FRAME_NATIVE};
            } else if (depth > 4 && which != 2) {
                frame.file = "asyncio/base_events.py";
                frame.kind = FRAME_LIBRARY;
            }
            must(profile_intern(&profile, &frame, &stack[depth++]) == STATUS_OK);
        }
        must(profile_add(&profile, stack, depth, 1) == STATUS_OK);
    }
    return profile;
}

struct profile profiles_deep(size_t depth)
{
    struct profile profile = {.title = strdup("deep")};
    uint32_t *stack = calloc(depth + 2, sizeof *stack);
    must(stack != NULL);
    profiles_add(&profile, "deep.py:<module>:9", 1);
    for (size_t i = 0; i < depth + 1; i++) {
        struct profile_frame frame = {"deep.py", i == 0 ? "<module>" : "down", i == 0 ? 9 : 4,
                                      FRAME_LAB};
        must(profile_intern(&profile, &frame, &stack[i]) == STATUS_OK);
        must(profile_add(&profile, stack, i + 1, 1) == STATUS_OK);
    }
    struct profile_frame leaf = {"deep.py", "bottom", 7, FRAME_LAB};
    must(profile_intern(&profile, &leaf, &stack[depth + 1]) == STATUS_OK);
    must(profile_add(&profile, stack, depth + 2, depth) == STATUS_OK);
    free(stack);
    return profile;
}

struct profile profiles_wide(size_t stacks_count)
{
    struct profile profile = {.title = strdup("wide"), .rate_hz = 1000};
    uint64_t state = 1;
    uint32_t stack[40];
    while (profile.stacks_count < stacks_count) {
        /* Near the root few functions are called, further on more. */
        size_t depth = 4 + profiles_random(&state, 36);
        for (size_t i = 0; i < depth; i++) {
            char name[32];
            uint32_t number = profiles_random(&state, i < 4 ? 2 : 2 + (uint32_t)i / 3);
            snprintf(name, sizeof name, "function_%u_%u", (unsigned)i, (unsigned)(number * number));
            enum frame_kind kind = i < 12 ? FRAME_LAB : i < 26 ? FRAME_LIBRARY : FRAME_NATIVE;
            struct profile_frame frame = {kind == FRAME_NATIVE ? "libx.so" : "wide.py", name,
                                          kind == FRAME_NATIVE ? 0 : (int)(10 * i + number), kind};
            must(profile_intern(&profile, &frame, &stack[i]) == STATUS_OK);
        }
        must(profile_add(&profile, stack, depth, 1 + profiles_random(&state, 20)) == STATUS_OK);
    }
    return profile;
}

/* Adds the stacks of `from` with their counts to `to`. */
static void pour(const struct profile *from, struct profile *to)
{
    uint32_t *stack = calloc(DEPTH_MAX, sizeof *stack);
    must(stack != NULL);
    for (uint32_t i = 0; i < from->nodes_count; i++) {
        size_t depth = profile_depth(from, i);
        must(depth <= DEPTH_MAX);
        profile_stack(from, i, stack);
        for (size_t level = 0; level < depth; level++) {
            must(profile_intern(to, &from->frames[stack[level]], &stack[level]) == STATUS_OK);
        }
        must(profile_add(to, stack, depth, from->nodes[i].samples_count) == STATUS_OK);
    }
    free(stack);
}

bool profiles_equal(const struct profile *a, const struct profile *b)
{
    /* Stacks of both in one profile: equal if none is new, and each counts twice as often. */
    struct profile both = {0};
    pour(a, &both);
    size_t nodes_count = both.nodes_count;
    pour(b, &both);
    bool equal = both.nodes_count == nodes_count && b->stacks_count == a->stacks_count &&
                 b->samples_count == a->samples_count;
    struct profile once = {0};
    pour(a, &once);
    for (size_t i = 0; equal && i < nodes_count; i++) {
        equal = both.nodes[i].samples_count == 2 * once.nodes[i].samples_count;
    }
    profile_free(&once);
    profile_free(&both);
    return equal;
}
