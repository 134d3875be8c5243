#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "plan/merge.h"
#include "plan/plan.h"

/* A lab that lives in static memory: baseline "naive" is the second variant. */
static struct variant variants[] = {{.name = "numpy", .label = "numpy", .threads = 1},
                                    {.name = "naive", .label = "naive", .threads = 1},
                                    {.name = "c", .label = "c", .threads = 1}};
static size_t quick_sizes[] = {10, 100}, full_sizes[] = {1000};
static char *few_variants[] = {"c", "naive"};
static struct preset presets[] = {{.name = "quick",
                                   .sizes = quick_sizes,
                                   .sizes_count = 2,
                                   .parameters = "{\"epochs\": 2}",
                                   .samples = 3,
                                   .budget_s = 40},
                                  {.name = "full",
                                   .sizes = full_sizes,
                                   .sizes_count = 1,
                                   .parameters = "{}",
                                   .timeout_s = 120,
                                   .warmup_size = 10},
                                  {.name = "few",
                                   .sizes = full_sizes,
                                   .sizes_count = 1,
                                   .parameters = "{}",
                                   .variants = few_variants,
                                   .variants_count = 2}};
static const struct lab lab = {.name = "demo",
                               .parameters = "{\"epochs\": 1, \"step\": 0.5}",
                               .baseline = 1,
                               .presets = presets,
                               .presets_count = 3,
                               .variants = variants,
                               .variants_count = 3};

static struct plan build(struct plan_request request)
{
    struct plan plan;
    cr_assert_eq(plan_build(&lab, &request, &plan), STATUS_OK, "%s",
                 status_explanation(STATUS_BAD_INPUT));
    return plan;
}

Test(plan, defaults_come_from_the_preset_then_from_the_program)
{
    struct plan plan = build((struct plan_request){.seed_given = true, .seed = 7});
    cr_expect_eq(plan.seed, 7);
    cr_expect_str_eq(plan.preset, "quick");
    cr_expect_eq(plan.sizes_count, 2);
    cr_expect_eq(plan.variants_count, 3);
    cr_expect_eq(plan.variants[0], 1, "the baseline first");
    cr_expect_eq(plan.blocks_least, PLAN_BLOCKS_DEFAULT);
    cr_expect_eq(plan.blocks_count, PLAN_BLOCKS_MOST, "the precision decides");
    cr_expect_eq(plan.precision, PLAN_PRECISION_DEFAULT);
    cr_expect_eq(plan.samples_count, 3);
    cr_expect_eq(plan.timeout_s, PLAN_TIMEOUT_DEFAULT_S);
    cr_expect_eq(plan.budget_s, 40);
    cr_expect(plan.memory_bytes > 0, "half of the machine's");
    cr_expect_str_eq(plan.parameters, "{\"epochs\": 2, \"step\": 0.5}");
    plan_free(&plan);
}

Test(plan, what_was_asked_for_goes_first)
{
    struct plan plan = build((struct plan_request){.preset = "full",
                                                   .variants = "c, c",
                                                   .sizes = "30, 5,30",
                                                   .blocks = 2,
                                                   .samples = 9,
                                                   .timeout_s = 1.5,
                                                   .memory_bytes = 4096});
    cr_expect_str_eq(plan.preset, "full");
    cr_assert_eq(plan.variants_count, 2, "the baseline is added, a name twice counts once");
    cr_expect_eq(plan.variants[0], 1);
    cr_expect_eq(plan.variants[1], 2);
    cr_assert_eq(plan.sizes_count, 2);
    cr_expect_eq(plan.sizes[0], 5, "sizes ascend");
    cr_expect_eq(plan.sizes[1], 30);
    cr_expect_eq(plan.blocks_count, 2);
    cr_expect_eq(plan.samples_count, 9);
    cr_expect_eq(plan.timeout_s, 1.5);
    cr_expect_eq(plan.memory_bytes, 4096);
    cr_expect_eq(plan.warmup_size, 10);
    plan_free(&plan);
}

