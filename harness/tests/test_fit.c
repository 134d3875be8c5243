#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "analyze/curves.h"
#include "analyze/fit.h"
#include "model/run.h"

enum { SIZES = 5 };

static const double sizes[SIZES] = {10, 20, 50, 100, 400};

static void law(double fixed_s, double scale_s, double exponent, double *times_s)
{
    for (size_t i = 0; i < SIZES; i++) {
        times_s[i] = fixed_s + scale_s * pow(sizes[i], exponent);
    }
}

Test(fit, a_power_law_is_found_exactly)
{
    const double exponents[] = {0, 0.5, 1, 1.98, 3};
    for (size_t i = 0; i < sizeof exponents / sizeof *exponents; i++) {
        double times_s[SIZES];
        struct fit_power power;
        law(0, 3e-9, exponents[i], times_s);
        cr_assert(fit_power(sizes, times_s, SIZES, &power));
        cr_expect_float_eq(power.exponent, exponents[i], 1e-12);
        cr_expect(power.misfit_ratio < 1e-12);
    }
}

Test(fit, the_misfit_tells_a_law_that_is_none)
{
    double times_s[SIZES];
    struct fit_power power;
    law(1e-3, 1e-6, 2, times_s);
    cr_assert(fit_power(sizes, times_s, SIZES, &power));
    cr_expect(power.misfit_ratio > 0.2, "%g", power.misfit_ratio);
}

Test(fit, an_offset_is_found)
{
    const double fixed_s[] = {0, 5e-7, 1e-3}, exponents[] = {0.5, 1, 2, 3};
    for (size_t i = 0; i < 3; i++) {
        for (size_t j = 0; j < 4; j++) {
            double times_s[SIZES];
            struct fit_offset offset;
            law(fixed_s[i], 2e-6, exponents[j], times_s);
            cr_assert(fit_offset(sizes, times_s, SIZES, &offset));
            cr_expect_float_eq(offset.exponent, exponents[j], 1e-4);
            cr_expect_float_eq(offset.fixed_s, fixed_s[i], 1e-4 * times_s[0], "%g", fixed_s[i]);
            cr_expect(offset.misfit_ratio < 1e-4);
        }
    }
}

Test(fit, what_is_not_determined_is_refused)
{
    const double flat[SIZES] = {1, 1, 1, 1, 1};
    struct fit_power power = {.exponent = 42};
    struct fit_offset offset = {.exponent = 42};
    cr_expect_not(fit_power(sizes, flat, 2, &power));
    cr_expect_not(fit_offset(sizes, flat, 2, &offset));
    cr_expect_not(fit_offset(sizes, flat, SIZES, &offset), "a constant has no exponent");
    cr_expect(power.exponent == 42 && offset.exponent == 42, "and nothing is written");
}

Test(fit, a_crossing_is_found_between_its_points)
{
    double logs[SIZES];
    struct fit_crossing found;
    for (size_t i = 0; i < SIZES; i++) {
        logs[i] = 0.7 * log(sizes[i] / 33); /* straight in log size: both are exact */
    }
    cr_assert(fit_crossing(sizes, logs, SIZES, 0, SIZES - 1, &found));
    cr_expect_float_eq(found.straight, 33, 1e-9);
    cr_expect_float_eq(found.smooth, 33, 1e-9);
    cr_expect(found.has_smooth);
    cr_expect_not(fit_crossing(sizes, logs, SIZES, 2, SIZES - 1, &found), "it lies before");
    const double one_sided[] = {1, 2, 0.1, 3, 1}, touches[] = {-1, 0, 0, 1, 2};
    cr_expect_not(fit_crossing(sizes, one_sided, SIZES, 0, SIZES - 1, &found));
    cr_expect(fit_crossing(sizes, touches, SIZES, 0, SIZES - 1, &found));
    cr_expect_float_eq(found.straight, 20, 1e-9);
    cr_expect_float_eq(found.smooth, 20, 1e-9);
}

