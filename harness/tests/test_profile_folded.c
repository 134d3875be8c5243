#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "profile/folded.h"
#include "profile/letters.h"
#include "profile/spelling.h"
#include "profile/svg.h"
#include "tests/golden.h"
#include "tests/profiles.h"

static char *folded(const struct profile *profile)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_not_null(out);
    cr_assert_eq(folded_write(profile, out), STATUS_OK);
    fclose(out);
    return text;
}

/* Reads `size` bytes as a file, whose name is "stacks.folded". */
static enum status unfold(const char *text, size_t size, struct profile *profile)
{
    char folder[] = "/tmp/fortyfold-test-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    char *path = text_format("%s/stacks.folded", folder);
    FILE *file = fopen(path, "we");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(text, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);
    enum status status = folded_read(path, profile);
    unlink(path);
    rmdir(folder);
    free(path);
    return status;
}

static void check_round_trip(const struct profile *profile)
{
    struct profile back;
    char *text = folded(profile);
    cr_assert_eq(unfold(text, strlen(text), &back), STATUS_OK, "%s",
                 status_explanation(STATUS_BAD_INPUT));
    cr_expect(profiles_equal(profile, &back), "%.2000s", text);
    char *again = folded(&back);
    cr_expect_str_eq(text, again);
    free(again);
    free(text);
    profile_free(&back);
}

Test(folded, is_golden)
{
    struct profile profile = profiles_small();
    char *text = folded(&profile);
    cr_expect(golden_matches("profile_small.folded", text), "%s", text);
    free(text);
    profile_free(&profile);
    profile = profiles_hostile();
    text = folded(&profile);
    cr_expect(golden_matches("profile_hostile.folded", text), "%s", text);
    free(text);
    profile_free(&profile);
}

Test(folded, comes_back_as_it_was)
{
    struct profile profiles[] = {profiles_small(), profiles_improved(), profiles_hostile(),
                                 profiles_deep(300), profiles_wide(500)};
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        check_round_trip(&profiles[i]);
        profile_free(&profiles[i]);
    }
}

/* A strict reading of the format: what flamegraph.pl's expression takes, in valid UTF-8. */
static void check_strictly(const char *text)
{
    uint32_t letter;
    size_t size;
    for (const char *at = text; (size = letters_next(at, &letter)) > 0; at += size) {
        cr_assert(letter == '\n' || (letter >= ' ' && letter != 0x7F), "a control character");
        cr_assert_not(letter == LETTERS_BROKEN && size == 1, "not UTF-8");
    }
    char *copy = strdup(text), *rest = copy;
    while (rest != NULL && *rest != '\0') {
        char *line = strsep(&rest, "\n"), *space = strrchr(line, ' ');
        cr_assert_not_null(rest, "no end of line");
        cr_assert(space != NULL && space > line, "%s", line);
        cr_assert(space[1] != '\0' && space[1 + strspn(space + 1, "0123456789")] == '\0');
        *space = '\0';
        /* A second number would be a comparison to flamegraph.pl. */
        char *second = strpbrk(line, " \t") == NULL ? NULL : strrchr(line, ' ');
        cr_assert(second == NULL || second[1 + strspn(second + 1, "0123456789.")] != '\0', "%s",
                  line);
        while (line != NULL) {
            cr_assert_neq(*strsep(&line, ";"), '\0', "an empty frame");
        }
    }
    free(copy);
}

Test(folded, keeps_to_the_format)
{
    struct profile profiles[] = {profiles_small(), profiles_hostile(), profiles_wide(500)};
    for (size_t i = 0; i < sizeof profiles / sizeof *profiles; i++) {
        char *text = folded(&profiles[i]);
        check_strictly(text);
        free(text);
        profile_free(&profiles[i]);
    }
}

static const struct {
    const char *text;
    struct profile_frame frame;
} spellings[] = {
    {"naive.py:solve:31", {"naive.py", "solve", 31, FRAME_LAB}},
    {"a b.py:A.<locals>.<lambda>:1", {"a b.py", "A.<locals>.<lambda>", 1, FRAME_LAB}},
    {"C:\\a.py:f:0", {"C:\\a.py", "f", 0, FRAME_LAB}},
    {"json/decoder.py:decode:340 [library]", {"json/decoder.py", "decode", 340, FRAME_LIBRARY}},
    {"libblas.so.3:dgemm_", {"libblas.so.3", "dgemm_", 0, FRAME_NATIVE}},
    {"libx.so:ns::f<int>(int)", {"libx.so", "ns::f<int>(int)", 0, FRAME_NATIVE}},
    {"[thread worker 3]", {"", "thread worker 3", 0, FRAME_MARK}},
    {"[libc.so.6]", {"", "libc.so.6", 0, FRAME_MARK}},
    {"main", {"", "main", 0, FRAME_NATIVE}},
    {"", {"", "unknown", 0, FRAME_MARK}},
    {"a.py:f%3Bg:2", {"a.py", "f;g", 2, FRAME_LAB}},
    {"100%", {"", "100%", 0, FRAME_NATIVE}},
    {"50%00", {"", "50%00", 0, FRAME_NATIVE}},
    {"f:123456789012", {"f", "123456789012", 0, FRAME_NATIVE}},
    {"solve (naive.py:31)", {"naive.py", "solve", 31, FRAME_LAB}},
    {"sum (/usr/lib/python3/dist-packages/numpy/core/fromnumeric.py:2313)",
     {"/usr/lib/python3/dist-packages/numpy/core/fromnumeric.py", "sum", 2313, FRAME_LIBRARY}},
    {"f(int) (x)", {"", "f(int) (x)", 0, FRAME_NATIVE}},
    {"(:1)", {"(", "1)", 0, FRAME_NATIVE}},
    {" (:1)", {"", "", 1, FRAME_LAB}},
};

