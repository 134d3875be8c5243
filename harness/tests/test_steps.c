#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/analyze.h"
#include "show/steps.h"
#include "tests/fixture.h"

/* naive, numpy and c at five sizes; c comes after numpy. */
static struct run make_run(bool with_steps)
{
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_CURVE, &run), STATUS_OK);
    cr_assert(run.variants_count >= 3);
    if (with_steps) {
        run.variants[1].after = strdup(run.variants[0].name);
        run.variants[2].after = strdup(run.variants[1].name);
    }
    cr_assert_eq(analyze_run(&run), STATUS_OK);
    return run;
}

static char *printed(const struct run *run)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(steps_print_text(run, false, out), STATUS_OK);
    cr_assert_eq(steps_print_markdown(run, out), STATUS_OK);
    fclose(out);
    return text;
}

Test(steps, a_step_is_the_ratio_to_the_variant_before)
{
    struct run run = make_run(true);
    for (size_t s = 0; s < run.plan.sizes_count; s++) {
        const struct cell *before = run_cell(&run, 1, run.plan.sizes[s]);
        const struct cell *cell = run_cell(&run, 2, run.plan.sizes[s]);
        const struct ratio *step = steps_ratio(cell);
        cr_assert_not_null(step);
        double expected = before->summary.median_s / cell->summary.median_s;
        cr_expect(fabs(step->ratio / expected - 1) < 0.05, "%g, expected about %g", step->ratio,
                  expected);
        cr_expect(step->low < step->ratio && step->ratio < step->high);
        cr_expect_null(steps_ratio(run_cell(&run, 0, run.plan.sizes[s])), "nothing before naive");
    }
    cr_expect_eq(steps_largest(&run, 2)->size, run.plan.sizes[run.plan.sizes_count - 1]);
    cr_expect_null(steps_largest(&run, 0));
    run_free(&run);
}

Test(steps, a_step_over_a_variant_that_failed_is_none)
{
    struct run run = make_run(true);
    size_t largest = run.plan.sizes[run.plan.sizes_count - 1];
    cr_assert_eq(cell_fail(run_cell(&run, 1, largest), CELL_WRONG, "off by one"), STATUS_OK);
    cr_assert_eq(analyze_run(&run), STATUS_OK);
    cr_expect_null(steps_ratio(run_cell(&run, 2, largest)));
    cr_expect_eq(steps_largest(&run, 2)->size, run.plan.sizes[run.plan.sizes_count - 2]);
    char *text = printed(&run);
    cr_expect_not_null(strstr(text, "–"));
    free(text);
    run_free(&run);
}

Test(steps, the_table_has_a_row_for_each_change)
{
    struct run run = make_run(true);
    char *text = printed(&run);
    cr_expect_not_null(strstr(text, "What each change bought"));
    cr_expect_not_null(strstr(text, "interval"));
    cr_expect_not_null(strstr(text, "×"));
    for (size_t v = 1; v < 3; v++) {
        cr_expect_not_null(strstr(text, run.variants[v].name));
    }
    free(text);
    run_free(&run);
}

Test(steps, nothing_is_printed_where_speedups_tell_all)
{
    struct run run = make_run(false);
    cr_expect_not(steps_are_worth_telling(&run));
    char *text = printed(&run);
    cr_expect_str_eq(text, "");
    free(text);
    /* A step over the baseline is the speedup. */
    run.variants[1].after = strdup(run.variants[0].name);
    cr_assert_eq(analyze_run(&run), STATUS_OK);
    cr_expect_not_null(steps_ratio(run_cell(&run, 1, run.plan.sizes[0])));
    cr_expect_not(steps_are_worth_telling(&run));
    run_free(&run);
}