Test(plan, a_preset_may_name_its_variants)
{
    struct plan plan = build((struct plan_request){.preset = "few"});
    cr_assert_eq(plan.variants_count, 2, "not numpy");
    cr_expect_eq(plan.variants[0], 1, "the baseline first, once");
    cr_expect_eq(plan.variants[1], 2);
    plan_free(&plan);
    plan = build((struct plan_request){.preset = "few", .variants = "numpy"});
    cr_assert_eq(plan.variants_count, 2, "what was asked for goes before the preset");
    cr_expect_eq(plan.variants[1], 0);
    plan_free(&plan);
}

static const struct {
    struct plan_request request;
    const char *says[3];
} refused[] = {
    {{.variants = "numba"}, {"numba", "naive", "numpy"}},
    {{.variants = "c,,oops"}, {"oops", "naive", "c"}},
    {{.variants = ","}, {"--variant", "name", ""}},
    {{.preset = "slow"}, {"slow", "quick", "full"}},
    {{.sizes = "0"}, {"--size", "\"0\"", "above 0"}},
    {{.sizes = "10,-1"}, {"--size", "\"-1\"", "above 0"}},
    {{.sizes = "abc"}, {"--size", "\"abc\"", ""}},
    {{.sizes = ""}, {"--size", "above 0", ""}},
    {{.sizes = "1e3"}, {"--size", "\"1e3\"", ""}},
    {{.sizes = "99999999999999999999"}, {"--size", "9999", ""}},
};

Test(plan, a_bad_request_names_what_there_is)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct plan plan;
        cr_expect_eq(plan_build(&lab, &refused[i].request, &plan), STATUS_BAD_INPUT, "%zu", i);
        const char *message = status_explanation(STATUS_BAD_INPUT);
        for (size_t j = 0; j < 3; j++) {
            cr_expect(strstr(message, refused[i].says[j]) != NULL, "%zu: \"%s\" lacks \"%s\"", i,
                      message, refused[i].says[j]);
        }
        cr_expect(strchr(message, '\n') == NULL);
    }
}

enum { MANY = 5 };

static void order_of(const struct plan *plan, uint32_t block, uint32_t round, size_t count,
                     size_t *order)
{
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
    }
    plan_order(plan, 10, block, round, order, count);
}

Test(plan, each_variant_is_equally_often_at_each_place)
{
    struct plan plan = {.seed = 1};
    for (size_t count = 1; count <= MANY; count++) {
        /* Over any `count` rounds that begin at a multiple of it. */
        for (uint32_t square = 0; square < 4; square++) {
            size_t seen[MANY][MANY] = {{0}};
            for (uint32_t i = 0; i < count; i++) {
                size_t order[MANY];
                order_of(&plan, 3, square * (uint32_t)count + i, count, order);
                for (size_t place = 0; place < count; place++) {
                    cr_assert(order[place] < count);
                    seen[order[place]][place]++;
                }
            }
            for (size_t v = 0; v < count * count; v++) {
                cr_expect_eq(seen[v / count][v % count], 1, "%zu variants, square %u", count,
                             square);
            }
        }
    }
}

Test(plan, the_first_to_run_is_drawn_not_fixed)
{
    struct plan plan = {.seed = 1};
    size_t first[MANY] = {0};
    for (uint32_t block = 0; block < 500; block++) {
        size_t order[MANY];
        order_of(&plan, block, 0, MANY, order);
        first[order[0]]++;
    }
    for (size_t v = 0; v < MANY; v++) {
        cr_expect(first[v] > 60 && first[v] < 140, "variant %zu began %zu of 500 blocks", v,
                  first[v]);
    }
}

