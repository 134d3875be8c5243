#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/statement.h"
#include "show/timeit.h"

Test(timeit, numbers_go_1_2_5)
{
    static const uint64_t expected[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};
    uint64_t number = 1;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        cr_expect_eq(number, expected[i]);
        number = statement_next_number(number);
    }
    cr_expect_eq(statement_next_number(UINT64_C(50000000000)), UINT64_C(100000000000));
}

/* What "%.*g %s" of Python's gives. */
static const struct {
    double seconds;
    const char *unit;
    int precision;
    const char *text;
} time_cases[] = {
    {1.0, NULL, 3, "1 sec"},
    {0.99999, NULL, 3, "1e+03 msec"},
    {0.0123456, NULL, 3, "12.3 msec"},
    {1.5e-6, NULL, 3, "1.5 usec"},
    {14.49e-9, NULL, 3, "14.5 nsec"},
    {0.5e-9, NULL, 3, "0.5 nsec"},
    {0.0, NULL, 3, "0 nsec"},
    {123456.0, NULL, 3, "1.23e+05 sec"},
    {1.5e-6, "sec", 3, "1.5e-06 sec"},
    {1.5, "nsec", 3, "1.5e+09 nsec"},
    {0.0123456, NULL, 5, "12.346 msec"},
    {1e-3, NULL, 3, "1 msec"},
};

Test(timeit, times_as_python_writes_them)
{
    for (size_t i = 0; i < sizeof time_cases / sizeof *time_cases; i++) {
        const struct timeit_style style = {time_cases[i].unit, time_cases[i].precision};
        cr_expect_str_eq(timeit_time(time_cases[i].seconds, &style).text, time_cases[i].text);
    }
    cr_expect(timeit_is_unit("usec"));
    cr_expect_not(timeit_is_unit("us"));
}

/* What the lines are, on both streams; the caller frees it. */
static char *lines(const double *seconds, size_t count, uint64_t number)
{
    const struct timeit_style style = {NULL, 3};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    timeit_print_best(number, seconds, count, &style, out, out);
    fclose(out);
    return text;
}

Test(timeit, the_closing_line)
{
    const double even[] = {0.3, 0.2, 0.25}, uneven[] = {0.2, 0.8};
    char *text = lines(even, 3, 100);
    cr_expect_str_eq(text, "100 loops, best of 3: 2 msec per loop\n");
    free(text);
    text = lines(even, 1, 1);
    cr_expect_str_eq(text, "1 loop, best of 1: 300 msec per loop\n");
    free(text);
    text = lines(uneven, 2, 2);
    cr_expect(strstr(text, "the worst time (400 msec) is more than four times the best time "
                           "(100 msec)") != NULL);
    free(text);
}

static char *median(struct ratio loop_s)
{
    const struct timeit_style style = {NULL, 3};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    timeit_print_median(&loop_s, 5, &style, out);
    timeit_print_step(1, 0.000123456, &style, out);
    timeit_print_raw(&loop_s.ratio, 1, &style, out);
    fclose(out);
    return text;
}

Test(timeit, the_line_that_is_ours)
{
    char *text = median((struct ratio){2e-6, 1.9e-6, 2.1e-6});
    cr_expect_str_eq(text, "median over 5 fresh processes: 2 usec per loop, 95 % interval 1.9 usec "
                           "to 2.1 usec\n1 loop -> 0.000123 secs\nraw times: 2 usec\n\n");
    free(text);
    text = median((struct ratio){2e-6, NAN, NAN});
    cr_expect(strstr(text, "interval") == NULL);
    free(text);
}
