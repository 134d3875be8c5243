#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "profile/boxes.h"
#include "profile/changes.h"
#include "profile/escape.h"
#include "profile/save.h"
#include "profile/speedscope.h"
#include "profile/svg_parts.h"
#include "tests/golden.h"
#include "tests/profiles.h"

static const char *word(const struct boxes *boxes, size_t i)
{
    return boxes_name(boxes, boxes->tree.nodes[boxes->items[i].node].frame)->function;
}

/* The boxes as text: a line each, indented by level, with samples of OLD (if any) and NEW. */
static char *printed(const struct boxes *boxes)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < boxes->count; i++) {
        uint32_t node = boxes->items[i].node;
        fprintf(out, "%*s%s ", (int)boxes->items[i].level, "", word(boxes, i));
        if (boxes->totals[SIDE_OLD] != NULL) {
            fprintf(out, "%zu→", (size_t)boxes->totals[SIDE_OLD][node]);
        }
        fprintf(out, "%zu\n", (size_t)boxes->totals[SIDE_NEW][node]);
    }
    fclose(out);
    return text;
}

static void check_boxes(const struct profile *old, const struct profile *new, bool lines,
                        enum recursion recursion, const char *wanted)
{
    struct boxes boxes;
    cr_assert_eq(boxes_make(old, new, lines, recursion, &boxes), STATUS_OK);
    char *text = printed(&boxes);
    cr_expect_str_eq(text, wanted);
    free(text);
    boxes_free(&boxes);
}

Test(boxes, are_functions_the_widest_first)
{
    struct profile profile = profiles_small();
    check_boxes(NULL, &profile, false, RECURSION_AUTO,
                "main 1000\n"
                " solve 962\n"
                "  compute_distance_matrix 880\n"
                "   sqrt 90\n"
                "  sum 42\n"
                "   DOUBLE_add 30\n"
                "  compute_error 40\n"
                " idle 38\n");
    check_boxes(NULL, &profile, true, RECURSION_AUTO,
                "main 1000\n"
                " solve 750\n"
                "  compute_distance_matrix 540\n"
                "  compute_distance_matrix 210\n"
                "   sqrt 90\n"
                " solve 170\n"
                "  compute_distance_matrix 130\n"
                "  compute_error 40\n"
                " solve 42\n"
                "  sum 42\n"
                "   DOUBLE_add 30\n"
                " idle 38\n");
    profile_free(&profile);
}

Test(boxes, know_their_lines)
{
    struct profile profile = profiles_small();
    struct boxes boxes;
    cr_assert_eq(boxes_make(NULL, &profile, false, RECURSION_AUTO, &boxes), STATUS_OK);
    size_t count;
    cr_assert_str_eq(word(&boxes, 1), "solve");
    const struct box_line *lines = boxes_lines(&boxes, boxes.items[1].node, &count);
    cr_assert_eq(count, 3);
    cr_expect(lines[0].line == 52 && lines[0].samples_count == 750);
    cr_expect(lines[1].line == 57 && lines[1].samples_count == 170);
    cr_expect(lines[2].line == 60 && lines[2].samples_count == 42);
    boxes_lines(&boxes, boxes.items[0].node, &count);
    cr_expect_eq(count, 0, "a mark has no lines");
    boxes_free(&boxes);
    profile_free(&profile);
}

Test(boxes, of_two_profiles_are_compared_by_function)
{
    struct profile old = profiles_small(), new = profiles_improved();
    check_boxes(&old, &new, true, RECURSION_AUTO,
                "main 1000→100\n"
                " solve 962→95\n"
                "  compute_distance_matrix 880→50\n"
                "   norm 0→30\n"
                "    dnrm2_ 0→30\n"
                "   sqrt 90→0\n"
                "  compute_error 40→25\n"
                "  sum 42→0\n"
                "   DOUBLE_add 30→0\n"
                " idle 38→5\n");
    profile_free(&old);
    profile_free(&new);
}

Test(boxes, of_a_version_that_calls_another_are_compared)
{
    struct profile old = {0}, new = {0};
    profiles_add(&old, "naive.py:solve:7;naive.py:move:3", 4);
    profiles_add(&new, "vectorised.py:solve:5;naive.py:solve:7;naive.py:move:3", 2);
    check_boxes(&old, &new, false, RECURSION_AUTO, "solve 4→2\n move 4→2\n");
    profile_free(&old);
    profile_free(&new);
}

