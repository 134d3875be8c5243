#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "show/clean.h"
#include "show/hot.h"
#include "show/notes.h"
#include "show/table.h"
#include "tests/fixture.h"
#include "tests/golden.h"

static char *printed(const struct run *run, enum table_format format, bool colour)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_not_null(out);
    cr_assert_eq(table_print(run, format, colour, out), STATUS_OK);
    fclose(out);
    return text;
}

static void check_golden(enum fixture kind, enum table_format format, bool colour,
                         const char *ending)
{
    struct run run;
    char name[128];
    cr_assert_eq(fixture_run(kind, &run), STATUS_OK);
    char *text = printed(&run, format, colour);
    snprintf(name, sizeof name, "table_%s.%s", fixture_name(kind), ending);
    cr_expect(golden_matches(name, text), "%s:\n%s", name, text);
    free(text);
    run_free(&run);
}

Test(table, text_is_golden)
{
    for (int kind = 0; kind < FIXTURE_COUNT; kind++) {
        check_golden((enum fixture)kind, TABLE_TEXT, false, "txt");
    }
}

Test(table, colours_are_golden)
{
    check_golden(FIXTURE_HUGE, TABLE_TEXT, true, "ansi");
    check_golden(FIXTURE_FAILED, TABLE_TEXT, true, "ansi");
}

Test(table, markdown_is_golden)
{
    check_golden(FIXTURE_CURVE, TABLE_MARKDOWN, false, "md");
    check_golden(FIXTURE_FAILED, TABLE_MARKDOWN, false, "md");
    check_golden(FIXTURE_HOSTILE, TABLE_MARKDOWN, false, "md");
}

Test(table, csv_is_golden)
{
    check_golden(FIXTURE_FAILED, TABLE_CSV, false, "csv");
    check_golden(FIXTURE_HOSTILE, TABLE_CSV, false, "csv");
}

Test(table, csv_has_a_line_a_cell_and_as_many_fields_everywhere)
{
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_FAILED, &run), STATUS_OK);
    char *text = printed(&run, TABLE_CSV, false);
    size_t lines = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        size_t commas = 0;
        for (const char *c = line; *c != '\0'; c++) {
            commas += *c == ',';
        }
        cr_expect_eq(commas, 15, "%s", line); /* no reason of this fixture has a comma */
        lines++;
    }
    cr_expect_eq(lines, run.cells_count + 1);
    free(text);
    run_free(&run);
}

Test(table, no_control_character_reaches_the_terminal)
{
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_HOSTILE, &run), STATUS_OK);
    char *text = printed(&run, TABLE_TEXT, false);
    for (const char *c = text; *c != '\0'; c++) {
        cr_assert((unsigned char)*c >= ' ' || *c == '\n', "byte %d", *c);
    }
    free(text);
    run_free(&run);
}

Test(table, colour_only_when_asked)
{
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_CURVE, &run), STATUS_OK);
    char *plain = printed(&run, TABLE_TEXT, false), *coloured = printed(&run, TABLE_TEXT, true);
    cr_expect_null(strchr(plain, '\033'));
    cr_expect_not_null(strstr(coloured, "\033[32m"));
    free(coloured);
    free(plain);
    run_free(&run);
}

Test(table, formats_have_the_names_of_the_contract)
{
    enum table_format format = TABLE_TEXT;
    cr_expect(table_format_find("csv", &format) && format == TABLE_CSV);
    cr_expect(table_format_find("markdown", &format) && format == TABLE_MARKDOWN);
    cr_expect(table_format_find("table", &format) && format == TABLE_TEXT);
    cr_expect_not(table_format_find("json", &format));
}

Test(table, a_stream_that_cannot_be_written_is_a_failure)
{
    struct run run;
    FILE *full = fopen("/dev/full", "w");
    cr_assert_not_null(full);
    cr_assert_eq(fixture_run(FIXTURE_CURVE, &run), STATUS_OK);
    cr_expect_eq(table_print(&run, TABLE_TEXT, false, full), STATUS_IO);
    cr_expect_eq(table_print(&run, TABLE_CSV, false, full), STATUS_IO);
    fclose(full);
    run_free(&run);
}

