#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "analyze/analyze.h"
#include "analyze/speedup.h"
#include "tests/fixture.h"

/* Experiments: samples whose true speedup is known. */

static uint64_t state;

/* 0 … 1, never an end (SplitMix64 would do as well: only the seed must be fixed). */
static double uniform(void)
{
    state = plan_mix(state);
    return ((double)(state >> 11) + 0.5) / 9007199254740992.0;
}

/* Box and Muller's transformation. */
static double normal(void)
{
    const double turn = 6.283185307179586;
    return sqrt(-2 * log(uniform())) * cos(turn * uniform());
}

static void add(struct cell *cell, uint32_t block, uint32_t round, double real_s)
{
    const struct sample sample = {
        .block = block, .round = round, .real_s = real_s, .cpu_s = real_s / 2};
    cr_assert_eq(cell_add_sample(cell, &sample), STATUS_OK);
}

static struct ratio ratio_of(const struct cell *baseline, const struct cell *candidate)
{
    struct ratio ratio;
    cr_assert_eq(speedup_ratio(baseline, candidate, speedup_real_s, &ratio), STATUS_OK);
    return ratio;
}

static void expect_near(double got, double wanted, const char *what)
{
    cr_expect(fabs(got - wanted) <= 1e-12 * fabs(wanted), "%s: %.17g, not %.17g", what, got,
              wanted);
}

Test(speedup, a_constant_ratio_is_found_exactly)
{
    struct cell slow = {0}, fast = {0};
    for (uint32_t i = 0; i < 9; i++) {
        /* The problem differs from round to round, the ratio does not. */
        double problem_s = 1 + uniform();
        add(&slow, i / 3, i % 3, 8 * problem_s);
        add(&fast, i / 3, i % 3, problem_s);
    }
    struct ratio ratio = ratio_of(&slow, &fast);
    expect_near(ratio.ratio, 8, "ratio");
    expect_near(ratio.low, 8, "low");
    expect_near(ratio.high, 8, "high");
    cr_expect_eq(speedup_verdict(&ratio), VERDICT_FASTER);
    ratio = ratio_of(&fast, &slow);
    expect_near(ratio.ratio, 0.125, "the other way round");
    cr_expect_eq(speedup_verdict(&ratio), VERDICT_SLOWER);
    free(slow.samples);
    free(fast.samples);
}

Test(speedup, the_interval_is_students_over_the_blocks)
{
    /* Logarithms of the blocks' ratios: log 2 ± 0.1 and log 2. Mean log 2, stddev 0.1. */
    struct cell slow = {0}, fast = {0};
    for (uint32_t block = 0; block < 3; block++) {
        add(&slow, block, 0, 2 * exp(0.1 * ((double)block - 1)));
        add(&fast, block, 0, 1);
    }
    struct ratio ratio = ratio_of(&slow, &fast);
    /* Two degrees of freedom: t = c √(2 / (1 − c²)) for a coverage of c = 0.975. */
    double half = 6.2053 * 0.1 / sqrt(3);
    cr_expect(fabs(ratio.ratio - 2) < 1e-12);
    cr_expect(fabs(ratio.low - 2 * exp(-half)) < 1e-3, "%g", ratio.low);
    cr_expect(fabs(ratio.high - 2 * exp(half)) < 1e-3, "%g", ratio.high);
    free(slow.samples);
    free(fast.samples);
}

Test(speedup, one_block_has_a_ratio_and_no_interval)
{
    struct cell slow = {0}, fast = {0};
    for (uint32_t round = 0; round < 10; round++) {
        add(&slow, 0, round, 3);
        add(&fast, 0, round, 1);
    }
    struct ratio ratio = ratio_of(&slow, &fast);
    expect_near(ratio.ratio, 3, "ratio");
    cr_expect(isnan(ratio.low) && isnan(ratio.high));
    cr_expect_eq(speedup_verdict(&ratio), VERDICT_NOT_RESOLVED);
    free(slow.samples);
    free(fast.samples);
}

Test(speedup, only_rounds_with_both_count)
{
    struct cell slow = {0}, fast = {0};
    for (uint32_t block = 0; block < 2; block++) {
        add(&slow, block, 0, 4);
        add(&slow, block, 1, 1000); /* the other failed to answer in this round */
        add(&slow, block, 3, 4);
        add(&fast, block, 0, 1);
        add(&fast, block, 2, 1000);
        add(&fast, block, 3, 1);
    }
    add(&fast, 2, 0, 1000); /* a block that the baseline has not */
    struct ratio ratio = ratio_of(&slow, &fast);
    expect_near(ratio.ratio, 4, "ratio");
    expect_near(ratio.low, 4, "low");
    free(slow.samples);
    free(fast.samples);
}