Test(boxes, of_threads_are_compared_without_their_numbers)
{
    struct profile old = {0}, new = {0};
    profiles_add(&old, "[process 17];a.py:f:1", 3);
    profiles_add(&new, "[process 2345];b.py:f:9", 4);
    profiles_add(&new, "[waiting];x/b.py:f:9 [library]", 1);
    profiles_add(&old, "[waiting];y/b.py:f:9 [library]", 1);
    check_boxes(&old, &new, false, RECURSION_AUTO,
                "process 2345 3→4\n"
                " f 3→4\n"
                "waiting 1→1\n"
                " f 1→0\n"
                " f 0→1\n");
    profile_free(&old);
    profile_free(&new);
}

static const struct {
    const char *stack, *boxes;
} recursions[] = {
    {"a;a;a;b", "a 1\n b 1\n"},
    {"m;f;g;f;g;f;g;h", "m 1\n f 1\n  g 1\n   h 1\n"},
    {"m;f;g;f;h", "m 1\n f 1\n  g 1\n   f 1\n    h 1\n"},
    {"a;b;c;a;b;c;d", "a 1\n b 1\n  c 1\n   d 1\n"},
    {"a;b;a;c", "a 1\n b 1\n  a 1\n   c 1\n"},
    {"a;b;b;a;b;b;c", "a 1\n b 1\n  c 1\n"},
};

Test(boxes, fold_what_calls_itself)
{
    for (size_t i = 0; i < sizeof recursions / sizeof *recursions; i++) {
        struct profile profile = {0};
        profiles_add(&profile, recursions[i].stack, 1);
        check_boxes(NULL, &profile, false, RECURSION_FOLD, recursions[i].boxes);
        profile_free(&profile);
    }
}

Test(boxes, of_deep_recursions_are_few)
{
    struct profile profile = profiles_deep(5000);
    struct boxes boxes;
    cr_assert_eq(boxes_make(NULL, &profile, false, RECURSION_AUTO, &boxes), STATUS_OK);
    cr_expect(boxes.is_folded && !boxes.is_cut);
    cr_expect_eq(boxes.levels_count, 3);
    cr_expect_eq(boxes.deepest_count, 5002);
    cr_expect_eq(boxes.folded[boxes.items[1].node], 4999);
    cr_expect_eq(boxes.totals[SIDE_NEW][boxes.items[0].node], profile.samples_count);
    size_t count;
    const struct box_line *lines = boxes_lines(&boxes, boxes.items[1].node, &count);
    cr_assert_eq(count, 1);
    cr_expect_eq(lines[0].samples_count, boxes.totals[SIDE_NEW][boxes.items[1].node]);
    boxes_free(&boxes);
    cr_assert_eq(boxes_make(NULL, &profile, false, RECURSION_KEEP, &boxes), STATUS_OK);
    cr_expect_eq(boxes.levels_count, 5002);
    boxes_free(&boxes);
    profile_free(&profile);
    profile = profiles_deep(BOXES_LEVELS_MAX + 7);
    cr_assert_eq(boxes_make(NULL, &profile, false, RECURSION_KEEP, &boxes), STATUS_OK);
    cr_expect(boxes.is_cut);
    cr_expect_eq(boxes.levels_count, BOXES_LEVELS_MAX);
    cr_expect_eq(boxes.totals[SIDE_NEW][boxes.items[0].node], profile.samples_count);
    boxes_free(&boxes);
    profile_free(&profile);
}

/* Any profile: totals are sums, each box stands before those it called, nothing is lost. */
Test(boxes, lose_no_sample)
{
    struct profile profiles[] = {profiles_crowd(), profiles_hostile(), profiles_wide(2000)};
    for (size_t i = 0; i < 3; i++) {
        for (int recursion = RECURSION_AUTO; recursion <= RECURSION_FOLD; recursion++) {
            struct boxes boxes;
            cr_assert_eq(boxes_make(NULL, &profiles[i], i == 1, (enum recursion)recursion, &boxes),
                         STATUS_OK);
            uint64_t roots = 0, selves = 0;
            uint32_t before = 0;
            for (size_t j = 0; j < boxes.count; j++) {
                uint32_t node = boxes.items[j].node, level = boxes.items[j].level;
                roots += level == 0 ? boxes.totals[SIDE_NEW][node] : 0;
                selves += boxes.selves[SIDE_NEW][node];
                cr_assert_leq(level, before);
                before = level + 1;
            }
            cr_expect_eq(roots, profiles[i].samples_count);
            cr_expect_eq(selves, profiles[i].samples_count);
            boxes_free(&boxes);
        }
        profile_free(&profiles[i]);
    }
}

