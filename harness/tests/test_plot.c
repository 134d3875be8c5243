#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "show/axis.h"
#include "show/chart.h"
#include "show/clean.h"
#include "base/text.h"
#include "show/plot.h"
#include "tests/fixture.h"
#include "tests/golden.h"

static const char assets[] = "harness/show";

static bool is_apart(const struct axis *axis, const double *at, size_t count, double share)
{
    double scale = log(axis->high / axis->low);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (fabs(log(at[i] / at[j])) < share * scale - 1e-9) {
                return false;
            }
        }
        if (at[i] < axis->low * (1 - 1e-9) || at[i] > axis->high * (1 + 1e-9)) {
            return false;
        }
    }
    return true;
}

Test(axis, holds_what_it_shows)
{
    const double ranges[][2] = {{1, 1}, {0.98, 1.02}, {1, 1000}, {3e-9, 4e3}, {1, 1.8e6}, {7, 9}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        struct axis axis = axis_make(ranges[i][0], ranges[i][1], 4.0);
        cr_expect(axis.low < ranges[i][0] && axis.high > ranges[i][1]);
        cr_expect(axis.high / axis.low > 3.999);
        cr_expect(axis.ticks_count >= 2 && axis.ticks_count <= 10, "%zu", axis.ticks_count);
    }
}

Test(axis, ticks_side_by_side_are_thinned)
{
    struct axis axis = axis_make(0.01, 1e6, 4);
    axis_thin(&axis, 5);
    cr_expect(axis.ticks_count == 5 && axis.ticks[1] == 1.0 && axis.ticks[2] == 100.0, "%zu",
              axis.ticks_count);
    axis = axis_make(0.01, 1e6, 4);
    axis_thin(&axis, 4);
    cr_expect(axis.ticks_count == 3 && axis.ticks[0] == 1.0 && axis.ticks[1] == 1000.0, "%zu",
              axis.ticks_count);
    struct axis far = axis_make(1e-7, 1e-2, 4);
    axis_thin(&far, 2);
    cr_expect(far.ticks_count >= 1 && far.ticks_count <= 2);
    struct axis narrow = axis_make(1, 20, 4);
    size_t count = narrow.ticks_count;
    axis_thin(&narrow, 2);
    cr_expect_eq(narrow.ticks_count, count, "2 and 5 stay");
}

Test(axis, ticks_at_sizes_do_not_collide)
{
    const double sizes[] = {10, 11, 12, 100, 1000, 1010};
    struct axis axis = axis_at(sizes, 6);
    cr_expect_eq(axis.ticks_count, 3);
    const double one[] = {500};
    cr_expect_eq(axis_at(one, 1).ticks_count, 1);
}

Test(axis, labels_are_spread)
{
    struct axis axis = axis_make(1, 1000, 4);
    double at[] = {100, 100, 1, 101, 1000, 999, 1001, 1};
    axis_spread(&axis, 1.0 / 16.0, at, 8);
    cr_expect(is_apart(&axis, at, 8, 1.0 / 16.0));
    cr_expect(at[4] > at[5] && at[6] > at[4], "order is kept");
    double far[] = {10, 100};
    axis_spread(&axis, 1.0 / 16.0, far, 2);
    cr_expect_float_eq(far[0], 10, 1e-9);
    cr_expect_float_eq(far[1], 100, 1e-9);
}

Test(axis, too_many_labels_are_spread_evenly)
{
    struct axis axis = axis_make(1, 1000, 4);
    double at[40];
    for (size_t i = 0; i < 40; i++) {
        at[i] = 30.0;
    }
    axis_spread(&axis, 1.0 / 16.0, at, 40);
    cr_expect(is_apart(&axis, at, 40, 1.0 / 39.0));
}

Test(chart, labels_of_every_fixture_are_apart)
{
    for (int kind = 0; kind < FIXTURE_COUNT; kind++) {
        for (int q = 0; q < CHART_QUANTITIES_COUNT; q++) {
            struct run run;
            struct chart chart;
            cr_assert_eq(fixture_run((enum fixture)kind, &run), STATUS_OK);
            cr_assert_eq(chart_make(&run, (enum chart_quantity)q, 1.0 / 16.0, &chart), STATUS_OK);
            double at[16];
            size_t drawn = 0;
            for (size_t s = 0; s < chart.series_count; s++) {
                if (chart.series[s].points_count > 0) {
                    at[drawn++] = chart.label_at[s];
                }
            }
            cr_expect(is_apart(&chart.values, at, drawn, 1.0 / 16.0), "%s",
                      fixture_name((enum fixture)kind));
            chart_free(&chart);
            run_free(&run);
        }
    }
}

