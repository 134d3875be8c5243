#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/command.h"
#include "base/units.h"

static const struct {
    double seconds;
    const char *text;
} seconds_cases[] = {
    {850e-9, "850 ns"},    {1.23456e-3, "1.23 ms"}, {92.1, "92.1 s"},     {0.0, "0 s"},
    {999.6e-9, "1.00 µs"}, {9.996e-3, "10.0 ms"},   {1234.0, "1,230 s"},  {-2e-3, "-2.00 ms"},
    {0.4e-9, "0.400 ns"},  {0.9996, "1.00 s"},      {99.96e-6, "100 µs"}, {1.0, "1.00 s"},
};

Test(units, seconds_have_three_digits)
{
    for (size_t i = 0; i < sizeof seconds_cases / sizeof *seconds_cases; i++) {
        cr_expect_str_eq(units_seconds(seconds_cases[i].seconds).text, seconds_cases[i].text);
    }
    cr_expect_str_eq(units_seconds(NAN).text, "–");
}

static const struct {
    double ratio;
    const char *text;
} ratio_cases[] = {
    {23.44, "23.4×"},   {13370, "13,400×"}, {1.0, "1.00×"},          {0.9721, "0.972×"},
    {0.99951, "1.00×"}, {999.6, "1,000×"},  {1234567, "1,230,000×"}, {0.0123, "0.0123×"},
    {0.0, "0×"},        {9.9951, "10.0×"},  {9996, "10,000×"},       {1e-7, "1.00e-07×"},
};

Test(units, ratios_have_three_digits)
{
    for (size_t i = 0; i < sizeof ratio_cases / sizeof *ratio_cases; i++) {
        cr_expect_str_eq(units_ratio(ratio_cases[i].ratio).text, ratio_cases[i].text);
    }
    cr_expect_str_eq(units_ratio(NAN).text, "–");
    cr_expect_str_eq(units_factor(1150.0).text, "1,150");
}

Test(units, extremes_fit)
{
    const double extremes[] = {INFINITY, -INFINITY, 1e300, 1e-300, -1e300, 999e12, -0.0};
    for (size_t i = 0; i < sizeof extremes / sizeof *extremes; i++) {
        cr_expect(strlen(units_seconds(extremes[i]).text) < sizeof(struct units_text));
        cr_expect(strlen(units_ratio(extremes[i]).text) < sizeof(struct units_text));
        cr_expect(strlen(units_duration(extremes[i]).text) < sizeof(struct units_text));
    }
}

Test(units, counts_bytes_durations)
{
    cr_expect_str_eq(units_count(0).text, "0");
    cr_expect_str_eq(units_count(999).text, "999");
    cr_expect_str_eq(units_count(1000000).text, "1,000,000");
    cr_expect_str_eq(units_setting(1000).text, "1,000");
    cr_expect_str_eq(units_setting(99.5).text, "99.5");
    cr_expect_str_eq(units_setting(0.1).text, "0.1");
    cr_expect_str_eq(units_count(UINT64_MAX).text, "18,446,744,073,709,551,615");
    cr_expect_str_eq(units_bytes(512).text, "512 bytes");
    cr_expect_str_eq(units_bytes(1536).text, "1.50 KiB");
    cr_expect_str_eq(units_bytes((uint64_t)2 << 30).text, "2.00 GiB");
    cr_expect_str_eq(units_duration(8.4).text, "8 s");
    cr_expect_str_eq(units_duration(125).text, "2 min 5 s");
    cr_expect_str_eq(units_duration(4800).text, "1 h 20 min");
}

static const struct {
    const char *text;
    uint64_t bytes;
} size_cases[] = {
    {"512M", 536870912}, {"2G", 2147483648}, {"2 GiB", 2147483648}, {"4096", 4096}, {"1.5k", 1536},
    {"10 MB", 10485760}, {"0", 0},           {" 7 bytes ", 7},
};

Test(units, sizes_are_read)
{
    for (size_t i = 0; i < sizeof size_cases / sizeof *size_cases; i++) {
        uint64_t bytes = 1;
        cr_expect_eq(units_parse_bytes(size_cases[i].text, &bytes), STATUS_OK, "%s",
                     size_cases[i].text);
        cr_expect_eq(bytes, size_cases[i].bytes, "%s", size_cases[i].text);
    }
}