Test(fit, a_bent_curve_is_followed)
{
    double logs[SIZES];
    struct fit_crossing found;
    for (size_t i = 0; i < SIZES; i++) {
        double x = log(sizes[i] / 33);
        logs[i] = x + 0.4 * x * x + 0.05 * x * x * x; /* a cubic: four points determine it */
    }
    cr_assert(fit_crossing(sizes, logs, SIZES, 1, 2, &found));
    cr_expect_float_eq(found.smooth, 33, 1e-9);
    cr_expect(fabs(found.straight / 33 - 1) > 0.01, "%g", found.straight);
    logs[0] = logs[3] = logs[4] = NAN; /* without neighbours it is a straight line */
    cr_assert(fit_crossing(sizes, logs, SIZES, 1, 2, &found));
    cr_expect_not(found.has_smooth);
    cr_expect_float_eq(found.smooth, found.straight, 1e-9);
}

/* A run of two variants at all sizes: in each block everything is slower by its own factor, and
 * the second variant moreover by another one. */
enum { BLOCKS = 5, ROUNDS = 3 };

static const double shared[BLOCKS] = {1, 1.2, 0.9, 1.1, 1};
static const double own[BLOCKS] = {1.01, 0.99, 1, 1.02, 0.98};

struct pair {
    double fixed_s[2], scale_s[2], exponent[2];
};

static void make_run(const struct pair *pair, size_t blocks, struct run *run)
{
    *run = (struct run){.variants_count = 2};
    run->variants = calloc(2, sizeof *run->variants);
    run->plan.variants = calloc(2, sizeof *run->plan.variants);
    run->plan.sizes = calloc(SIZES, sizeof *run->plan.sizes);
    run->plan.variants_count = 2;
    run->plan.sizes_count = SIZES;
    run->plan.variants[1] = 1;
    run->variants[0].threads = run->variants[1].threads = 1;
    for (size_t i = 0; i < SIZES; i++) {
        run->plan.sizes[i] = (size_t)sizes[i];
    }
    cr_assert_eq(run_make_cells(run), STATUS_OK);
    for (size_t i = 0; i < run->cells_count; i++) {
        struct cell *cell = &run->cells[i];
        size_t v = cell->variant;
        double middle_s =
            pair->fixed_s[v] + pair->scale_s[v] * pow((double)cell->size, pair->exponent[v]);
        cell->calls_per_sample_count = 1;
        for (uint32_t s = 0; s < blocks * ROUNDS; s++) {
            uint32_t block = s / ROUNDS;
            double real_s = middle_s * shared[block] * (v == 1 ? own[block] : 1);
            cr_assert_eq(cell_add_sample(cell, &(struct sample){.block = block,
                                                                .round = s % ROUNDS,
                                                                .real_s = real_s,
                                                                .cpu_s = real_s}),
                         STATUS_OK);
        }
    }
    cr_assert_eq(curves_find(run), STATUS_OK);
}

static const struct pair crossing = {{0, 1e-3}, {1e-6, 1e-7}, {2, 1}};

Test(curves, exponents_and_fixed_costs)
{
    struct run run;
    make_run(&crossing, BLOCKS, &run);
    cr_assert_eq(run.fits_count, 2);
    const struct fit *slow = run_fit(&run, 0), *fast = run_fit(&run, 1);
    cr_expect_float_eq(slow->exponent, 2, 1e-9);
    cr_expect_float_eq(slow->exponent_low, 2, 1e-6);
    cr_expect(slow->misfit_ratio < 1e-9);
    cr_expect(isnan(slow->fixed_s), "a pure power costs nothing fixed: %g", slow->fixed_s);
    cr_expect(fast->exponent < 0.1 && fast->exponent > 0);
    cr_expect(fabs(fast->fixed_s / 1e-3 - 1.04) < 0.01, "%g", fast->fixed_s);
    cr_expect(fast->fixed_low_s < fast->fixed_s && fast->fixed_high_s > fast->fixed_s);
    cr_expect_null(run_fit(&run, 2));
    run_free(&run);
}