Test(speedup, without_a_common_round_there_is_none)
{
    struct cell slow = {0}, fast = {0}, none = {0};
    add(&slow, 0, 0, 4);
    add(&fast, 0, 1, 1);
    cr_expect(isnan(ratio_of(&slow, &fast).ratio));
    cr_expect(isnan(ratio_of(&slow, &none).ratio));
    cr_expect(isnan(ratio_of(&none, &fast).ratio));
    free(slow.samples);
    free(fast.samples);
}

Test(speedup, quarantined_samples_are_left_out)
{
    struct cell slow = {0}, fast = {0};
    for (uint32_t block = 0; block < 2; block++) {
        add(&slow, block, 0, 2);
        add(&fast, block, 0, 1);
        add(&slow, block, 1, 2);
        add(&fast, block, 1, 50);
        fast.samples[fast.samples_count - 1].quarantined = "stolen";
        add(&slow, block, 2, 90);
        slow.samples[slow.samples_count - 1].quarantined = "stolen";
        add(&fast, block, 2, 1);
    }
    expect_near(ratio_of(&slow, &fast).ratio, 2, "ratio");
    expect_near(ratio_of(&slow, &fast).high, 2, "high");
    free(slow.samples);
    free(fast.samples);
}

Test(speedup, a_disturbed_sample_does_not_decide)
{
    struct cell slow = {0}, fast = {0};
    for (uint32_t i = 0; i < 25; i++) {
        add(&slow, i / 5, i % 5, 5);
        add(&fast, i / 5, i % 5, i % 5 == 2 ? 100 : 1);
    }
    expect_near(ratio_of(&slow, &fast).ratio, 5, "ratio");
    expect_near(ratio_of(&slow, &fast).low, 5, "low");
    free(slow.samples);
    free(fast.samples);
}

Test(speedup, each_clock_has_its_ratio)
{
    struct cell slow = {0}, fast = {0};
    add(&slow, 0, 0, 6);
    add(&fast, 0, 0, 1);
    fast.samples[0].cpu_s = 3; /* as long as the slow one's: threads */
    struct ratio real, cpu;
    cr_assert_eq(speedup_ratio(&slow, &fast, speedup_real_s, &real), STATUS_OK);
    cr_assert_eq(speedup_ratio(&slow, &fast, speedup_cpu_s, &cpu), STATUS_OK);
    expect_near(real.ratio, 6, "real");
    expect_near(cpu.ratio, 1, "cpu");
    free(slow.samples);
    free(fast.samples);
}

/* Measures one more block of two variants, one of which is `truth` times as fast: each process has
 * a pace of its own (`spread`: 0.03 is 3 %), each sample some noise, and now and then the system
 * takes a while away. */
static void measure_block(struct cell *slow, struct cell *fast, uint32_t block, double truth,
                          double spread)
{
    double slow_pace = exp(spread * normal()), fast_pace = exp(spread * normal());
    for (uint32_t round = 0; round < 5; round++) {
        double spike = uniform() < 0.05 ? 1.5 : 1;
        add(slow, block, round, truth * slow_pace * exp(0.005 * normal()) * spike);
        spike = uniform() < 0.05 ? 1.5 : 1;
        add(fast, block, round, fast_pace * exp(0.005 * normal()) * spike);
    }
}

/* An experiment of `blocks` blocks: true when the interval holds the truth. */
static bool holds_truth(uint32_t blocks, double truth)
{
    struct cell slow = {0}, fast = {0};
    for (uint32_t block = 0; block < blocks; block++) {
        measure_block(&slow, &fast, block, truth, 0.03);
    }
    struct ratio ratio = ratio_of(&slow, &fast);
    free(slow.samples);
    free(fast.samples);
    return ratio.low <= truth && truth <= ratio.high;
}

/* The same, but it goes on until the ratio is known to 2 %, as a run without --blocks does. */
static bool holds_truth_when_settled(double truth, double spread)
{
    struct cell slow = {0}, fast = {0};
    struct ratio ratio = {NAN, NAN, NAN};
    for (uint32_t block = 0; block < 60; block++) {
        measure_block(&slow, &fast, block, truth, spread);
        ratio = ratio_of(&slow, &fast);
        if (block + 1 >= 5 && speedup_is_settled(&ratio, 0.02)) {
            break;
        }
    }
    free(slow.samples);
    free(fast.samples);
    return ratio.low <= truth && truth <= ratio.high;
}