Test(changes, are_those_of_functions_each_sample_once)
{
    struct profile old = {0}, new = {0};
    struct boxes boxes;
    struct change changes[3];
    size_t found;
    profiles_add(&old, "a.py:main:1;a.py:f:2;a.py:f:2;a.py:g:3", 50);
    profiles_add(&old, "a.py:main:1;a.py:g:3;a.py:f:2", 25);
    profiles_add(&old, "a.py:main:1", 25);
    profiles_add(&new, "b.py:main:1;b.py:h:1", 30);
    profiles_add(&new, "b.py:main:1;b.py:f:2", 10);
    profiles_add(&new, "b.py:main:1", 10);
    cr_assert_eq(boxes_make(&old, &new, false, RECURSION_KEEP, &boxes), STATUS_OK);
    cr_assert_eq(changes_find(&boxes, 0.005, changes, 3, &found), STATUS_OK);
    cr_assert_eq(found, 3);
    static const struct {
        const char *function;
        double old, new;
    } wanted[] = {{"g", 0.75, 0}, {"h", 0, 0.6}, {"f", 0.75, 0.2}};
    for (size_t i = 0; i < found; i++) {
        cr_expect_str_eq(boxes_name(&boxes, changes[i].name)->function, wanted[i].function);
        cr_expect_float_eq(changes[i].shares[SIDE_OLD], wanted[i].old, 1e-12);
        cr_expect_float_eq(changes[i].shares[SIDE_NEW], wanted[i].new, 1e-12);
    }
    cr_assert_eq(changes_find(&boxes, 0.7, changes, 3, &found), STATUS_OK);
    cr_expect_eq(found, 1);
    boxes_free(&boxes);
    profile_free(&old);
    profile_free(&new);
}

/* The picture without its style and script: those are tested in a browser. */
static char *drawn(const struct profile *old, const struct profile *new,
                   const struct svg_options *options)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(old == NULL ? svg_write(new, options, out)
                             : svg_write_diff(old, new, options, out),
                 STATUS_OK);
    fclose(out);
    for (char *begin = text, *end; (begin = strstr(begin, "<![CDATA[")) != NULL;) {
        end = strstr(begin, "]]>");
        cr_assert_not_null(end);
        memmove(begin, end + 3, strlen(end + 3) + 1);
    }
    return text;
}

Test(svg, says_a_rate_as_it_was_given)
{
    struct profile profile = profiles_small();
    profile.rate_hz = 0.5;
    char *text = drawn(NULL, &profile, &(struct svg_options){0});
    cr_expect_neq(strstr(text, "asked for: 0.5 a second"), NULL);
    free(text);
    profile_free(&profile);
}

Test(svg, is_golden)
{
    struct profile small = profiles_small(), improved = profiles_improved();
    struct profile hostile = profiles_hostile();
    const struct {
        const char *name;
        const struct profile *old, *new;
        struct svg_options options;
    } pictures[] = {
        {"profile_small.svg", NULL, &small, {0}},
        {"profile_lines.svg", NULL, &small, {.title = "Lines", .lines = true, .icicle = true}},
        {"profile_changes.svg", &small, &improved, {0}},
        {"profile_hostile.svg", NULL, &hostile, {0}},
    };
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        char *text = drawn(pictures[i].old, pictures[i].new, &pictures[i].options);
        cr_expect(golden_matches(pictures[i].name, text), "%s", pictures[i].name);
        free(text);
    }
    profile_free(&small);
    profile_free(&improved);
    profile_free(&hostile);
}

Test(svg, an_empty_profile_is_refused)
{
    struct profile empty = {0}, small = profiles_small();
    FILE *out = fopen("/dev/null", "w");
    cr_expect_eq(svg_write(&empty, NULL, out), STATUS_BAD_INPUT);
    cr_expect_eq(svg_write_diff(&empty, &small, NULL, out), STATUS_BAD_INPUT);
    cr_expect_eq(svg_write_diff(&small, &empty, NULL, out), STATUS_BAD_INPUT);
    fclose(out);
    profile_free(&small);
}

