#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "show/progress.h"
#include "show/clean.h"

static double clock_s;
static size_t terminal_width = 80;

static double fake_now_s(void *context)
{
    (void)context;
    return clock_s;
}

static size_t fake_columns(FILE *out)
{
    (void)out;
    return terminal_width;
}

static const struct progress_world terminal = {true, fake_columns, fake_now_s, NULL};
static const struct progress_world file = {false, fake_columns, fake_now_s, NULL};

struct screen {
    FILE *out;
    char *text;
    size_t size;
};

static void setup(void)
{
    clock_s = 100.0;
    terminal_width = 80;
}

static void open_screen(struct screen *screen)
{
    *screen = (struct screen){0};
    screen->out = open_memstream(&screen->text, &screen->size);
    cr_assert_not_null(screen->out);
}

static void close_screen(struct screen *screen)
{
    fclose(screen->out);
    free(screen->text);
}

static size_t drawings(struct screen *screen)
{
    size_t count = 0;
    fflush(screen->out);
    for (const char *at = screen->text; (at = strstr(at, "▕")) != NULL; at++) {
        count++;
    }
    return count;
}

Test(progress, prints_nothing_into_a_file, .init = setup)
{
    struct screen screen;
    struct progress progress;
    open_screen(&screen);
    progress_start_in(&progress, file, screen.out, "mds");
    for (int i = 0; i <= 100; i++, clock_s += 0.3) {
        progress_set(&progress, i / 100.0, "block");
    }
    progress_finish(&progress);
    fflush(screen.out);
    cr_expect_eq(screen.size, 0);
    close_screen(&screen);
}

Test(progress, is_quiet_in_a_short_job, .init = setup)
{
    struct screen screen;
    struct progress progress;
    open_screen(&screen);
    progress_start_in(&progress, terminal, screen.out, "mds");
    for (int i = 0; i <= 10; i++, clock_s += 0.04) {
        progress_set(&progress, i / 10.0, "block");
    }
    progress_finish(&progress);
    fflush(screen.out);
    cr_expect_eq(screen.size, 0);
    close_screen(&screen);
}

Test(progress, draws_ten_times_a_second_at_most, .init = setup)
{
    struct screen screen;
    struct progress progress;
    open_screen(&screen);
    progress_start_in(&progress, terminal, screen.out, "mds");
    for (int i = 0; i < 10000; i++, clock_s += 0.001) {
        progress_set(&progress, i / 10000.0, "block");
    }
    cr_expect(drawings(&screen) > 80 && drawings(&screen) <= 100, "%zu", drawings(&screen));
    close_screen(&screen);
}

Test(progress, says_how_far_and_how_long, .init = setup)
{
    struct screen screen;
    struct progress progress;
    open_screen(&screen);
    progress_start_in(&progress, terminal, screen.out, "mds");
    for (int i = 0; i <= 40; i++) {
        clock_s = 100.0 + i;
        progress_set(&progress, i / 80.0, "block 2/5 · N=100 · numpy");
    }
    fflush(screen.out);
    const char *last = strrchr(screen.text, '\r');
    cr_expect(strstr(last, " 50 % · 40 s · about 40 s left · block 2/5") != NULL, "%s", last);
    progress_finish(&progress);
    fflush(screen.out);
    cr_expect_str_eq(strrchr(screen.text, '\r'), "\r\033[K");
    close_screen(&screen);
}

Test(progress, fits_the_terminal, .init = setup)
{
    for (terminal_width = 1; terminal_width < 130; terminal_width++) {
        struct screen screen;
        struct progress progress;
        open_screen(&screen);
        progress_start_in(&progress, terminal, screen.out, "名前の長い題\033[31m\n");
        clock_s += 10.0;
        progress_set(&progress, 1.0 / 3.0, "block 2/5 · N=100 · 一二三四五六七八九十");
        fflush(screen.out);
        char *end = strstr(screen.text, "\033[K");
        cr_assert_not_null(end);
        *end = '\0';
        cr_expect(clean_width(screen.text + 1) < terminal_width || terminal_width == 1, "%zu: %s",
                  terminal_width, screen.text);
        cr_expect_null(strchr(screen.text, '\033'));
        close_screen(&screen);
    }
}

Test(progress, estimates_only_what_it_can_know, .init = setup)
{
    struct screen screen;
    struct progress progress;
    open_screen(&screen);
    progress_start_in(&progress, terminal, screen.out, NULL);
    cr_expect(isnan(progress_left_s(&progress)));
    clock_s += 1.0;
    progress_set(&progress, 0.5, NULL);
    cr_expect(isnan(progress_left_s(&progress)), "after one second");
    clock_s += 9.0;
    progress_set(&progress, 0.6, NULL);
    cr_expect(progress_left_s(&progress) > 1.0);
    progress_set(&progress, NAN, NULL);
    cr_expect_float_eq(progress.fraction, 0.6, 1e-12);
    progress_set(&progress, 7.0, NULL);
    cr_expect(isnan(progress_left_s(&progress)), "at the end");
    progress_set(&progress, -7.0, NULL);
    cr_expect_float_eq(progress.fraction, 0.0, 1e-12);
    close_screen(&screen);
}

Test(progress, follows_a_job_that_grows_slow, .init = setup)
{
    struct screen screen;
    struct progress progress;
    open_screen(&screen);
    progress_start_in(&progress, terminal, screen.out, NULL);
    for (int i = 0; i < 10; i++, clock_s += 1.0) {
        progress_set(&progress, 0.05 * i, NULL);
    }
    double quick_s = progress_left_s(&progress);
    for (int i = 0; i < 30; i++, clock_s += 1.0) {
        progress_set(&progress, 0.45 + 0.005 * i, NULL);
    }
    cr_expect(progress_left_s(&progress) > 2.0 * quick_s, "%g, then %g", quick_s,
              progress_left_s(&progress));
    close_screen(&screen);
}

Test(progress, may_be_finished_at_any_time, .init = setup)
{
    struct progress progress = {0};
    progress_finish(&progress);
    progress_start(&progress, stderr, "real world");
    progress_set(&progress, 0.5, "now");
    progress_finish(&progress);
    progress_finish(&progress);
    progress_set(&progress, 0.7, "late");
}

Test(progress, announces_itself_once_in_a_file, .init = setup)
{
    struct screen screen;
    struct progress progress;
    open_screen(&screen);
    progress_start_in(&progress, file, screen.out, "mds");
    progress_announce(&progress);
    for (int i = 0; i < 300; i++) {
        clock_s += 0.1;
        progress_set(&progress, i / 300.0, "block 1");
        fflush(screen.out);
        cr_expect(i > 28 || *screen.text == '\0', "%d: %s", i, screen.text);
    }
    progress_finish(&progress);
    fflush(screen.out);
    cr_expect_str_eq(screen.text, "mds: about 30 s left\n");
    close_screen(&screen);
}

Test(progress, announces_no_short_job, .init = setup)
{
    struct screen screen;
    struct progress progress;
    open_screen(&screen);
    progress_start_in(&progress, file, screen.out, "mds");
    progress_announce(&progress);
    for (int i = 0; i < 20; i++) {
        clock_s += 0.1;
        progress_set(&progress, i / 20.0, "block 1");
    }
    progress_finish(&progress);
    clock_s += 100;
    progress_set(&progress, 0.5, "late");
    fflush(screen.out);
    cr_expect_str_eq(screen.text, "");
    close_screen(&screen);
}