Test(plan, everything_follows_from_the_seed)
{
    struct plan a = {.seed = 42, .parameters = "{}"}, b = a,
                other = {.seed = 43, .parameters = "{}"};
    size_t differ = 0, orders_differ = 0;
    for (uint32_t round = 0; round < 50; round++) {
        size_t x[MANY], y[MANY], z[MANY];
        order_of(&a, 1, round, MANY, x);
        order_of(&b, 1, round, MANY, y);
        order_of(&other, 1, round, MANY, z);
        cr_expect_arr_eq(x, y, sizeof x);
        orders_differ += memcmp(x, z, sizeof x) != 0;
        cr_expect_eq(plan_problem(&a, 10, 1, round).seed, plan_problem(&b, 10, 1, round).seed);
        differ += plan_problem(&a, 10, 1, round).seed != plan_problem(&other, 10, 1, round).seed;
        cr_expect_eq(plan_pick(&a, 10, 1, round, 0, 9), plan_pick(&b, 10, 1, round, 0, 9));
        cr_expect(plan_pick(&a, 10, 1, round, 0, 9) < 9);
        cr_expect_eq(plan_pick(&a, 10, 1, round, 0, 1), 0);
    }
    cr_expect(differ > 45 && orders_differ > 25, "another seed, another run");
    cr_expect_eq(plan_hash_seed(&a, 10, 1, 0), plan_hash_seed(&b, 10, 1, 0));
    cr_expect_neq(plan_hash_seed(&a, 10, 1, 0), plan_hash_seed(&a, 10, 2, 0), "fresh in a block");
    cr_expect_neq(plan_hash_seed(&a, 10, 1, 0), plan_hash_seed(&a, 10, 1, 1));
    cr_expect_neq(plan_hash_seed(&a, 10, 1, 0), 0, "0 would switch randomisation off");
}

Test(plan, neighbouring_seeds_have_nothing_in_common)
{
    bool same;
    for (uint64_t seed = 0; seed < 20; seed++) {
        const struct plan a = {.seed = seed, .parameters = "{}"};
        for (uint64_t other = seed + 1; other < seed + 6; other++) {
            const struct plan b = {.seed = other, .parameters = "{}"};
            uint64_t problem = plan_problem(&b, 10, 0, 0).seed;
            cr_expect_neq(plan_problem(&a, 10, 0, 0).seed, problem);
            cr_expect_neq(plan_warmup_problem(&a, 10, 0, &same).seed, problem,
                          "seed %d warms up with what seed %d measures", (int)seed, (int)other);
            cr_expect_neq(plan_problem(&a, 10, 0, 0).seed,
                          plan_warmup_problem(&b, 10, 0, &same).seed);
        }
    }
}

Test(plan, rounds_have_different_problems_of_the_size_asked_for)
{
    const struct plan plan = {.seed = 5, .parameters = "{}"};
    cr_expect_eq(plan_problem(&plan, 77, 0, 0).size, 77);
    cr_expect_neq(plan_problem(&plan, 77, 0, 0).seed, plan_problem(&plan, 77, 0, 1).seed);
    cr_expect_neq(plan_problem(&plan, 77, 0, 0).seed, plan_problem(&plan, 77, 1, 0).seed);
    cr_expect(plan_problem(&plan, 77, 0, 0).seed <= UINT32_MAX, "a person can type it");
}

Test(plan, warming_up_may_be_at_a_smaller_size_never_at_a_larger)
{
    const struct plan plan = {.seed = 5, .parameters = "{}", .warmup_size = 10};
    bool same = true;
    cr_expect_eq(plan_warmup_problem(&plan, 500, 0, &same).size, 10);
    cr_expect_not(same);
    cr_expect_eq(plan_warmup_problem(&plan, 5, 0, &same).size, 5);
    cr_expect(same);
    cr_expect_eq(plan_warmup_problem(&plan, 10, 0, &same).size, 10);
    cr_expect(same);
}

Test(plan, without_a_seed_two_plans_differ)
{
    struct plan a = build((struct plan_request){0}), b = build((struct plan_request){0});
    cr_expect_neq(a.seed, b.seed);
    plan_free(&a);
    plan_free(&b);
    plan_free(NULL);
}

Test(plan, equal_parameters_have_equal_texts)
{
    char *a = NULL, *b = NULL;
    cr_assert_eq(merge_parameters("{\"b\": 1, \"a\": 2}", "{}", &a), STATUS_OK);
    cr_assert_eq(merge_parameters("{\"a\": 5}", "{\"a\": 2, \"b\": 1}", &b), STATUS_OK);
    cr_expect_str_eq(a, b);
    free(a);
    free(b);
}