Test(chart, a_failed_cell_has_no_point_and_is_named)
{
    struct run run;
    struct chart chart;
    cr_assert_eq(fixture_run(FIXTURE_FAILED, &run), STATUS_OK);
    cr_assert_eq(chart_make(&run, CHART_SPEEDUP, 0.1, &chart), STATUS_OK);
    cr_expect_eq(chart.series[1].points_count, 2);
    cr_expect(chart.series[1].points[1].is_after_gap, "no line leads over the failed sizes");
    cr_expect_not_null(strstr(chart.note, "numpy at N=100 (wrong)"), "%s", chart.note);
    chart_free(&chart);
    chart_free(NULL);
    run_free(&run);
}

Test(chart, its_axis_ends_where_the_last_point_is)
{
    struct run run;
    struct chart speedup, time;
    cr_assert_eq(fixture_run(FIXTURE_CURVE, &run), STATUS_OK);
    size_t last = run.plan.sizes[run.plan.sizes_count - 1],
           before = run.plan.sizes[run.plan.sizes_count - 2];
    for (size_t i = 0; i < run.cells_count; i++) {
        if (run.cells[i].size == last) {
            run.cells[i].speedup.real.ratio = run.cells[i].speedup.cpu.ratio = NAN;
        }
    }
    cr_assert_eq(chart_make(&run, CHART_SPEEDUP, 0.1, &speedup), STATUS_OK);
    cr_assert_eq(chart_make(&run, CHART_TIME, 0.1, &time), STATUS_OK);
    cr_expect(speedup.sizes.high > (double)before && speedup.sizes.high < (double)last);
    cr_expect_gt(time.sizes.high, (double)last);
    chart_free(&speedup);
    chart_free(&time);
    run_free(&run);
}

Test(chart, bands_and_marks_of_a_crowd_are_left_out)
{
    struct run run;
    struct chart crowded, clear;
    cr_assert_eq(fixture_run(FIXTURE_CROWD, &run), STATUS_OK);
    size_t count = run.plan.variants_count;
    cr_assert_gt(count, CHART_CLEAR_MAX);
    for (size_t i = 0; i < run.cells_count; i++) {
        run.cells[i].speedup.cpu.high = run.cells[i].speedup.real.high = 1e9; /* of one bad block */
    }
    cr_assert_eq(chart_make(&run, CHART_SPEEDUP, 0.05, &crowded), STATUS_OK);
    run.plan.variants_count = 3;
    cr_assert_eq(chart_make(&run, CHART_SPEEDUP, 0.05, &clear), STATUS_OK);
    run.plan.variants_count = count;
    cr_expect(crowded.is_crowded && !clear.is_crowded);
    cr_expect_lt(crowded.values.high, 1e9, "an interval that is not drawn takes no room");
    cr_expect_gt(clear.values.high, 1e9);
    cr_expect_eq(crowded.marks_count, 0);
    chart_free(&crowded);
    chart_free(&clear);
    run_free(&run);
}

Test(chart, a_variant_keeps_its_style_in_every_run)
{
    struct run run;
    struct chart all, some;
    cr_assert_eq(fixture_run(FIXTURE_CROWD, &run), STATUS_OK);
    cr_assert_eq(chart_make(&run, CHART_TIME, 0.1, &all), STATUS_OK);
    run.plan.variants[1] = 5; /* --variant naive,c-avx2 */
    run.plan.variants_count = 2;
    cr_assert_eq(chart_make(&run, CHART_TIME, 0.1, &some), STATUS_OK);
    cr_expect_eq(some.series[1].style, all.series[5].style);
    cr_expect_eq(all.series[0].style, 0);
    run.plan.variants_count = run.variants_count;
    chart_free(&all);
    chart_free(&some);
    run_free(&run);
}

static bool begins_with(const char *path, const char *bytes, size_t count)
{
    char start[16] = {0};
    FILE *file = fopen(path, "rb");
    bool same =
        file != NULL && fread(start, 1, count, file) == count && memcmp(start, bytes, count) == 0;
    if (file != NULL) {
        fclose(file);
    }
    return same;
}

