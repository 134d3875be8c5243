/* The sampler's parts that need no other process: layouts, lines, names, images, the tree. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyze/hot.h"
#include "base/text.h"
#include "profile/image.h"
#include "profile/labels.h"
#include "profile/layout.h"
#include "profile/lines.h"
#include "profile/memory.h"
#include "profile/object.h"
#include "profile/stack.h"
#include "profile/stack_begin.h"
#include "profile/stack_chunks.h"
#include "profile/tree.h"

/* co_linetable of CPython 3.11.2 for
 *     def f(x):                       line 10
 *         y = x + 1
 *
 *         return [
 *             y,
 *             x,
 *         ]
 * and, made by hand, a long entry that goes back and one without a line. */
static const unsigned char table[] = {
    0x80 | 15 << 3 | 0,                        /* 1 unit without a line */
    0x80 | 10 << 3 | 0, 0,         4,          /* 1 unit, line 10 */
    0x80 | 11 << 3 | 3, 4,         9,          /* 4 units, line 11 */
    0x80 | 1 << 3 | 1,  0x10,                  /* 2 units, line 11 still (a short entry) */
    0x80 | 12 << 3 | 1, 8,         9,          /* 2 units, line 13 */
    0x80 | 14 << 3 | 7, 0x40 | 10, 2, 1, 2, 3, /* 8 units, line 13 + 69: two bytes of a number */
    0x80 | 13 << 3 | 0, 3,                     /* 1 unit, one line back */
};

Test(lines, are_decoded)
{
    static const struct {
        uint32_t unit;
        int line;
    } expected[] = {{0, 0},  {1, 10}, {2, 11},  {5, 11},  {7, 11},
                    {8, 13}, {9, 13}, {10, 82}, {17, 82}, {18, 81}};
    struct line_range *ranges;
    size_t count;
    cr_assert_eq(lines_decode(table, sizeof table, 10, &ranges, &count), STATUS_OK);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct line_range *range = lines_find(ranges, count, expected[i].unit);
        cr_assert_not_null(range, "unit %u", expected[i].unit);
        cr_assert_eq(range->line, expected[i].line, "unit %u: %d, not %d", expected[i].unit,
                     range->line, expected[i].line);
    }
    cr_assert_null(lines_find(ranges, count, 19));
    cr_assert_eq(count, 6, "neighbours of one line are one range");
    free(ranges);
}

Test(lines, damage_ends_the_table)
{
    struct line_range *ranges;
    size_t count;
    for (size_t size = 0; size < sizeof table; size++) {
        cr_assert_eq(lines_decode(table, size, 10, &ranges, &count), STATUS_OK);
        cr_assert(count <= 6);
        free(ranges);
    }
    static const unsigned char noise[] = {0x12, 0x34};
    cr_assert_eq(lines_decode(noise, sizeof noise, 1, &ranges, &count), STATUS_OK);
    cr_assert_eq(count, 0);
    free(ranges);
}

Test(labels, files_have_short_names)
{
    static const struct labels labels = {"/home/me/labs/mds", "<fortyfold>", "call"};
    static const struct {
        const char *path, *name;
        enum frame_kind kind;
    } expected[] = {
        {"/home/me/labs/mds/naive.py", "naive.py", FRAME_LAB},
        {"/home/me/labs/mds/part/deep.py", "part/deep.py", FRAME_LAB},
        {"/home/me/labs/mdsx/naive.py", "naive.py", FRAME_LAB},
        {"/home/me/labs/mds/venv/lib/python3.11/site-packages/x/y.py", "x/y.py", FRAME_LIBRARY},
        {"/usr/lib/python3/dist-packages/numpy/linalg/linalg.py", "numpy/linalg/linalg.py",
         FRAME_LIBRARY},
        {"/usr/lib/python3.11/json/decoder.py", "json/decoder.py", FRAME_LIBRARY},
        {"<frozen importlib._bootstrap>", "<frozen importlib._bootstrap>", FRAME_LIBRARY},
        {"<__array_function__ internals>", "<__array_function__ internals>", FRAME_LIBRARY},
        {"<string>", "<string>", FRAME_LAB},
        {"/srv/app/__init__.py", "app/__init__.py", FRAME_LAB},
        {"__main__.py", "__main__.py", FRAME_LAB},
        {"script.py", "script.py", FRAME_LAB},
        {"", "", FRAME_LAB},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        enum frame_kind kind;
        char *name = labels_file(&labels, expected[i].path, &kind);
        cr_assert_str_eq(name, expected[i].name);
        cr_assert_eq(kind, expected[i].kind, "%s", expected[i].path);
        free(name);
    }
    cr_assert(labels_is_call(&labels, "<fortyfold>", "call"));
    cr_assert_not(labels_is_call(&labels, "<fortyfold>", "drive"));
    cr_assert_not(labels_is_call(&labels, "<string>", "call"));
    static const struct labels none = {NULL, NULL, NULL};
    cr_assert_not(labels_is_call(&none, "<string>", "call"));
}

