#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "analyze/score.h"
#include "analyze/speedup.h"
#include "analyze/stats.h"
#include "model/plan.h"

static uint64_t state;

static double uniform(void)
{
    state = plan_mix(state);
    return ((double)(state >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(void)
{
    const double turn = 6.283185307179586;
    return sqrt(-2 * log(uniform())) * cos(turn * uniform());
}

static struct score judge(const double *yours, const double *solution, size_t count, double target)
{
    struct score score = {.fraction = NAN};
    score_judge(yours, solution, count, target, &score);
    return score;
}

Test(score, a_fraction_is_a_ratio_of_logarithms)
{
    /* 4 times where the worked answer gains 16 times: two doublings of four. */
    const double yours[] = {log(4), log(4), log(4)}, solution[] = {log(16), log(16), log(16)};
    struct score score = judge(yours, solution, 3, 0.5);
    cr_expect_float_eq(score.fraction, 0.5, 1e-12);
    cr_expect_float_eq(score.target_ratio, 4, 1e-12);
    cr_expect_float_eq(score.low, 0.5, 1e-6);
    cr_expect_float_eq(score.high, 0.5, 1e-6);
}

Test(score, each_verdict)
{
    static const struct {
        double yours[3], solution[3], target;
        enum score_verdict verdict;
    } cases[] = {
        {{2.30, 2.31, 2.29}, {2.50, 2.51, 2.49}, 0.6, SCORE_REACHED},
        {{0.00, 0.01, -0.01}, {2.50, 2.51, 2.49}, 0.6, SCORE_NOT_REACHED},
        {{-0.30, -0.31, -0.29}, {2.50, 2.51, 2.49}, 0.6, SCORE_NOT_REACHED},
        {{1.20, 1.80, 1.50}, {2.50, 2.51, 2.49}, 0.6, SCORE_NOT_RESOLVED},
        /* As fast as the worked answer, and faster. */
        {{2.50, 2.51, 2.49}, {2.50, 2.51, 2.49}, 1.0, SCORE_REACHED},
        {{3.50, 3.51, 3.49}, {2.50, 2.51, 2.49}, 1.0, SCORE_REACHED},
        /* The worked answer is slower here, or not told from the baseline. */
        {{2.30, 2.31, 2.29}, {-0.50, -0.51, -0.49}, 0.6, SCORE_NO_SCALE},
        {{2.30, 2.31, 2.29}, {0.50, -0.51, 0.10}, 0.6, SCORE_NO_SCALE},
        {{0.00, 0.00, 0.00}, {0.00, 0.00, 0.00}, 0.6, SCORE_NO_SCALE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct score score = judge(cases[i].yours, cases[i].solution, 3, cases[i].target);
        cr_expect_eq(score.verdict, cases[i].verdict, "case %zu: %d, %g [%g, %g]", i, score.verdict,
                     score.fraction, score.low, score.high);
        bool scale = cases[i].verdict != SCORE_NO_SCALE;
        cr_expect_eq(isfinite(score.low) && isfinite(score.high), scale, "case %zu", i);
        cr_expect_eq(isfinite(score.fraction), scale, "case %zu", i);
    }
}

Test(score, one_block_and_none_resolve_nothing)
{
    const double yours[] = {3}, solution[] = {3};
    for (size_t count = 0; count < 2; count++) {
        struct score score = judge(yours, solution, count, 0.6);
        cr_expect_eq(score.verdict, SCORE_NOT_RESOLVED);
        cr_expect(isnan(score.low) && isnan(score.high));
        cr_expect_not(score_is_settled(yours, solution, count, 0.6, 0.02));
    }
}

Test(score, one_block_tells_what_is_far_too_slow)
{
    const double slow[] = {-0.8}, doubtful[] = {-0.6}, solution[] = {2}, worse[] = {-2};
    cr_expect_eq(judge(slow, solution, 1, 0.6).verdict, SCORE_NOT_REACHED);
    cr_expect_eq(judge(doubtful, solution, 1, 0.6).verdict, SCORE_NOT_RESOLVED);
    cr_expect_eq(judge(slow, worse, 1, 0.6).verdict, SCORE_NOT_RESOLVED, "there is no scale");
    cr_expect_eq(judge(slow, solution, 0, 0.6).verdict, SCORE_NOT_RESOLVED);
}

/* The definition, tried point by point: f is inside when |mean(y − f·r)| ≤ half of its interval. */
static bool is_inside(const double *y, const double *r, size_t count, double f)
{
    double differences[16];
    for (size_t i = 0; i < count; i++) {
        differences[i] = y[i] - f * r[i];
    }
    return fabs(stats_mean(differences, count)) <= stats_half(differences, count, speedup_coverage);
}

Test(score, the_interval_is_what_its_definition_says)
{
    state = 5;
    for (size_t trial = 0; trial < 200; trial++) {
        double y[8], r[8];
        size_t count = 2 + trial % 7;
        for (size_t i = 0; i < count; i++) {
            double shared = 0.05 * normal(); /* the block's baseline */
            y[i] = 1.3 + shared + 0.03 * normal();
            r[i] = 2.2 + shared + 0.02 * normal();
        }
        struct score score = judge(y, r, count, 0.6);
        if (score.verdict == SCORE_NO_SCALE) {
            continue;
        }
        double width = score.high - score.low;
        cr_expect(score.low <= score.fraction && score.fraction <= score.high);
        cr_expect(is_inside(y, r, count, score.low + 1e-3 * width));
        cr_expect(is_inside(y, r, count, score.high - 1e-3 * width));
        cr_expect_not(is_inside(y, r, count, score.low - 1e-3 * width));
        cr_expect_not(is_inside(y, r, count, score.high + 1e-3 * width));
    }
}

Test(score, what_disturbs_a_baseline_disturbs_no_verdict)
{
    /* The baseline's time swings by a factor of 2 from block to block; both ratios follow. */
    const double yours[] = {2.30, 2.65, 1.95}, solution[] = {2.30, 2.65, 1.95};
    struct score score = judge(yours, solution, 3, 0.9);
    cr_expect_eq(score.verdict, SCORE_REACHED);
    cr_expect_float_eq(score.low, 1, 1e-6);
}

Test(score, the_interval_has_the_coverage_that_speedups_have)
{
    enum { EXPERIMENTS = 4000, BLOCKS = 5 };
    static const double fractions[] = {0, 0.6, 1};
    for (size_t f = 0; f < sizeof fractions / sizeof *fractions; f++) {
        size_t held = 0;
        state = 20260321 + f;
        for (size_t i = 0; i < EXPERIMENTS; i++) {
            double y[BLOCKS], r[BLOCKS];
            for (size_t b = 0; b < BLOCKS; b++) {
                double shared = 0.03 * normal();
                y[b] = fractions[f] * log(12) + shared + 0.03 * normal();
                r[b] = log(12) + shared + 0.03 * normal();
            }
            struct score score = judge(y, r, BLOCKS, 0.6);
            held += score.low <= fractions[f] && fractions[f] <= score.high;
        }
        double share = (double)held / EXPERIMENTS;
        cr_expect(fabs(share - speedup_coverage) <= 0.015, "fraction %g: %g", fractions[f], share);
    }
}

/* A program that is exactly as fast as the target asks must seldom be called anything but not
 * resolved, although blocks are added until it is settled. */
Test(score, on_the_target_a_verdict_is_rare)
{
    enum { EXPERIMENTS = 1000, BLOCKS_LEAST = 3, BLOCKS_MOST = 30 };
    size_t called = 0;
    state = 11;
    for (size_t i = 0; i < EXPERIMENTS; i++) {
        double y[BLOCKS_MOST], r[BLOCKS_MOST];
        size_t count = 0;
        while (count < BLOCKS_MOST) {
            double shared = 0.02 * normal();
            y[count] = 0.6 * log(12) + shared + 0.02 * normal();
            r[count++] = log(12) + shared + 0.02 * normal();
            if (count >= BLOCKS_LEAST && score_is_settled(y, r, count, 0.6, 0.02)) {
                break;
            }
        }
        called += judge(y, r, count, 0.6).verdict != SCORE_NOT_RESOLVED;
    }
    cr_expect(called <= EXPERIMENTS * 6 / 100, "%zu of %d", called, EXPERIMENTS);
    cr_expect(called > 0, "by chance it happens");
}

Test(score, what_is_far_from_the_target_is_settled_at_once)
{
    const double slow[] = {0.00, 0.02, -0.02}, fast[] = {2.50, 2.53, 2.47};
    const double near[] = {1.45, 1.55, 1.50}, solution[] = {2.50, 2.52, 2.48};
    cr_expect(score_is_settled(slow, solution, 3, 0.6, 0.02));
    cr_expect(score_is_settled(fast, solution, 3, 0.6, 0.02));
    cr_expect_not(score_is_settled(near, solution, 3, 0.6, 0.02));
}

/* A run of three variants, one size: baseline, yours, solution. */
static void make_run(struct run *run, size_t *sizes, size_t *variants, struct run_variant *named)
{
    *run = (struct run){.variants = named,
                        .variants_count = 3,
                        .plan = {.sizes = sizes,
                                 .sizes_count = 1,
                                 .variants = variants,
                                 .variants_count = 3,
                                 .precision = 0.02}};
    cr_assert_eq(run_make_cells(run), STATUS_OK);
}

static void add(struct cell *cell, uint32_t block, uint32_t round, double real_s, double cpu_s)
{
    const struct sample sample = {
        .block = block, .round = round, .real_s = real_s, .cpu_s = cpu_s, .delayed_s = 0};
    cell->calls_per_sample_count = 1;
    cr_assert_eq(cell_add_sample(cell, &sample), STATUS_OK);
}

Test(score, a_run_is_scored_over_the_blocks_that_all_have)
{
    size_t sizes[] = {40}, variants[] = {0, 1, 2};
    struct run_variant named[] = {{.threads = 1}, {.threads = 1}, {.threads = 1}};
    struct run run;
    struct score score;
    bool settled = false;
    make_run(&run, sizes, variants, named);
    for (uint32_t block = 0; block < 4; block++) {
        for (uint32_t round = 0; round < 3; round++) {
            add(&run.cells[0], block, round, 0.16, 0.16);
            add(&run.cells[1], block, round, 0.04, 0.04);
            if (block != 1) { /* here the solution has no samples */
                add(&run.cells[2], block, round, 0.01, 0.01);
            }
        }
    }
    cr_assert_eq(score_run(&run, 1, 2, 0.4, &score, &settled), STATUS_OK);
    cr_expect_float_eq(score.fraction, 0.5, 1e-9);
    cr_expect_float_eq(score.yours.ratio, 4, 1e-9);
    cr_expect_float_eq(score.solution.ratio, 16, 1e-9);
    cr_expect(score.by_cpu && settled);
    cr_expect_eq(score.verdict, SCORE_REACHED);
    /* A program with two threads, or one that sleeps, is judged by the clock on the wall. */
    named[1].threads = 2;
    cr_assert_eq(score_run(&run, 1, 2, 0.4, &score, NULL), STATUS_OK);
    cr_expect_not(score.by_cpu);
    /* A cell that failed has no score. */
    run.cells[1].status = CELL_WRONG;
    cr_assert_eq(score_run(&run, 1, 2, 0.4, &score, NULL), STATUS_OK);
    cr_expect_eq(score.verdict, SCORE_NOT_RESOLVED);
    cr_expect(isnan(score.fraction) && isnan(score.yours.ratio) && isnan(score.target_ratio));
    for (size_t i = 0; i < 3; i++) {
        free(run.cells[i].samples);
    }
    free(run.cells);
}