Test(speedup, with_so_many_blocks_the_interval_holds_more_than_it_says)
{
    enum { EXPERIMENTS = 4000 };
    static const uint32_t blocks[] = {3, 5, 10};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        size_t held = 0;
        state = 20250314 + i;
        for (size_t j = 0; j < EXPERIMENTS; j++) {
            held += holds_truth(blocks[i], 12.5);
        }
        double share = (double)held / EXPERIMENTS;
        /* Student's 97.5 %: the reserve is for runs that stop when the interval is narrow. */
        cr_expect(share >= 0.965 && share <= 0.985, "%u blocks: %g", blocks[i], share);
    }
}

Test(speedup, the_same_code_is_seldom_called_faster_or_slower)
{
    enum { EXPERIMENTS = 1000 };
    size_t called = 0;
    state = 1;
    for (size_t i = 0; i < EXPERIMENTS; i++) {
        called += !holds_truth(5, 1);
    }
    cr_expect(called < EXPERIMENTS * 4 / 100, "%zu of %d", called, EXPERIMENTS);
}

/* Stopping as soon as the interval is narrow favours intervals that are too narrow by luck. What we
 * call 95 % must hold 95 %, within the chance of so many experiments (one standard error is 0.5 %),
 * wherever the spread of the blocks and the truth lie. */
Test(speedup, going_on_until_it_is_settled_keeps_the_interval_honest)
{
    enum { EXPERIMENTS = 2000 };
    static const struct {
        double truth, spread;
    } cases[] = {{1, 0.006},   {1, 0.01},    {1, 0.015},  {1, 0.03},
                 {1.03, 0.01}, {1.05, 0.02}, {1.1, 0.01}, {12.5, 0.03}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t held = 0;
        state = 77 + i;
        for (size_t j = 0; j < EXPERIMENTS; j++) {
            held += holds_truth_when_settled(cases[i].truth, cases[i].spread);
        }
        double share = (double)held / EXPERIMENTS;
        cr_expect(share >= 0.94 && share <= 0.99, "%g, paces %g apart: %g", cases[i].truth,
                  cases[i].spread, share);
    }
}

Test(run, a_run_is_analysed_cell_by_cell)
{
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_CURVE, &run), STATUS_OK);
    cr_assert_eq(analyze_run(&run), STATUS_OK);
    for (size_t i = 0; i < run.cells_count; i++) {
        const struct cell *cell = &run.cells[i];
        cr_expect(cell->speedup.present);
        cr_expect(cell->summary.best_s <= cell->summary.median_s);
        cr_expect_eq(cell->speedup.confidence, 0.95);
        if (cell->variant == run.baseline) {
            cr_expect_eq(cell->speedup.real.ratio, 1, "the baseline against itself");
            cr_expect_eq(cell->speedup.verdict, VERDICT_NOT_RESOLVED);
        } else {
            cr_expect_eq(cell->residual.max_absolute, 3.1e-15);
        }
    }
    /* Again, with nothing new: nothing changes. */
    double before = run.cells[7].speedup.real.low;
    size_t warnings = run.warnings_count;
    cr_assert_eq(analyze_run(&run), STATUS_OK);
    cr_expect_eq(run.cells[7].speedup.real.low, before);
    cr_expect_eq(run.warnings_count, warnings);
    run_free(&run);
}

Test(run, without_the_baseline_there_are_times_and_no_speedups)
{
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_BASELINE_FAILED, &run), STATUS_OK);
    cr_assert_eq(analyze_run(&run), STATUS_OK);
    for (size_t i = 0; i < run.cells_count; i++) {
        cr_expect_not(run.cells[i].speedup.present);
        cr_expect(run.cells[i].status != CELL_OK || run.cells[i].summary.median_s > 0);
    }
    run_free(&run);
}

Test(run, what_was_never_sampled_is_skipped_not_ok)
{
    struct run run;
    cr_assert_eq(fixture_run(FIXTURE_EMPTY, &run), STATUS_OK);
    cr_assert_eq(analyze_run(&run), STATUS_OK);
    for (size_t i = 0; i < run.cells_count; i++) {
        cr_expect_eq(run.cells[i].status, CELL_SKIPPED);
        cr_expect_not_null(run.cells[i].reason);
    }
    run_free(&run);
}