Test(layout, known_versions)
{
    cr_assert_eq(layout_known(11)->minor, 11);
    cr_assert_eq(layout_known(12)->minor, 12);
    cr_assert_null(layout_known(10));
    cr_assert_null(layout_known(13), "3.13 describes itself");
}

/* What is not 3.13's own description must not be taken for it. */
Test(layout, offsets_are_checked)
{
    uint64_t words[LAYOUT_OFFSETS_WORDS] = {0};
    struct layout layout;
    bool free_threaded;
    cr_assert_not(layout_from_offsets(words, 13, &layout, &free_threaded));
    memcpy(&words[0], "xdebugpy", 8);
    words[1] = 0x030d00f0;
    cr_assert_not(layout_from_offsets(words, 13, &layout, &free_threaded), "all zero");
    words[26] = 232; /* thread_state.datastack_chunk */
    cr_assert(layout_from_offsets(words, 13, &layout, &free_threaded));
    cr_assert_eq(layout.thread_chunk, 232);
    cr_assert_not(layout.has_cframe);
    cr_assert_not(layout_from_offsets(words, 14, &layout, &free_threaded));
    words[2] = 1;
    cr_assert_not(layout_from_offsets(words, 13, &layout, &free_threaded));
    cr_assert(free_threaded);
    words[2] = 0;
    words[31] = 4096; /* interpreter_frame.instr_ptr: beyond what is read of a frame */
    cr_assert_not(layout_from_offsets(words, 13, &layout, &free_threaded));
    words[31] = (uint64_t)1 << 40;
    cr_assert_not(layout_from_offsets(words, 13, &layout, &free_threaded));
}

int image_test_function(int x);
__attribute__((noinline, visibility("default"))) int image_test_function(int x)
{
    return x + 1;
}

Test(image, names_a_function)
{
    struct image *image = image_open("/proc/self/exe");
    cr_assert_not_null(image);
    uint64_t value = image_symbol(image, "image_test_function");
    cr_assert_neq(value, 0);
    cr_assert_str_eq(image_function(image, value), "image_test_function");
    cr_assert_str_eq(image_function(image, value + 1), "image_test_function");
    cr_assert_null(image_function(image, 1));
    cr_assert_eq(image_symbol(image, "no such symbol"), 0);
    cr_assert_neq(image_section(image, ".text"), 0);
    cr_assert_eq(image_section(image, ".none"), 0);
    uint64_t bias;
    cr_assert(image_bias(image, 0x10000, 0, &bias));
    cr_assert_not(image_bias(image, 0x10000, (uint64_t)1 << 50, &bias));
    image_free(image);
    image_free(NULL);
}

Test(image, refuses_what_is_none)
{
    static const char *const paths[] = {"/proc/self/maps", "/dev/null", "/", "/nonexistent",
                                        "/etc/hostname"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        cr_assert_null(image_open(paths[i]), "%s", paths[i]);
    }
}

/* Every prefix of a real file, and the file with bytes changed, is read without reading beyond. */
Test(image, survives_damage)
{
    char *path = text_format("/tmp/fortyfold-image-%d", (int)getpid());
    FILE *self = fopen("/proc/self/exe", "rb");
    static char bytes[1 << 16];
    size_t size = fread(bytes, 1, sizeof bytes, self);
    fclose(self);
    for (size_t cut = 0; cut < size; cut += 997) {
        char *copy = malloc(cut + 1);
        memcpy(copy, bytes, cut);
        for (size_t i = 40; i < cut && i < 64; i += 3) {
            copy[i] = (char)(copy[i] ^ (cut & 0xff));
        }
        cr_assert_eq(text_write_file(path, copy, cut), STATUS_OK);
        struct image *image = image_open(path);
        if (image != NULL) {
            uint64_t bias;
            image_symbol(image, "main");
            image_section(image, ".text");
            image_function(image, 0x1000);
            image_bias(image, 0, 0, &bias);
        }
        image_free(image);
        free(copy);
    }
    unlink(path);
    free(path);
}