Test(svg, a_text_is_cut_to_its_room)
{
    static const struct {
        const char *text;
        double room_px;
        const char *fits;
    } cases[] = {{"abc", 100, "abc"},
                 {"abc", 0, ""},
                 {"abcdefghij", 60, "abcdef…"},
                 {"abcdefghij", 20, ""},
                 {"a<b&c", 100, "a&lt;b&amp;c"},
                 {"名前名前名前", 60, "名前名…"},
                 {"", 50, ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        double width = svg_print_fitting(cases[i].text, cases[i].room_px, out);
        fclose(out);
        cr_expect_str_eq(text, cases[i].fits);
        cr_expect_leq(width, cases[i].room_px);
        free(text);
    }
}

Test(speedscope, is_what_its_reader_expects)
{
    struct profile profiles[] = {profiles_small(), profiles_hostile(), profiles_deep(300)};
    for (size_t i = 0; i < 3; i++) {
        char *text = NULL;
        size_t size = 0, j;
        json_t *stack, *frame;
        FILE *out = open_memstream(&text, &size);
        cr_assert_eq(speedscope_write(&profiles[i], out), STATUS_OK);
        fclose(out);
        json_error_t error;
        json_t *file = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
        cr_assert_not_null(file, "%s", error.text);
        json_t *frames = json_object_get(json_object_get(file, "shared"), "frames");
        json_t *profile = json_array_get(json_object_get(file, "profiles"), 0);
        json_t *samples = json_object_get(profile, "samples");
        json_t *weights = json_object_get(profile, "weights");
        cr_expect_eq(json_array_size(frames), profiles[i].frames_count);
        cr_expect_eq(json_array_size(samples), profiles[i].stacks_count);
        cr_expect_eq(json_array_size(weights), profiles[i].stacks_count);
        json_int_t sum = 0;
        json_array_foreach(samples, j, stack)
        {
            size_t k;
            json_array_foreach(stack, k, frame)
            {
                cr_expect_lt(json_integer_value(frame), (json_int_t)profiles[i].frames_count);
            }
            sum += json_integer_value(json_array_get(weights, j));
        }
        cr_expect_eq(sum, (json_int_t)profiles[i].samples_count);
        cr_expect_eq(json_integer_value(json_object_get(profile, "endValue")), sum);
        json_decref(file);
        free(text);
        profile_free(&profiles[i]);
    }
}

Test(escape, leaves_nothing_that_means_something)
{
    static const char text[] = "<a href=\"x\">&]]>\\ \x01\xff\xe2\x80\xae";
    char *escaped = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&escaped, &size);
    escape_xml(text, out);
    putc('\n', out);
    escape_json(text, out);
    fclose(out);
    cr_expect_str_eq(escaped, "&lt;a href=&quot;x&quot;&gt;&amp;]]&gt;\\ ���\n"
                              "\"\\u003ca href=\\\"x\\\"\\u003e\\u0026]]\\u003e\\\\ ���\"");
    free(escaped);
}

static const struct {
    const char *path;
    enum status status;
    enum save_format format;
} paths[] = {
    {"a.svg", STATUS_OK, SAVE_SVG},
    {"/x/y.folded", STATUS_OK, SAVE_FOLDED},
    {"b.speedscope.json", STATUS_OK, SAVE_SPEEDSCOPE},
    {"a.json", STATUS_BAD_INPUT, 0},
    {"a.svgz", STATUS_BAD_INPUT, 0},
    {"a.SVG", STATUS_BAD_INPUT, 0},
    {"svg", STATUS_BAD_INPUT, 0},
    {"x/.svg", STATUS_BAD_INPUT, 0},
    {"", STATUS_BAD_INPUT, 0},
};

Test(save, the_ending_says_the_format)
{
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        enum save_format format = SAVE_FORMATS;
        cr_expect_eq(save_format(paths[i].path, &format), paths[i].status, "%s", paths[i].path);
        if (paths[i].status == STATUS_OK) {
            cr_expect_eq(format, paths[i].format);
        } else {
            const char *said = status_explanation(STATUS_BAD_INPUT);
            cr_expect(strstr(said, ".svg") && strstr(said, ".folded") &&
                      strstr(said, ".speedscope.json"));
        }
    }
}

Test(save, a_file_is_written_whole_or_not_at_all)
{
    struct profile small = profiles_small(), empty = {0};
    char folder[] = "/tmp/fortyfold-test-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    static const char *const endings[] = {"svg", "folded", "speedscope.json"};
    for (size_t i = 0; i < 3; i++) {
        char *path = text_format("%s/a.%s", folder, endings[i]);
        cr_expect_eq(profile_save(path, &small, NULL), STATUS_OK);
        char *whole = text_read_file(path, 1 << 20);
        cr_expect_gt(strlen(whole), 100);
        /* What fails leaves the file as it was, and none beside it. */
        cr_expect_eq(profile_save(path, &empty, NULL), STATUS_BAD_INPUT);
        cr_expect_eq(profile_save_diff(path, &empty, &small, NULL), STATUS_BAD_INPUT);
        if (i > 0) {
            cr_expect_eq(profile_save_diff(path, &small, &small, NULL), STATUS_BAD_INPUT);
        }
        char *still = text_read_file(path, 1 << 20);
        cr_expect_str_eq(still, whole);
        free(still);
        free(whole);
        unlink(path);
        free(path);
    }
    cr_expect_eq(rmdir(folder), 0, "something was left");
    cr_expect_eq(profile_save("/proc/none/a.svg", &small, NULL), STATUS_IO);
    profile_free(&small);
}
