#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/alike.h"
#include "analyze/compare.h"
#include "analyze/speedup.h"
#include "analyze/stats.h"
#include "tests/fixture.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void expect_near(double got, double wanted, double tolerance, const char *what)
{
    cr_expect(fabs(got - wanted) <= tolerance, "%s: %.9g, wanted %.9g", what, got, wanted);
}

/* Student's sleep data (Biometrika 6, 1908): two groups of ten. Their Welch test is printed in the
 * manual of R's t.test: t = -1.8608, df = 17.776, interval -3.3654832 … 0.2054832. */
Test(compare, welch_as_published)
{
    const double first[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
    const double second[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
    struct welch welch = compare_welch(first, COUNT(first), second, COUNT(second), 0.95);
    expect_near(welch.difference, -1.58, 1e-12, "difference");
    expect_near(welch.freedom, 17.776, 0.0005, "degrees of freedom");
    expect_near(welch.difference - welch.half, -3.3654832, 1e-6, "low");
    expect_near(welch.difference + welch.half, 0.2054832, 1e-6, "high");
}

Test(compare, welch_of_equal_spreads_and_counts_has_all_degrees_of_freedom)
{
    const double first[] = {1, 2, 3, 4}, second[] = {11, 12, 13, 14};
    struct welch welch = compare_welch(first, 4, second, 4, 0.95);
    expect_near(welch.freedom, 6, 1e-12, "degrees of freedom");
    expect_near(welch.half, 2.447 * sqrt(2 * (5.0 / 3) / 4), 0.001, "half");
}

Test(compare, welch_of_one_group_that_varies_has_that_groups_degrees_of_freedom)
{
    const double still[] = {5, 5, 5, 5, 5}, moving[] = {1, 2, 4};
    struct welch welch = compare_welch(moving, 3, still, 5, 0.95);
    expect_near(welch.freedom, 2, 1e-12, "degrees of freedom");
    expect_near(welch.difference, 7.0 / 3 - 5, 1e-12, "difference");
}

Test(compare, welch_of_too_few_has_no_interval)
{
    const double one[] = {1}, two[] = {1, 2};
    struct welch welch = compare_welch(one, 1, two, 2, 0.95);
    expect_near(welch.difference, -0.5, 0, "difference");
    cr_expect(isnan(welch.half) && isnan(welch.freedom));
    welch = compare_welch(NULL, 0, two, 2, 0.95);
    cr_expect(isnan(welch.difference));
    const double same[] = {3, 3};
    welch = compare_welch(same, 2, same, 2, 0.95);
    cr_expect(welch.half == 0, "no spread at all");
}

static const struct {
    double low, high, threshold;
    enum compare_verdict verdict;
} judgements[] = {
    {1.01, 1.20, 0, COMPARE_FASTER},          {0.80, 0.99, 0, COMPARE_SLOWER},
    {0.99, 1.01, 0, COMPARE_NOT_RESOLVED},    {1.00, 1.20, 0, COMPARE_NOT_RESOLVED},
    {0.99, 1.01, 0.05, COMPARE_UNCHANGED},    {1.01, 1.20, 0.05, COMPARE_NOT_RESOLVED},
    {1.06, 1.20, 0.05, COMPARE_FASTER},       {0.80, 0.95, 0.05, COMPARE_SLOWER},
    {0.80, 0.96, 0.05, COMPARE_NOT_RESOLVED}, {NAN, NAN, 0, COMPARE_NOT_RESOLVED},
    {NAN, NAN, 0.05, COMPARE_NOT_RESOLVED},
};

Test(compare, a_verdict_needs_the_whole_interval)
{
    for (size_t i = 0; i < COUNT(judgements); i++) {
        struct ratio ratio = {1, judgements[i].low, judgements[i].high};
        cr_expect_eq(compare_judge(&ratio, judgements[i].threshold), judgements[i].verdict,
                     "[%g, %g] with %g", ratio.low, ratio.high, judgements[i].threshold);
    }
}

/* Two fixtures of one kind, the second's times multiplied. */
static void make_runs(enum fixture kind, double factor, struct run *before, struct run *after)
{
    cr_assert_eq(fixture_run(kind, before), STATUS_OK);
    cr_assert_eq(fixture_run(kind, after), STATUS_OK);
    for (size_t i = 0; i < after->cells_count; i++) {
        for (size_t j = 0; j < after->cells[i].samples_count; j++) {
            after->cells[i].samples[j].real_s *= factor;
            after->cells[i].samples[j].cpu_s *= factor;
        }
    }
}

static void check_cell(const struct compare_cell *cell, double ratio)
{
    expect_near(cell->ratio.ratio, ratio, 1e-9, cell->variant);
    expect_near(cell->freedom, 8, 1e-6, "the same spread twice, five blocks each");
    cr_expect_eq(cell->blocks_before, 5);
    cr_expect(cell->ratio.low < cell->ratio.ratio && cell->ratio.ratio < cell->ratio.high);
}

static void check_factor(double factor, enum compare_verdict verdict)
{
    struct run before, after;
    struct comparison comparison;
    make_runs(FIXTURE_CURVE, factor, &before, &after);
    cr_assert_eq(compare_runs(&before, &after, COMPARE_TIMES, 0, &comparison), STATUS_OK);
    cr_expect_eq(comparison.compared_count, before.cells_count);
    cr_expect_eq(comparison.counts[verdict], before.cells_count);
    cr_expect_eq(comparison.broken_count, 0);
    for (size_t i = 0; i < comparison.cells_count; i++) {
        check_cell(&comparison.cells[i], 1 / factor);
    }
    expect_near(comparison.mean.ratio, 1 / factor, 1e-9, "geometric mean");
    cr_expect(comparison.mean.low < 1 / factor && comparison.mean.high > 1 / factor);
    compare_free(&comparison);
    run_free(&before);
    run_free(&after);
}

Test(compare, a_run_twice_as_fast_is_faster_everywhere)
{
    check_factor(0.5, COMPARE_FASTER);
}

Test(compare, a_run_twice_as_slow_is_slower_everywhere)
{
    check_factor(2, COMPARE_SLOWER);
}

Test(compare, a_run_against_itself_is_not_resolved)
{
    check_factor(1, COMPARE_NOT_RESOLVED);
}

static const struct compare_cell *find_cell(const struct comparison *comparison,
                                            const char *variant, size_t size)
{
    for (size_t i = 0; i < comparison->cells_count; i++) {
        const struct compare_cell *cell = &comparison->cells[i];
        if (strcmp(cell->variant, variant) == 0 && cell->size == size) {
            return cell;
        }
    }
    cr_assert_fail("there is no %s at %zu", variant, size);
    return NULL;
}

Test(compare, a_machine_that_was_slower_for_all_changed_nothing)
{
    struct run before, after;
    struct comparison comparison;
    make_runs(FIXTURE_CURVE, 1.9, &before, &after);
    cr_assert_eq(compare_runs(&before, &after, COMPARE_SPEEDUPS, 0.05, &comparison), STATUS_OK);
    cr_expect_str_eq(comparison.reference, "naive");
    cr_expect_eq(comparison.counts[COMPARE_UNCHANGED], comparison.judged_count);
    cr_expect_eq(comparison.judged_count * 3, comparison.compared_count * 2, "all but naive");
    expect_near(find_cell(&comparison, "c", 100)->ratio.ratio, 1, 1e-9, "c");
    expect_near(find_cell(&comparison, "naive", 100)->ratio.ratio, 1 / 1.9, 1e-9, "its time");
    cr_expect_eq(find_cell(&comparison, "naive", 100)->verdict, COMPARE_NOT_JUDGED);
    cr_expect_not(find_cell(&comparison, "naive", 100)->by_speedup);
    expect_near(comparison.mean.ratio, 1, 1e-9, "geometric mean");
    compare_free(&comparison);
    run_free(&before);
    run_free(&after);
}

Test(compare, one_variant_that_changed_on_a_slower_machine_is_found)
{
    struct run before, after;
    struct comparison comparison;
    make_runs(FIXTURE_CURVE, 1.9, &before, &after);
    for (size_t i = 0; i < after.cells_count; i++) {
        struct cell *cell = &after.cells[i];
        bool changed = strcmp(after.variants[cell->variant].name, "c") == 0;
        for (size_t j = 0; changed && j < cell->samples_count; j++) {
            cell->samples[j].real_s /= 1.5;
            cell->samples[j].cpu_s /= 1.5;
        }
    }
    cr_assert_eq(compare_runs(&before, &after, COMPARE_SPEEDUPS, 0, &comparison), STATUS_OK);
    expect_near(find_cell(&comparison, "c", 100)->ratio.ratio, 1.5, 1e-9, "c");
    cr_expect_eq(find_cell(&comparison, "c", 100)->verdict, COMPARE_FASTER);
    cr_expect(find_cell(&comparison, "c", 100)->by_speedup);
    cr_expect_eq(find_cell(&comparison, "numpy", 100)->verdict, COMPARE_NOT_RESOLVED);
    compare_free(&comparison);
    run_free(&before);
    run_free(&after);
}

Test(compare, without_a_shared_baseline_times_are_compared)
{
    struct run before, after;
    struct comparison comparison;
    make_runs(FIXTURE_CURVE, 2, &before, &after);
    before.baseline = 1;
    cr_assert_eq(compare_runs(&before, &after, COMPARE_SPEEDUPS, 0, &comparison), STATUS_OK);
    cr_expect_null(comparison.reference);
    cr_expect_eq(comparison.counts[COMPARE_SLOWER], comparison.compared_count);
    compare_free(&comparison);
    run_free(&before);
    run_free(&after);
}

Test(compare, one_block_gives_a_ratio_without_interval)
{
    struct run before, after;
    struct comparison comparison;
    make_runs(FIXTURE_ONE_BLOCK, 2, &before, &after);
    cr_assert_eq(compare_runs(&before, &after, COMPARE_TIMES, 0, &comparison), STATUS_OK);
    cr_expect_eq(comparison.counts[COMPARE_NOT_RESOLVED], comparison.compared_count);
    cr_expect(isnan(comparison.cells[0].ratio.low));
    expect_near(comparison.mean.ratio, 0.5, 1e-9, "geometric mean");
    cr_expect(isnan(comparison.mean.low));
    compare_free(&comparison);
    run_free(&before);
    run_free(&after);
}

Test(compare, cells_that_failed_are_listed_and_not_compared)
{
    struct run before, after;
    struct comparison comparison;
    cr_assert_eq(fixture_run(FIXTURE_CURVE, &before), STATUS_OK);
    cr_assert_eq(fixture_run(FIXTURE_FAILED, &after), STATUS_OK);
    cr_assert_eq(compare_runs(&before, &after, COMPARE_TIMES, 0, &comparison), STATUS_OK);
    /* 25 is only in the old run, 800 only in the new: three variants each, fifteen and fifteen. */
    cr_expect_eq(comparison.cells_count, 18);
    size_t only_before = 0, only_after = 0;
    for (size_t i = 0; i < comparison.cells_count; i++) {
        const struct compare_cell *cell = &comparison.cells[i];
        only_before += cell->after == NULL;
        only_after += cell->before == NULL;
        bool ok = cell->before != NULL && cell->after != NULL && cell->before->status == CELL_OK &&
                  cell->after->status == CELL_OK;
        cr_expect_eq(cell->compared, ok);
    }
    cr_expect_eq(only_before, 3);
    cr_expect_eq(only_after, 3);
    cr_expect_eq(comparison.broken_count, 3, "numpy at 100 and 200, c at 200");
    cr_expect_eq(comparison.compared_count, 9);
    compare_free(&comparison);
    run_free(&before);
    run_free(&after);
}

Test(compare, what_was_skipped_is_not_broken)
{
    struct cell ok = {.status = CELL_OK}, skipped = {.status = CELL_SKIPPED},
                wrong = {.status = CELL_WRONG};
    struct compare_cell cell = {.before = &ok, .after = &skipped};
    cr_expect_not(compare_is_broken(&cell));
    cell.after = &wrong;
    cr_expect(compare_is_broken(&cell));
    cell.before = &wrong;
    cr_expect_not(compare_is_broken(&cell));
    cell.before = NULL;
    cr_expect_not(compare_is_broken(&cell));
}

Test(compare, disturbed_samples_do_not_count)
{
    struct run before, after;
    struct comparison comparison;
    make_runs(FIXTURE_SINGLE, 1, &before, &after);
    struct cell *cell = &after.cells[0];
    for (size_t i = 0; i < cell->samples_count; i += 5) {
        cell->samples[i].real_s *= 1000;
        cell->samples[i].quarantined = "disturbed";
    }
    cr_assert_eq(compare_runs(&before, &after, COMPARE_TIMES, 0, &comparison), STATUS_OK);
    expect_near(comparison.cells[0].ratio.ratio, 1, 0.02, "ratio");
    compare_free(&comparison);
    run_free(&before);
    run_free(&after);
}

static void replace(char **text, const char *with)
{
    free(*text);
    *text = strdup(with);
}

Test(alike, equal_runs_do_not_differ)
{
    struct run before, after;
    struct alike alike;
    make_runs(FIXTURE_CURVE, 1, &before, &after);
    cr_assert_eq(alike_find(&before, &after, &alike), STATUS_OK);
    cr_expect_eq(alike.count, 0);
    alike_free(&alike);
    run_free(&before);
    run_free(&after);
}

Test(alike, machine_interpreter_and_problem_forbid_and_the_rest_explains)
{
    struct run before, after;
    struct alike alike;
    make_runs(FIXTURE_CURVE, 1, &before, &after);
    replace(&after.host.hostname, "elsewhere");
    replace(&after.host.cpu, "another");
    after.host.cores_count = 64;
    replace(&after.software.python, "3.14.0");
    replace(&after.software.python_executable, "/opt/python");
    replace(&after.software.python_host, "shared library");
    free(after.software.numpy);
    after.software.numpy = NULL;
    replace(&after.lab_name, "particles");
    replace(&after.plan.parameters, "{\"epochs\": 5}");
    cr_assert_eq(alike_find(&before, &after, &alike), STATUS_OK);
    cr_expect_eq(alike.forbidding_count, 9);
    cr_expect_eq(alike.count, 9);
    alike_free(&alike);
    run_free(&after);
    cr_assert_eq(fixture_run(FIXTURE_CURVE, &after), STATUS_OK);
    after.plan.seed = 7;
    replace(&after.software.git_commit, "deadbeef");
    replace(&after.software.cflags, "-O3");
    cr_assert_eq(alike_find(&before, &after, &alike), STATUS_OK);
    cr_expect_eq(alike.forbidding_count, 0);
    cr_expect_eq(alike.count, 3);
    cr_expect_str_eq(alike.differences[0].what, "software.git_commit");
    cr_expect_str_eq(alike.differences[0].after, "deadbeef");
    alike_free(&alike);
    run_free(&before);
    run_free(&after);
    compare_free(NULL);
    alike_free(NULL);
}