Test(memory, reads_or_says_no)
{
    static const uint64_t words[2] = {7, 8};
    uint64_t copy[2] = {0, 0};
    pid_t self = getpid();
    cr_assert(memory_read(self, (uint64_t)(uintptr_t)words, copy, sizeof copy));
    cr_assert_eq(copy[1], 8);
    cr_assert_eq(memory_word(self, (uint64_t)(uintptr_t)&words[1]), 8);
    cr_assert_not(memory_read(self, 8, copy, sizeof copy));
    cr_assert_eq(memory_word(self, 8), 0);
    struct memory_piece pieces[3000];
    unsigned char bytes[3000];
    for (size_t i = 0; i < 3000; i++) { /* more than one system call takes */
        pieces[i] = (struct memory_piece){(uint64_t)(uintptr_t)words + i % 16, &bytes[i], 1};
    }
    cr_assert(memory_gather(self, pieces, 3000));
    cr_assert_eq(bytes[2992], 7);
    pieces[2999].address = 8;
    cr_assert_not(memory_gather(self, pieces, 3000));
    cr_assert(memory_gather(self, pieces, 0));
}

/* A str of CPython 3.12 in our own memory. */
struct text_object {
    uint64_t references, type, length, hash;
    uint32_t state, padding;
    unsigned char data[64];
};

Test(object, texts_become_utf8)
{
    const struct layout *layout = layout_known(12);
    size_t size;
    struct text_object object = {.length = 5, .state = 1 << 2 | 1 << 5 | 1 << 6};
    memcpy(object.data, "a\nbcd", 5);
    uint64_t address = (uint64_t)(uintptr_t)&object;
    char *text = object_text(getpid(), layout, address, &size);
    cr_assert_str_eq(text, "a?bcd");
    cr_assert_eq(size, 45);
    free(text);
    static const uint16_t pairs[] = {0xe9, 0x20ac, 0xd800, 'x'};
    object.length = 4;
    object.state = 2 << 2 | 1 << 5;
    memcpy(object.data + 16, pairs, sizeof pairs);
    text = object_text(getpid(), layout, address, &size);
    cr_assert_str_eq(text, "é€?x");
    free(text);
    static const uint32_t wholes[] = {0x1f525, 0x110000};
    object.length = 2;
    object.state = 4 << 2 | 1 << 5;
    memcpy(object.data + 16, wholes, sizeof wholes);
    text = object_text(getpid(), layout, address, NULL);
    cr_assert_str_eq(text, "🔥?");
    free(text);
    object.state = 0;
    cr_assert_null(object_text(getpid(), layout, address, NULL));
    cr_assert_null(object_text(getpid(), layout, 0, NULL));
    cr_assert_null(object_text(getpid(), layout, 8, NULL));
}

Test(tree, finds_its_nodes_again)
{
    struct tree tree;
    enum { WIDE = 3000 };
    static uint32_t nodes[WIDE];
    cr_assert_eq(tree_make(&tree), STATUS_OK);
    for (uint32_t i = 0; i < WIDE; i++) {
        uint32_t parent = i == 0 ? TREE_ROOT : nodes[(i - 1) / 3];
        cr_assert_eq(tree_child(&tree, parent, i % 7, &nodes[i]), STATUS_OK);
        cr_assert_neq(nodes[i], TREE_ROOT);
    }
    for (uint32_t i = 0; i < WIDE; i++) {
        uint32_t parent = i == 0 ? TREE_ROOT : nodes[(i - 1) / 3], again;
        cr_assert_eq(tree_child(&tree, parent, i % 7, &again), STATUS_OK);
        cr_assert_eq(again, nodes[i]);
        cr_assert_eq(tree.nodes[again].parent, parent);
    }
    tree_free(&tree);
}

static uint32_t frame(struct profile *profile, const char *function, int line, enum frame_kind kind)
{
    uint32_t index;
    const struct profile_frame new = {kind == FRAME_MARK ? "" : "x.py", function, line, kind};
    cr_assert_eq(profile_intern(profile, &new, &index), STATUS_OK);
    return index;
}

