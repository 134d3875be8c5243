#include <criterion/criterion.h>
#include <malloc.h>
#include <stdlib.h>

#include "model/profile.h"
#include "tests/profiles.h"

Test(profile, equal_frames_are_one)
{
    struct profile profile = {0};
    char file[] = "a.py", function[] = "f";
    struct profile_frame frame = {file, function, 3, FRAME_LAB};
    uint32_t first, again, other;
    cr_assert_eq(profile_intern(&profile, &frame, &first), STATUS_OK);
    file[0] = function[0] = 'x'; /* the profile has copies */
    cr_expect_str_eq(profile.frames[first].file, "a.py");
    cr_expect_str_eq(profile.frames[first].function, "f");
    static const struct profile_frame others[] = {{"a.py", "f", 4, FRAME_LAB},
                                                  {"a.py", "f", 3, FRAME_LIBRARY},
                                                  {"b.py", "f", 3, FRAME_LAB},
                                                  {"a.py", "g", 3, FRAME_LAB},
                                                  {"f", "a.py", 3, FRAME_LAB}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        cr_assert_eq(profile_intern(&profile, &others[i], &other), STATUS_OK);
        cr_expect_neq(other, first);
        cr_assert_eq(profile_intern(&profile, &others[i], &again), STATUS_OK);
        cr_expect_eq(other, again);
    }
    cr_expect_eq(profile.frames_count, 6);
    profile_free(&profile);
    cr_expect_eq(profile.frames_count, 0);
}

Test(profile, equal_stacks_are_counted_together)
{
    struct profile profile = {0};
    profiles_add(&profile, "a.py:f:1;a.py:g:2", 3);
    profiles_add(&profile, "a.py:f:1;a.py:h:2", 1);
    profiles_add(&profile, "a.py:f:1", 2);
    profiles_add(&profile, "a.py:f:1;a.py:g:2", 4);
    profiles_add(&profile, "a.py:g:2", 5);
    cr_expect_eq(profile.stacks_count, 4);
    cr_expect_eq(profile.samples_count, 15);
    cr_expect_eq(profile.nodes_count, 4);
    uint64_t counts = 0;
    for (uint32_t i = 0; i < profile.nodes_count; i++) {
        const struct profile_node *node = &profile.nodes[i];
        cr_expect(node->parent == PROFILE_NO_NODE || node->parent < i);
        counts = 10 * counts + node->samples_count;
    }
    cr_expect_eq(counts, 2715);
    profile_free(&profile);
}

Test(profile, a_stack_comes_back)
{
    struct profile profile = {0};
    uint32_t frames[100], stack[100], back[100];
    uint64_t state = 5;
    for (int i = 0; i < 100; i++) {
        struct profile_frame frame = {"a.py", "f", i, FRAME_LAB};
        cr_assert_eq(profile_intern(&profile, &frame, &frames[i]), STATUS_OK);
    }
    for (int round = 0; round < 1000; round++) {
        size_t depth = 1 + profiles_random(&state, 100);
        for (size_t i = 0; i < depth; i++) {
            stack[i] = frames[profiles_random(&state, 3)];
        }
        uint64_t before = profile.samples_count;
        cr_assert_eq(profile_add(&profile, stack, depth, 7), STATUS_OK);
        cr_assert_eq(profile.samples_count, before + 7);
        size_t found = 0;
        for (uint32_t node = 0; node < profile.nodes_count; node++) {
            if (profile.nodes[node].samples_count > 0 && profile_depth(&profile, node) == depth) {
                profile_stack(&profile, node, back);
                found += memcmp(back, stack, depth * sizeof *stack) == 0;
            }
        }
        cr_assert_eq(found, 1);
    }
    profile_free(&profile);
}

Test(profile, freeing_nothing_is_legal)
{
    profile_free(NULL);
    profile_free(&(struct profile){0});
}

#ifndef __SANITIZE_ADDRESS__ /* its allocator keeps no account */
static size_t held_bytes(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/* A sampler that runs for hours has 30 MB for everything. */
Test(profile, many_stacks_take_little_memory)
{
    size_t before = held_bytes();
    struct profile wide = profiles_wide(50000);
    size_t wide_bytes = held_bytes() - before;
    cr_expect_gt(wide.nodes_count, 50000);
    cr_expect_gt(wide_bytes, 1u << 20);
    cr_expect_lt(wide_bytes, 20u << 20, "%zu bytes", wide_bytes);
    profile_free(&wide);
    cr_expect_lt(held_bytes(), before + (1u << 16));

    struct profile deep = profiles_deep(5000);
    cr_expect_lt(held_bytes() - before, 1u << 20);
    cr_expect_eq(deep.nodes_count, 5002);
    cr_expect_eq(deep.stacks_count, 5002);
    profile_free(&deep);
}
#endif