Test(spelling, is_read)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        struct profile_frame frame;
        const struct profile_frame *wanted = &spellings[i].frame;
        char *text = strdup(spellings[i].text);
        spelling_parse(text, &frame);
        cr_expect_str_eq(frame.file, wanted->file, "%s", spellings[i].text);
        cr_expect_str_eq(frame.function, wanted->function, "%s", spellings[i].text);
        cr_expect_eq(frame.line, wanted->line, "%s", spellings[i].text);
        cr_expect_eq(frame.kind, wanted->kind, "%s", spellings[i].text);
        free(text);
    }
}

static void check_frame(const struct profile_frame *frame)
{
    struct profile_frame back;
    char *text = spelling_make(frame), *kept = strdup(text);
    cr_assert_not_null(strchr(text, '\0'));
    spelling_parse(text, &back);
    cr_assert(back.kind == frame->kind && back.line == frame->line &&
                  strcmp(back.file, frame->file) == 0 &&
                  strcmp(back.function, frame->function) == 0,
              "“%s”, “%s”, %d, kind %d was spelled “%s”", frame->file, frame->function, frame->line,
              (int)frame->kind, kept);
    free(kept);
    free(text);
}

/* Texts from the bytes that mean something somewhere: every one must come back. */
Test(spelling, comes_back_whatever_the_names_are)
{
    static const char *const pieces[] = {
        ":", ";", "[",   "]",  " ", "(",    ")",          "%",      "3B",       "1",
        "0", "f", ".py", "\n", "λ", "\xff", " [library]", " (x:1)", "\xe2\x82", "."};
    uint64_t state = 11;
    for (int round = 0; round < 200000; round++) {
        char texts[2][64] = {"", ""};
        for (size_t i = 0; i < 2; i++) {
            for (uint32_t n = profiles_random(&state, 5); n > 0; n--) {
                strcat(texts[i], pieces[profiles_random(&state, 20)]);
            }
        }
        struct profile_frame frame = {texts[0], texts[1], 0,
                                      (enum frame_kind)profiles_random(&state, FRAME_KINDS)};
        if (frame.kind == FRAME_MARK) {
            frame.file = "";
        }
        if (frame.kind == FRAME_LAB || frame.kind == FRAME_LIBRARY) {
            frame.line = (int)profiles_random(&state, 1000);
        }
        if (frame.kind != FRAME_NATIVE || *texts[0] != '\0' || *texts[1] != '\0') {
            check_frame(&frame);
        }
    }
}

static const struct {
    const char *text, *words;
} refused[] = {
    {"", "has no samples"},
    {"\n\n", "has no samples"},
    {"a;b 0\n", "has no samples"},
    {"a;b\n", ":1: no number of samples at its end: “a;b”"},
    {"a;b 1\nc;d x\n", ":2: no number of samples at its end: “c;d x”"},
    {"a;b 1\n12\n", ":2: no number"},
    {" 12\n", ":1: no frame"},
    {"a;b 1.2.3\n", ":1: no number"},
    {"a;b .\n", ":1: no number"},
    {"a;b -4\n", ":1: no number"},
    {"a;b 9999999999999999999\n", ":1: more than 2^53"},
    {"a 9007199254740992\nb 1\n", ":2: more than 2^53"},
    {"python3 12 [000] 5.1: cpu-clock:\n\t7f03 f (libc.so)\n", ":1: no number"},
    {"\x1b[31m\x7f\n", ":1: no number of samples at its end: “?[31m?”"},
};

Test(folded, garbage_is_refused_with_its_line)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct profile profile;
        enum status status = unfold(refused[i].text, strlen(refused[i].text), &profile);
        cr_expect_eq(status, STATUS_BAD_INPUT, "%s", refused[i].text);
        const char *said = status_explanation(status);
        cr_expect_not_null(strstr(said, refused[i].words), "%s", said);
        cr_expect_not_null(strstr(said, "frame;frame;… count"), "%s", said);
        profile_free(&profile);
    }
    struct profile profile;
    cr_expect_eq(unfold("a\0b 1\n", 6, &profile), STATUS_BAD_INPUT);
    profile_free(&profile);
    cr_expect_eq(folded_read("/dev/null/x", &profile), STATUS_IO);
    cr_expect_not_null(strstr(status_explanation(STATUS_IO), "/dev/null/x"));
    cr_expect_eq(folded_read("/tmp", &profile), STATUS_IO);
    profile_free(&profile);
}