static const struct {
    const char *text;
    double seconds;
} time_cases[] = {{"1.5s", 1.5},  {"200 ms", 0.2}, {"2min", 120}, {"90", 90},
                  {"3 us", 3e-6}, {"3 µs", 3e-6},  {"1 h", 3600}, {".5", 0.5}};

Test(units, times_are_read)
{
    for (size_t i = 0; i < sizeof time_cases / sizeof *time_cases; i++) {
        double seconds = -1;
        cr_expect_eq(units_parse_seconds(time_cases[i].text, &seconds), STATUS_OK, "%s",
                     time_cases[i].text);
        cr_expect_float_eq(seconds, time_cases[i].seconds, 1e-12, "%s", time_cases[i].text);
    }
}

Test(units, nonsense_is_refused)
{
    const char *const nonsense[] = {"",      " ", "-1",  "inf", "nan",      "0x10",  "5 parsecs",
                                    "1e999", "M", "1 2", "2GG", "1,000 MB", "5 s s", "1 ki b"};
    for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
        uint64_t bytes = 7;
        double seconds = 7;
        cr_expect_eq(units_parse_bytes(nonsense[i], &bytes), STATUS_BAD_INPUT, "'%s'", nonsense[i]);
        cr_expect_eq(units_parse_seconds(nonsense[i], &seconds), STATUS_BAD_INPUT, "'%s'",
                     nonsense[i]);
        cr_expect_eq(bytes, 7);
        cr_expect_eq(seconds, 7);
    }
    uint64_t bytes = 0;
    cr_expect_eq(units_parse_bytes("99999999999G", &bytes), STATUS_BAD_INPUT);
}

Test(units, what_is_printed_can_be_read)
{
    for (double s = 1e-9; s < 1000; s *= 7.3) {
        double read_s = 0;
        cr_assert_eq(units_parse_seconds(units_seconds(s).text, &read_s), STATUS_OK);
        cr_expect(fabs(read_s / s - 1) < 0.006, "%g became %g", s, read_s);
    }
}

Test(command, passes_input_and_keeps_output)
{
    const char *const cat[] = {"cat", NULL};
    char *output = NULL;
    cr_assert_eq(command_run(cat, "a $HOME `b`\n", &output), STATUS_OK);
    cr_expect_str_eq(output, "a $HOME `b`\n");
    free(output);
    cr_expect_eq(command_run(cat, NULL, NULL), STATUS_OK);
}

Test(command, explains_failures)
{
    const char *const missing[] = {"no-such-program-here", NULL};
    const char *const failing[] = {"sh", "-c", "echo one >&2; echo two >&2; exit 3", NULL};
    const char *const killed[] = {"sh", "-c", "kill -9 $$", NULL};
    char *output = NULL;
    cr_expect_eq(command_run(missing, NULL, &output), STATUS_TOOL);
    cr_expect(strstr(status_explanation(STATUS_TOOL), "run ./setup") != NULL);
    cr_expect_eq(command_run(failing, NULL, &output), STATUS_TOOL);
    cr_expect_str_eq(status_explanation(STATUS_TOOL),
                     "sh ended with status 3: one; two; run ./setup and try again");
    cr_expect_eq(command_run(killed, NULL, &output), STATUS_TOOL);
    cr_expect(strstr(status_explanation(STATUS_TOOL), "signal 9") != NULL);
    cr_expect_null(output);
}

Test(command, bounds_what_it_keeps, .timeout = 20)
{
    const char *const chatty[] = {"sh", "-c",
                                  "head -c 5000000 /dev/zero | tr '\\0' x; "
                                  "head -c 500000 /dev/zero | tr '\\0' y >&2",
                                  NULL};
    char *output = NULL;
    cr_assert_eq(command_run(chatty, "never read", &output), STATUS_OK);
    cr_expect_eq(strlen(output), COMMAND_OUTPUT_MAX);
    free(output);
}