static const struct {
    enum fixture kind;
    const char *words;
} summaries[] = {
    {FIXTURE_CURVE, "c is 1,010× [983–1,040] faster than naive at N=400 on "},
    {FIXTURE_FAILED, "c is 1,000× ["},
    {FIXTURE_BASELINE_FAILED, "naive, the baseline, has no time"},
    {FIXTURE_ALL_FAILED, "Nothing was measured"},
    {FIXTURE_EMPTY, "Nothing was measured"},
    {FIXTURE_LONE, "There is nothing to compare with naive."},
    {FIXTURE_ONE_BLOCK, "(no interval) (not resolved)"},
};

Test(notes, say_the_result_in_one_sentence)
{
    for (size_t i = 0; i < sizeof summaries / sizeof *summaries; i++) {
        struct run run;
        cr_assert_eq(fixture_run(summaries[i].kind, &run), STATUS_OK);
        char *summary = notes_summary(&run);
        cr_expect_not_null(strstr(summary, summaries[i].words), "%s", summary);
        free(summary);
        run_free(&run);
    }
}

Test(clean, width_counts_columns)
{
    cr_expect_eq(clean_width("abc"), 3);
    cr_expect_eq(clean_width("µ×–"), 3);
    cr_expect_eq(clean_width("名前"), 4);
    cr_expect_eq(clean_width("e\xcc\x81"), 1);
    cr_expect_eq(clean_width("\033[0m"), 3);
    cr_expect_eq(clean_width("\xff\xe2\x82"), 3);
}

Test(clean, a_line_is_cut_to_its_columns)
{
    static const struct {
        const char *text;
        size_t columns;
        const char *line;
    } cases[] = {{"abcdef", 6, "abcdef"},
                 {"abcdef", 5, "abcd…"},
                 {"名前名前", 5, "名前…"},
                 {"a\nb\tc", 9, "a b c"},
                 {"", 1, ""},
                 {NULL, 4, ""},
                 {"ab", 1, "…"},
                 {"\033[2Jx", 9, "[2Jx"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *line = clean_line(cases[i].text, cases[i].columns);
        cr_expect_str_eq(line, cases[i].line);
        free(line);
    }
}

Test(clean, the_last_line_is_the_last_that_says_something)
{
    char *line = clean_last_line("Traceback\n  x\n  ValueError: no\n\n  \n", 80);
    cr_expect_str_eq(line, "ValueError: no");
    free(line);
    line = clean_last_line("\n \n", 80);
    cr_expect_str_eq(line, "");
    free(line);
}

Test(clean, a_block_keeps_its_end)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    clean_print_block("1\n2\n3\n4\n\n", "> ", 2, out);
    fclose(out);
    cr_expect_str_eq(text, "> … (2 lines before this)\n> 3\n> 4\n");
    free(text);
}

Test(hot, a_line_fits_the_terminal)
{
    const struct hot_row rows[] = {{"numpy/core/<__array_function__ internals>",
                                    "array_function_dispatch.<locals>.public_api", FRAME_LIBRARY,
                                    0.1, 0.9},
                                   {"_multiarray_umath.cpython-311-x86_64-linux-gnu.so",
                                    "(in _multiarray_umath)", FRAME_NATIVE, 1, 1}};
    const size_t widths[] = {56, 60, 80, 200};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        char *text = NULL;
        size_t size = 0, lines = 0;
        FILE *out = open_memstream(&text, &size);
        cr_assert_eq(hot_print(rows, 2, widths[w], false, out), STATUS_OK);
        fclose(out);
        for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
            cr_expect(clean_width(line) <= widths[w], "%zu: %s", widths[w], line);
            lines++;
        }
        cr_expect_eq(lines, 4);
        free(text);
    }
}