Test(folded, other_tools_files_are_read)
{
    static const char text[] = "java;Foo::bar;[libjvm.so] 12\r\n"
                               "\n"
                               "main;solve (naive.py:31);sum (numpy/core.py:3)\t3.6\n"
                               "main;;x 7  \n"
                               "0x7f;f 3 1";
    struct profile profile;
    cr_assert_eq(unfold(text, sizeof text - 1, &profile), STATUS_OK);
    cr_expect_eq(profile.samples_count, 12 + 4 + 7 + 1);
    cr_expect_str_eq(profile.title, "stacks");
    char *again = folded(&profile);
    cr_expect_str_eq(again, "java;Foo::bar;[libjvm.so] 12\n"
                            "main;naive.py:solve:31;numpy/core.py:sum:3 4\n"
                            "main;[unknown];x 7\n"
                            "0x7f;f %33 1\n");
    free(again);
    profile_free(&profile);
}

/* Files cut, mixed and scribbled in: read or refused, never worse; what is read can be written. */
Test(folded, survives_any_bytes)
{
    struct profile hostile = profiles_hostile();
    char *text = folded(&hostile);
    size_t size = strlen(text);
    uint64_t state = 3;
    size_t taken = 0, rounds = 300;
    for (size_t round = 0; round < rounds; round++) {
        size_t part = 1 + profiles_random(&state, (uint32_t)size);
        char *bytes = malloc(part);
        memcpy(bytes, text + profiles_random(&state, (uint32_t)(size - part + 1)), part);
        for (uint32_t n = profiles_random(&state, 4); n > 0; n--) {
            char byte = ";: \n%[]0"[n % 8];
            bytes[profiles_random(&state, (uint32_t)part)] =
                round % 2 ? (char)(1 + profiles_random(&state, 255)) : byte;
        }
        struct profile profile;
        enum status status = unfold(bytes, part, &profile);
        cr_assert(status == STATUS_OK || status == STATUS_BAD_INPUT);
        if (status == STATUS_OK) {
            check_round_trip(&profile);
            taken++;
        }
        profile_free(&profile);
        free(bytes);
    }
    cr_expect(taken > 0 && taken < rounds, "%zu", taken);
    free(text);
    profile_free(&hostile);
}

static char *drawn(const struct profile *profile)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_not_null(out);
    cr_assert_eq(svg_write(profile, &(struct svg_options){.title = "A graph"}, out), STATUS_OK);
    fclose(out);
    return text;
}

/* But for how it was sampled, which is not in a file of stacks. */
Test(folded, a_graph_of_saved_stacks_is_that_of_the_profile)
{
    struct profile profile = profiles_small(), back;
    char *text = folded(&profile);
    cr_assert_eq(unfold(text, strlen(text), &back), STATUS_OK);
    free(profile.interpreter);
    profile.interpreter = NULL;
    profile.rate_hz = profile.elapsed_s = 0;
    profile.missed_count = profile.rejected_count = 0;
    char *first = drawn(&profile), *again = drawn(&back);
    cr_expect(strcmp(first, again) == 0);
    free(first);
    free(again);
    free(text);
    profile_free(&profile);
    profile_free(&back);
}

Test(folded, a_stream_that_cannot_be_written_is_a_failure)
{
    struct profile profile = profiles_small();
    FILE *full = fopen("/dev/full", "w");
    cr_assert_not_null(full);
    setvbuf(full, NULL, _IONBF, 0);
    cr_expect_eq(folded_write(&profile, full), STATUS_IO);
    fclose(full);
    profile_free(&profile);
}

Test(letters, are_told_from_stray_bytes)
{
    static const struct {
        const char *text;
        size_t size;
        uint32_t letter;
    } cases[] = {{"a", 1, 'a'},
                 {"", 0, 0},
                 {"µ", 2, 0xB5},
                 {"€", 3, 0x20AC},
                 {"🐍", 4, 0x1F40D},
                 {"\xff", 1, LETTERS_BROKEN},
                 {"\xc0\x80", 1, LETTERS_BROKEN},
                 {"\xe2\x82", 1, LETTERS_BROKEN},
                 {"\xed\xa0\x80", 1, LETTERS_BROKEN},
                 {"\xf4\x90\x80\x80", 1, LETTERS_BROKEN},
                 {"\xef\xbf\xbd", 3, LETTERS_BROKEN}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t letter = 0;
        cr_expect_eq(letters_next(cases[i].text, &letter), cases[i].size);
        cr_expect_eq(letter, cases[i].letter);
    }
}
