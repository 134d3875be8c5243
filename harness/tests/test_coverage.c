#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "analyze/curves.h"
#include "model/run.h"

/* How often the intervals of curves hold a truth that is known: runs are made up, with noise as
 * processes have it. A run has two variants; their times follow laws, and every fresh process (one
 * for each block, size and variant) has a factor of its own, and so has every block and sample. */

enum { RUNS = 1000, BLOCKS = 5, ROUNDS = 5, SIZES_MAX = 6 };

static const double block_sd = 0.02, process_sd = 0.02, sample_sd = 0.01;

struct law {
    double fixed_s, scale_s, exponent;
};

struct scene {
    const char *name;
    struct law laws[2];
    size_t sizes[SIZES_MAX]; /* ends with 0 */
};

static double law_s(const struct law *law, double size)
{
    return law->fixed_s + law->scale_s * pow(size, law->exponent);
}

static double uniform(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return ((double)(*state >> 11) + 0.5) / (double)(UINT64_C(1) << 53);
}

/* Normal, by Box and Muller. */
static double normal(uint64_t *state)
{
    double radius = sqrt(-2 * log(uniform(state)));
    return radius * cos(2 * 3.14159265358979323846 * uniform(state));
}

static void make_room(const struct scene *scene, struct run *run)
{
    *run = (struct run){.variants_count = 2};
    run->variants = calloc(2, sizeof *run->variants);
    run->plan.variants = calloc(2, sizeof *run->plan.variants);
    run->plan.sizes = calloc(SIZES_MAX, sizeof *run->plan.sizes);
    cr_assert(run->variants != NULL && run->plan.variants != NULL && run->plan.sizes != NULL);
    run->plan.variants_count = 2;
    run->plan.variants[1] = 1;
    run->variants[0].threads = run->variants[1].threads = 1;
    for (size_t i = 0; i < SIZES_MAX && scene->sizes[i] != 0; i++) {
        run->plan.sizes[run->plan.sizes_count++] = scene->sizes[i];
    }
    cr_assert_eq(run_make_cells(run), STATUS_OK);
}

static void make_run(const struct scene *scene, uint64_t *state, struct run *run)
{
    double blocks[BLOCKS];
    make_room(scene, run);
    for (size_t b = 0; b < BLOCKS; b++) {
        blocks[b] = block_sd * normal(state);
    }
    for (size_t i = 0; i < run->cells_count; i++) {
        struct cell *cell = &run->cells[i];
        double middle_s = law_s(&scene->laws[cell->variant], (double)cell->size);
        cell->calls_per_sample_count = 1;
        for (uint32_t b = 0; b < BLOCKS; b++) {
            double process = process_sd * normal(state);
            for (uint32_t r = 0; r < ROUNDS; r++) {
                double real_s = middle_s * exp(blocks[b] + process + sample_sd * normal(state));
                const struct sample sample = {
                    .block = b, .round = r, .real_s = real_s, .cpu_s = real_s};
                cr_assert_eq(cell_add_sample(cell, &sample), STATUS_OK);
            }
        }
    }
    cr_assert_eq(curves_find(run), STATUS_OK);
}

/* Where the second variant's law passes below the first's. */
static double crossing(const struct scene *scene)
{
    double low = 1, high = 1e6;
    for (int i = 0; i < 200; i++) {
        double middle = sqrt(low * high);
        bool before = law_s(&scene->laws[0], middle) < law_s(&scene->laws[1], middle);
        *(before ? &low : &high) = middle;
    }
    return low;
}

/* Of `told` intervals, how many hold the truth, and how wide they are. */
struct tally {
    size_t told, held;
    double width;
};

static void count(struct tally *tally, double low, double high, double truth)
{
    if (isfinite(low) && isfinite(high)) {
        tally->told++;
        tally->held += low <= truth && truth <= high;
        tally->width += (high - low) / truth;
    }
}

struct outcome {
    struct tally exponents, fixed, crossovers;
};