Test(hot, counts_each_stack_once)
{
    struct profile profile = {0};
    struct hot_function *functions;
    size_t count;
    uint32_t down1 = frame(&profile, "down", 1, FRAME_LAB);
    uint32_t down2 = frame(&profile, "down", 2, FRAME_LAB);
    uint32_t leaf = frame(&profile, "leaf", 5, FRAME_LAB);
    uint32_t idle = frame(&profile, "idle", 0, FRAME_MARK);
    cr_assert_eq(profile_add(&profile, (uint32_t[]){down1, down2, down2, leaf}, 4, 10), STATUS_OK);
    cr_assert_eq(profile_add(&profile, (uint32_t[]){down1, down2}, 2, 3), STATUS_OK);
    cr_assert_eq(profile_add(&profile, (uint32_t[]){leaf, idle}, 2, 4), STATUS_OK);
    cr_assert_eq(hot_functions(&profile, &functions, &count), STATUS_OK);
    cr_assert_eq(count, 2);
    cr_assert_str_eq(functions[0].function, "leaf");
    cr_assert_eq(functions[0].total_count, 14);
    cr_assert_eq(functions[0].self_count, 14);
    cr_assert_str_eq(functions[1].function, "down");
    cr_assert_eq(functions[1].total_count, 13);
    cr_assert_eq(functions[1].self_count, 3);
    free(functions);
    profile_free(&profile);
}

static uint64_t address_of(const void *thing)
{
    return (uint64_t)(uintptr_t)thing;
}

/* Two chunks in our own memory; the younger grows, shrinks, and is replaced, between two looks. */
Test(stack_chunks, what_was_expected_is_checked)
{
    static uint64_t old[512], young[2048], other[2048];
    struct stack_chunks chunks = {0};
    struct stack_trail trail = {0};
    struct {
        uint64_t *first;
        size_t words;
        bool is_expected; /* by what the look before left */
    } looks[] = {{young, 20, false}, {young, 20, true},    {young, 30, true},
                 {young, 8, true},   {young, 2000, false}, {young, 2001, true},
                 {other, 20, false}, {other, 20, true},    {young, 20, false}};
    for (size_t i = 0; i < 2048; i++) {
        young[i] = 7000 + i;
        other[i] = 9000 + i;
        old[i % 512] = i % 512;
    }
    old[CHUNK_PREVIOUS / 8] = 0;
    old[CHUNK_TOP / 8] = 40;
    young[CHUNK_PREVIOUS / 8] = other[CHUNK_PREVIOUS / 8] = address_of(old);
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        struct memory_piece piece = {0};
        size_t hint = 0;
        uint64_t first = address_of(looks[i].first), top = first + 8 * looks[i].words;
        bool is_known = stack_chunks_expect(&chunks, &trail, &piece);
        cr_assert(!is_known || memory_read(getpid(), piece.address, piece.to, piece.size));
        cr_assert_eq(is_known && piece.address == first && piece.size >= top - first,
                     looks[i].is_expected, "%zu", i);
        young[7]++; /* nothing of an earlier look may serve */
        other[7]++;
        is_known = is_known && memory_read(getpid(), piece.address, piece.to, piece.size);
        cr_assert(
            stack_chunks_read(&chunks, &trail, getpid(), first, top, is_known ? &piece : NULL));
        cr_assert_eq(chunks.count, 2);
        const unsigned char *bytes =
            stack_chunks_find(&chunks, first + 24, top - first - 24, &hint);
        cr_assert_not_null(bytes);
        cr_assert_eq(memcmp(bytes, looks[i].first + 3, top - first - 24), 0);
        cr_assert_null(stack_chunks_find(&chunks, top, 8, &hint));
        hint = 0;
        bytes = stack_chunks_find(&chunks, address_of(&old[42]), 8, &hint);
        cr_assert_not_null(bytes);
        cr_assert_eq(memory_u64(bytes, 0), 42);
    }
    cr_assert_not(stack_chunks_read(&chunks, &trail, getpid(), 0, 0, NULL));
    stack_chunks_free(&chunks);
    stack_trail_free(&trail);
}

