#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/noise.h"

/* A sample of ten calls of a millisecond each, computing all the time, that nothing disturbed. */
enum { CALLS = 10 };
static const struct sample calm = {.real_s = 1e-3, .cpu_s = 1e-3, .user_s = 1e-3};

Test(noise, a_calm_sample_counts)
{
    cr_expect_null(noise_judge(&calm, CALLS));
    struct sample sample = calm;
    sample.delayed_s = sample.steal_s = 0.01 * CALLS * 1e-3;
    cr_expect_null(noise_judge(&sample, CALLS), "one part in a hundred does not show");
}

Test(noise, each_disturbance_has_its_name)
{
    struct sample sample = calm;
    sample.delayed_s = 0.03 * CALLS * 1e-3;
    cr_expect_eq(noise_judge(&sample, CALLS), noise_preempted);
    cr_expect_null(noise_judge(&sample, 2 * CALLS), "it is a share of the whole sample");
    sample = calm;
    sample.steal_s = 0.03 * CALLS * 1e-3;
    cr_expect_eq(noise_judge(&sample, CALLS), noise_stolen);
    sample = calm;
    sample.major_faults_count = 1;
    cr_expect_eq(noise_judge(&sample, CALLS), noise_faulted);
}

Test(noise, what_is_unknown_disturbs_nothing)
{
    struct sample sample = calm;
    sample.delayed_s = sample.steal_s = sample.pressure_s = sample.others_s = NAN;
    cr_expect_null(noise_judge(&sample, CALLS));
}

/* A run of one cell with ten samples, of which the first `disturbed` were. */
static struct run make_run(size_t disturbed)
{
    struct run run = {0};
    run.variants_count = run.plan.variants_count = run.plan.sizes_count = 1;
    run.variants = calloc(1, sizeof *run.variants);
    run.variants[0] =
        (struct run_variant){.name = strdup("naive"), .label = strdup("naive"), .threads = 1};
    run.plan.variants = calloc(1, sizeof *run.plan.variants);
    run.plan.sizes = calloc(1, sizeof *run.plan.sizes);
    run.plan.sizes[0] = 10;
    cr_assert_eq(run_make_cells(&run), STATUS_OK);
    run.cells[0].calls_per_sample_count = CALLS;
    for (size_t i = 0; i < 10; i++) {
        struct sample sample = calm;
        sample.major_faults_count = i < disturbed;
        cr_assert_eq(cell_add_sample(&run.cells[0], &sample), STATUS_OK);
    }
    return run;
}

static size_t quarantined_count(const struct run *run)
{
    size_t count = 0;
    for (size_t i = 0; i < run->cells[0].samples_count; i++) {
        count += run->cells[0].samples[i].quarantined != NULL;
    }
    return count;
}

Test(noise, disturbed_samples_are_marked_and_marked_anew)
{
    struct run run = make_run(4);
    cr_assert_eq(noise_mark(&run), STATUS_OK);
    cr_expect_eq(quarantined_count(&run), 4);
    cr_expect_eq(run.warnings_count, 0);
    run.cells[0].samples[0].major_faults_count = 0;
    cr_assert_eq(noise_mark(&run), STATUS_OK);
    cr_expect_eq(quarantined_count(&run), 3);
    run_free(&run);
}

Test(noise, each_block_has_its_own_number_of_calls)
{
    struct run run = make_run(0);
    struct cell *cell = &run.cells[0];
    cell->calls_per_sample_count = 1000; /* of the latest worker */
    for (size_t i = 0; i < 10; i++) {
        cell->samples[i].calls_count = i < 2 ? CALLS : 10 * CALLS;
        cell->samples[i].delayed_s = 0.03 * CALLS * 1e-3; /* 3 % of ten calls, 0.3 % of a hundred */
    }
    cr_assert_eq(noise_mark(&run), STATUS_OK);
    cr_expect_eq(quarantined_count(&run), 2);
    for (size_t i = 0; i < 10; i++) {
        cell->samples[i].calls_count = i < 2 ? 10 * CALLS : CALLS;
        cell->samples[i].cpu_s = 0.93e-3; /* the rest of the time it waited for a processor, */
        cell->samples[i].delayed_s = 0.05 * CALLS * 1e-3; /* most of it: it computes */
    }
    cr_expect(noise_is_cpu_bound(cell));
    run_free(&run);
}

Test(noise, when_most_are_disturbed_all_count_and_the_run_is_warned)
{
    struct run run = make_run(6);
    cr_assert_eq(noise_mark(&run), STATUS_OK);
    cr_expect_eq(quarantined_count(&run), 0);
    cr_assert_eq(run.warnings_count, 1);
    cr_expect(strstr(run.warnings[0].message, "1 of 1 rows (naive at N=10 first)") != NULL, "%s",
              run.warnings[0].message);
    cr_expect(strlen(run.warnings[0].remedy) > 0);
    run_free(&run);
}

Test(noise, cpu_time_is_the_clock_of_what_computes)
{
    struct run run = make_run(0);
    cr_expect(noise_is_cpu_bound(&run.cells[0]));
    for (size_t i = 0; i < 10; i++) {
        run.cells[0].samples[i].cpu_s = 0.5e-3; /* it slept for half of its time */
    }
    cr_expect_not(noise_is_cpu_bound(&run.cells[0]));
    for (size_t i = 0; i < 10; i++) {
        run.cells[0].samples[i].delayed_s = 0.5e-3 * CALLS; /* no: it was kept from computing */
    }
    cr_expect(noise_is_cpu_bound(&run.cells[0]));
    for (size_t i = 0; i < 10; i++) {
        run.cells[0].samples[i].delayed_s = NAN;
    }
    cr_expect_not(noise_is_cpu_bound(&run.cells[0]), "not known to be");
    run_free(&run);
}