static struct outcome simulate(const struct scene *scene, uint64_t seed)
{
    struct outcome outcome = {0};
    double truth = crossing(scene);
    for (size_t i = 0; i < RUNS; i++) {
        struct run run;
        make_run(scene, &seed, &run);
        for (size_t v = 0; v < 2; v++) {
            const struct law *law = &scene->laws[v];
            const struct fit *fit = run_fit(&run, v);
            if (law->fixed_s > 0) {
                count(&outcome.fixed, fit->fixed_low_s, fit->fixed_high_s, law->fixed_s);
            } else if (v == 0) {
                count(&outcome.exponents, fit->exponent_low, fit->exponent_high, law->exponent);
            }
        }
        if (run.crossovers_count > 0) {
            count(&outcome.crossovers, run.crossovers[0].low, run.crossovers[0].high, truth);
        }
        run_free(&run);
    }
    return outcome;
}

/* A figure that is told in few runs of a scene is not looked at: those few are not a fair choice.
 */
static void expect_coverage(const char *scene, const char *what, const struct tally *tally)
{
    static const double least = 0.92, told_least = 0.9;
    if (tally->told == 0) {
        return;
    }
    double share = (double)tally->held / (double)tally->told;
    cr_expect(share >= least, "%s, %s: %zu of %zu intervals hold the truth", scene, what,
              tally->held, tally->told);
    cr_expect((double)tally->told >= told_least * RUNS, "%s, %s: told in %zu of %d runs", scene,
              what, tally->told, RUNS);
    cr_expect(tally->width / (double)tally->told < 1, "%s, %s: an interval that says nothing",
              scene, what);
}

static const struct scene scenes[] = {
    {"powers", {{0, 1e-6, 2}, {0, 5e-5, 1}}, {10, 20, 40, 80, 160}},
    {"three sizes", {{0, 1e-6, 2}, {0, 5e-5, 1}}, {20, 40, 80}},
    {"a crossing near a size", {{0, 1e-6, 2}, {0, 4.1e-5, 1}}, {10, 20, 40, 80, 160}},
    {"nearly parallel", {{0, 1e-6, 1.2}, {0, 1.5e-6, 1.1}}, {10, 20, 40, 80, 160}},
    {"a fixed cost", {{0, 1e-6, 2}, {1e-3, 1e-6, 1}}, {10, 20, 40, 80, 160, 320}},
    {"a fixed cost, four sizes", {{0, 1e-6, 2}, {1e-3, 1e-5, 1}}, {10, 20, 40, 80}},
    /* In these a straight line between two sizes is up to a tenth off. */
    {"bent, far apart", {{0, 1e-6, 2}, {4e-4, 1e-5, 1}}, {10, 40, 160, 640}},
    {"bent, steep", {{0, 1e-6, 3}, {1e-2, 1e-6, 2}}, {10, 40, 160}},
    {"bent, near", {{0, 1e-6, 2}, {2e-3, 1e-5, 1}}, {10, 20, 40, 80, 160}},
};

Test(coverage, intervals_of_curves_hold_the_truth, .timeout = 600)
{
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        struct outcome outcome = simulate(&scenes[i], 40 + i);
        expect_coverage(scenes[i].name, "exponents", &outcome.exponents);
        expect_coverage(scenes[i].name, "fixed costs", &outcome.fixed);
        expect_coverage(scenes[i].name, "crossovers", &outcome.crossovers);
        cr_expect(outcome.crossovers.told > 0 && outcome.exponents.told > 0);
        cr_expect(scenes[i].laws[1].fixed_s <= 0 || outcome.fixed.told > 0, "%s", scenes[i].name);
    }
}

Test(coverage, where_nobody_knows_how_a_curve_bends_the_sizes_are_the_interval)
{
    static const struct scene two = {"", {{0, 1e-6, 2}, {0, 2e-5, 1}}, {10, 40}};
    struct run run;
    uint64_t seed = 40;
    make_run(&two, &seed, &run);
    cr_assert_eq(run.crossovers_count, 1);
    cr_expect_float_eq(run.crossovers[0].low, 10, 1e-9);
    cr_expect_float_eq(run.crossovers[0].high, 40, 1e-9);
    cr_expect(fabs(run.crossovers[0].size / 20 - 1) < 0.1);
    run_free(&run);
}