Test(curves, a_smooth_curve_of_another_law_has_no_fixed_cost)
{
    /* a·N + b·N² cannot be made of one power: of the sum, only its samples can tell. */
    struct run run;
    make_run(&crossing, BLOCKS, &run);
    for (size_t i = 0; i < SIZES; i++) {
        double wanted_s = 1e-6 * sizes[i] + 2e-8 * sizes[i] * sizes[i];
        struct cell *cell = run_cell(&run, 1, (size_t)sizes[i]);
        double was_s = 1e-3 + 1e-7 * sizes[i];
        for (size_t s = 0; s < cell->samples_count; s++) {
            cell->samples[s].real_s *= wanted_s / was_s;
        }
    }
    cr_assert_eq(curves_find(&run), STATUS_OK);
    cr_expect(isnan(run_fit(&run, 1)->fixed_s), "%g", run_fit(&run, 1)->fixed_s);
    run_free(&run);
}

Test(curves, the_crossover_is_found_with_an_interval)
{
    struct run run;
    make_run(&crossing, BLOCKS, &run);
    /* 1e-6 N² = 1e-3 + 1e-7 N at N = 31.67; straight lines between 20 and 50 are a little off. */
    cr_assert_eq(run.crossovers_count, 1);
    const struct crossover *crossover = &run.crossovers[0];
    cr_expect_eq(crossover->faster, 1);
    cr_expect_eq(crossover->slower, 0);
    cr_expect(fabs(crossover->size - 31.67) < 0.2, "%g", crossover->size);
    cr_expect(crossover->low < 31.67 && crossover->high > 31.67);
    cr_expect(crossover->high / crossover->low < 1.05);
    cr_expect(crossover->by_cpu);
    run_free(&run);
}

Test(curves, what_does_not_cross_has_no_crossover)
{
    const struct pair apart = {{0, 0}, {1e-6, 1e-7}, {2, 1}};
    const struct pair alike = {{0, 0}, {1e-6, 1e-6}, {1, 1.001}};
    const struct pair *const pairs[] = {&apart, &alike};
    for (size_t i = 0; i < 2; i++) {
        struct run run;
        make_run(pairs[i], BLOCKS, &run);
        cr_expect_eq(run.crossovers_count, 0);
        run_free(&run);
    }
}

Test(curves, one_block_gives_no_interval_and_no_crossover)
{
    struct run run;
    make_run(&crossing, 1, &run);
    cr_expect_float_eq(run_fit(&run, 0)->exponent, 2, 1e-9);
    cr_expect(isnan(run_fit(&run, 0)->exponent_low));
    cr_expect(isnan(run_fit(&run, 1)->fixed_s));
    cr_expect_eq(run.crossovers_count, 0);
    run_free(&run);
}

Test(curves, failed_sizes_are_left_out)
{
    struct run run;
    make_run(&crossing, BLOCKS, &run);
    cr_assert_eq(cell_fail(run_cell(&run, 0, 50), CELL_TIMEOUT, "too long"), STATUS_OK);
    cr_assert_eq(curves_find(&run), STATUS_OK);
    cr_expect_float_eq(run_fit(&run, 0)->exponent, 2, 1e-9);
    cr_expect_eq(run.crossovers_count, 1, "between 20 and 100");
    cr_assert_eq(cell_fail(run_cell(&run, 0, 20), CELL_TIMEOUT, "too long"), STATUS_OK);
    cr_assert_eq(cell_fail(run_cell(&run, 0, 400), CELL_TIMEOUT, "too long"), STATUS_OK);
    cr_assert_eq(curves_find(&run), STATUS_OK);
    cr_expect(isnan(run_fit(&run, 0)->exponent), "two sizes make no law");
    run_free(&run);
}