static bool is_picture(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s.svg", folder, name);
    char *svg = text_read_file(path, (size_t)1 << 24);
    bool whole = svg != NULL && strstr(svg, "</svg>") != NULL && strstr(svg, "<script") == NULL;
    free(svg);
    snprintf(path, sizeof path, "%s/%s.png", folder, name);
    return whole && begins_with(path, "\x89PNG\r\n", 6);
}

static void make_folder(char *folder, size_t size)
{
    snprintf(folder, size,
             "/tmp/fortyfold plot's-XXXXXX"); /* a space and a quote, as people have */
    cr_assert_not_null(mkdtemp(folder));
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {"speedup.png", "speedup.svg", "time.png",   "time.svg",
                                        "total.png",   "total.svg",   "spread.png", "spread.svg",
                                        "drift.png",   "drift.svg"};
    char path[256];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    cr_expect_eq(rmdir(folder), 0, "a draft was left in %s", folder);
}

static const struct {
    enum fixture kind;
    bool speedup, time;
} pictures[] = {{FIXTURE_CURVE, true, true},        {FIXTURE_SINGLE, true, true},
                {FIXTURE_FAILED, true, true},       {FIXTURE_LONE, true, true},
                {FIXTURE_HUGE, true, true},         {FIXTURE_CROWD, true, true},
                {FIXTURE_ONE_BLOCK, true, true},    {FIXTURE_HOSTILE, true, true},
                {FIXTURE_SINGLE_CROWD, true, true}, {FIXTURE_BASELINE_FAILED, false, true},
                {FIXTURE_ALL_FAILED, false, false}, {FIXTURE_EMPTY, false, false}};

Test(plot, draws_what_there_is, .timeout = 300)
{
    char folder[64];
    make_folder(folder, sizeof folder);
    for (size_t i = 0; i < sizeof pictures / sizeof *pictures; i++) {
        struct run run;
        cr_assert_eq(fixture_run(pictures[i].kind, &run), STATUS_OK);
        cr_expect_eq(plot_write(&run, assets, folder), STATUS_OK, "%s: %s",
                     fixture_name(pictures[i].kind), status_explanation(STATUS_TOOL));
        /* One folder for all: an old picture must not outlive its run. */
        cr_expect_eq(is_picture(folder, "speedup"), pictures[i].speedup, "%s",
                     fixture_name(pictures[i].kind));
        static const char *const timed[] = {"time", "total", "spread", "drift"};
        for (size_t t = 0; t < sizeof timed / sizeof *timed; t++) {
            cr_expect_eq(is_picture(folder, timed[t]), pictures[i].time, "%s of %s", timed[t],
                         fixture_name(pictures[i].kind));
        }
        run_free(&run);
    }
    remove_folder(folder);
}

Test(plot, failures_are_explained)
{
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_SINGLE, &run), STATUS_OK);
    cr_expect_neq(plot_write(&run, assets, "/proc/nonexistent"), STATUS_OK);
    char path[4096];
    snprintf(path, sizeof path, "%s", getenv("PATH") != NULL ? getenv("PATH") : "");
    setenv("PATH", "/proc/nonexistent", 1);
    cr_expect_eq(plot_text(&run, assets, 80, stdout), STATUS_TOOL);
    cr_expect_not_null(strstr(status_explanation(STATUS_TOOL), "gnuplot is not installed"));
    setenv("PATH", path, 1);
    run_free(&run);
}

Test(plot, letters_are_golden_and_fit, .timeout = 120)
{
    for (int kind = 0; kind < FIXTURE_COUNT; kind++) {
        struct run run;
        char *text = NULL, name[64];
        size_t size = 0;
        cr_assert_eq(fixture_run((enum fixture)kind, &run), STATUS_OK);
        FILE *out = open_memstream(&text, &size);
        cr_assert_eq(plot_text(&run, assets, 500, out), STATUS_OK);
        fclose(out);
        snprintf(name, sizeof name, "plot_%s.txt", fixture_name((enum fixture)kind));
        cr_expect(golden_matches(name, text), "%s", text);
        size_t lines = 0;
        for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"), lines++) {
            cr_expect(clean_width(line) <= 80, "%s", line);
        }
        cr_expect(lines <= 20);
        free(text);
        run_free(&run);
    }
}
