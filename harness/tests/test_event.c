#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "model/event.h"

/* Two variants, one size; nothing measured yet. */
static struct run empty_run(void)
{
    struct run run = {0};
    run.variants_count = 2;
    run.variants = calloc(2, sizeof *run.variants);
    run.plan.variants_count = 2;
    run.plan.variants = calloc(2, sizeof *run.plan.variants);
    run.plan.variants[1] = 1;
    run.plan.sizes_count = 1;
    run.plan.sizes = calloc(1, sizeof *run.plan.sizes);
    run.plan.sizes[0] = 10;
    cr_assert_eq(run_make_cells(&run), STATUS_OK);
    cr_assert_eq(run.cells_count, 2);
    return run;
}

Test(event, a_round_adds_its_samples_and_its_order)
{
    struct run run = empty_run();
    const size_t order[] = {1, 0};
    const struct sample samples[] = {{.round = 3, .real_s = 2}, {.round = 3, .real_s = 5}};
    const struct event event = {.kind = EVENT_ROUND,
                                .block = 2,
                                .round = 3,
                                .size = 10,
                                .order = order,
                                .samples = samples,
                                .count = 2};
    cr_assert_eq(event_apply(&event, &run), STATUS_OK);
    cr_expect_eq(run_cell(&run, 1, 10)->samples[0].real_s, 2, "the order says whose is whose");
    cr_expect_eq(run_cell(&run, 0, 10)->samples[0].real_s, 5);
    cr_assert_eq(run.order_count, 1);
    cr_expect_eq(run.order[0].block, 2);
    cr_expect_eq(run.order[0].round, 3);
    cr_assert_eq(run.order[0].variants_count, 2);
    cr_expect_eq(run.order[0].variants[0], 1);
    cr_expect_neq((const void *)run.order[0].variants, (const void *)order,
                  "the run keeps its own copy");
    run_free(&run);
}

Test(event, workers_peaks_and_blocks_are_kept)
{
    struct run run = empty_run();
    struct event event = {.kind = EVENT_WORKER,
                          .size = 10,
                          .variant = 1,
                          .import_s = 0.5,
                          .first_call_s = 0.25,
                          .calls_count = 7,
                          .interpreter = "3.9.16 (pypy 7.3.11)"};
    cr_expect_eq(event_apply(&event, &run), STATUS_OK);
    cr_expect_str_eq(run.variants[1].interpreter_version, "3.9.16 (pypy 7.3.11)");
    cr_expect_null(run.variants[0].interpreter_version);
    event = (struct event){.kind = EVENT_PEAK, .size = 10, .variant = 1, .peak_rss_bytes = 300};
    cr_expect_eq(event_apply(&event, &run), STATUS_OK);
    event.peak_rss_bytes = 200;
    cr_expect_eq(event_apply(&event, &run), STATUS_OK);
    event = (struct event){.kind = EVENT_BLOCK, .block = 4};
    cr_expect_eq(event_apply(&event, &run), STATUS_OK);
    event = (struct event){.kind = EVENT_STEP, .size = 10};
    cr_expect_eq(event_apply(&event, &run), STATUS_OK);
    const struct cell *cell = run_cell(&run, 1, 10);
    cr_expect_eq(cell->workers_count, 1);
    cr_expect_eq(cell->workers[0].import_s, 0.5);
    cr_expect_eq(cell->workers[0].first_call_s, 0.25);
    cr_expect_eq(cell->calls_per_sample_count, 7);
    cr_expect_eq(cell->peak_rss_bytes, 300, "the largest counts");
    cr_expect_eq(run.blocks_done, 5);
    run_free(&run);
}

Test(event, the_first_failure_of_a_cell_stands)
{
    struct run run = empty_run();
    struct event event = {.kind = EVENT_FAILED,
                          .size = 10,
                          .variant = 0,
                          .status = CELL_TIMEOUT,
                          .reason = "no answer"};
    cr_expect_eq(event_apply(&event, &run), STATUS_OK);
    event.status = CELL_WRONG;
    event.reason = "off";
    cr_expect_eq(event_apply(&event, &run), STATUS_OK);
    cr_expect_eq(run_cell(&run, 0, 10)->status, CELL_TIMEOUT);
    cr_expect_str_eq(run_cell(&run, 0, 10)->reason, "no answer");
    cr_expect_eq(run_cell(&run, 1, 10)->status, CELL_OK);
    run_free(&run);
}

Test(event, cells_that_the_plan_has_not_are_refused)
{
    struct run run = empty_run();
    const size_t order[] = {5};
    const struct sample samples[1] = {{0}};
    const struct event events[] = {
        {.kind = EVENT_WORKER, .size = 11},
        {.kind = EVENT_PEAK, .size = 10, .variant = 2},
        {.kind = EVENT_FAILED, .size = 0, .reason = ""},
        {.kind = EVENT_ROUND, .size = 10, .order = order, .samples = samples, .count = 1},
    };
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        cr_expect_eq(event_apply(&events[i], &run), STATUS_BAD_INPUT, "event %zu", i);
    }
    cr_expect_eq(run.order_count, 0);
    run_free(&run);
}

Test(event, of_limits_the_least_is_kept)
{
    struct run run = empty_run();
    struct event event = {
        .kind = EVENT_LIMIT, .size = 10, .variant = 1, .limit_s = 3, .reason = "divider"};
    cr_expect_eq(event_apply(&event, &run), STATUS_OK);
    event.limit_s = 2;
    cr_expect_eq(event_apply(&event, &run), STATUS_OK);
    event.limit_s = 4;
    cr_expect_eq(event_apply(&event, &run), STATUS_OK);
    cr_expect_eq(run_cell(&run, 1, 10)->limit_s, 2);
    cr_expect_str_eq(run_cell(&run, 1, 10)->bound, "divider");
    cr_expect_eq(run_cell(&run, 0, 10)->limit_s, 0, "not known");
    run_free(&run);
}