/* The frames of a thread of CPython 3.11 whose _PyCFrames move about in our own memory. */
Test(stack_begin, guesses_are_checked)
{
    static uint64_t state[THREAD_BYTES / 8], cframes[4][3];
    const struct layout *layout = layout_known(11);
    struct stack_begin_guess guess = {{0, 0}};
    struct stack_begin begin;
    uint64_t also = 0, there = 77;
    struct memory_piece piece = {address_of(&there), &also, 8};
    const struct memory_piece bad = {1, &also, 8};
    static const size_t newest[][2] = {{0, 1}, {0, 1}, {2, 1}, {2, 3}, {0, 3}, {0, 0}};
    bool also_read;
    state[layout->thread_native / 8] = 42;
    state[layout->thread_chunk / 8] = 4096;
    state[layout->thread_stack_top / 8] = 5000;
    for (size_t i = 0; i < 4; i++) {
        cframes[i][layout->cframe_frame / 8] = 100 + i;
    }
    for (size_t i = 0; i < 2 * sizeof newest / sizeof *newest; i++) {
        const size_t *now = newest[i / 2];
        size_t more = i % 2 == 0 ? 1 : 0;
        state[layout->thread_frame / 8] = address_of(cframes[now[0]]);
        cframes[now[0]][layout->cframe_frame / 8 + 1] = address_of(cframes[now[1]]);
        cframes[now[0]][layout->cframe_frame / 8] = 200 + i;
        cframes[now[1]][layout->cframe_frame / 8] += now[0] != now[1] ? 10 : 0;
        also = 0;
        cr_assert_eq(stack_begin_read(getpid(), layout, address_of(state), 42, &guess, &piece, more,
                                      &also_read, &begin),
                     STACK_BEGIN_GOOD);
        cr_assert_eq(begin.frames[0], 200 + i);
        cr_assert_eq(begin.frames[1], cframes[now[1]][layout->cframe_frame / 8]);
        cr_assert_eq(begin.chunk, 4096);
        cr_assert_eq(begin.top, 5000);
        cr_assert_eq(also_read, i % 2 == 0);
        cr_assert_eq(also, i % 2 == 0 ? 77 : 0);
    }
    /* What can no more be read costs only the haste. */
    guess.cframes[1] = UINT64_MAX - 7;
    cr_assert_eq(stack_begin_read(getpid(), layout, address_of(state), 42, &guess, &bad, 1,
                                  &also_read, &begin),
                 STACK_BEGIN_GOOD);
    cr_assert_not(also_read);
    cr_assert_eq(begin.frames[0], 200 + 11);
    cr_assert_eq(stack_begin_read(getpid(), layout, address_of(state), 41, &guess, &bad, 0,
                                  &also_read, &begin),
                 STACK_BEGIN_GONE);
    cr_assert_eq(stack_begin_read(getpid(), layout, 8, 42, &guess, &bad, 0, &also_read, &begin),
                 STACK_BEGIN_GONE);
    state[layout->thread_frame / 8] = 8;
    cr_assert_eq(stack_begin_read(getpid(), layout, address_of(state), 42, &guess, &bad, 0,
                                  &also_read, &begin),
                 STACK_BEGIN_TORN);
}

/* A thread of CPython 3.11 in our own memory whose innermost "frame" is what the C stack held. */
Test(stack, survives_any_address)
{
    static uint64_t state[THREAD_BYTES / 8], cframe[3], chunk[64];
    static const uint64_t addresses[] = {UINT64_MAX, UINT64_MAX - 7,   UINT64_MAX - 71, 1,
                                         8,          (uint64_t)1 << 63};
    const struct layout *layout = layout_known(11);
    struct interpreter interpreter = {.layout = *layout};
    struct labels labels = {0};
    struct profile profile = {0};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        struct code_cache cache = {.labels = &labels, .profile = &profile};
        struct stack stack = {0};
        struct stack_memo memo = {0};
        enum stack_answer answer;
        state[layout->thread_native / 8] = 42;
        state[layout->thread_frame / 8] = (uint64_t)(uintptr_t)cframe;
        state[layout->thread_chunk / 8] = (uint64_t)(uintptr_t)chunk;
        state[layout->thread_stack_top / 8] = (uint64_t)(uintptr_t)&chunk[64];
        cframe[1] = addresses[i];
        cr_assert_eq(stack_read(&stack, &memo, &cache, getpid(), &interpreter,
                                (uint64_t)(uintptr_t)state, 42, &answer),
                     STATUS_OK);
        cr_assert_eq(answer, STACK_TORN);
        cr_assert_eq(stack_read(&stack, &memo, &cache, getpid(), &interpreter,
                                (uint64_t)(uintptr_t)state, 41, &answer),
                     STATUS_OK);
        cr_assert_eq(answer, STACK_OTHERS);
        stack_free(&stack);
        stack_memo_free(&memo);
        code_clear(&cache);
    }
    profile_free(&profile);
}
