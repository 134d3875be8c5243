#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/exercise.h"

static void *copy(const void *bytes, size_t size)
{
    void *made = malloc(size);
    cr_assert_not_null(made);
    memcpy(made, bytes, size);
    return made;
}

/* A lab of two variants and two presets, and an exercise that says nothing of its own. */
static struct lab make_lab(void)
{
    const struct variant variants[] = {{.name = strdup("a"),
                                        .label = strdup("A"),
                                        .file = strdup("a.py"),
                                        .function = strdup("run"),
                                        .threads = 1},
                                       {.name = strdup("b"),
                                        .label = strdup("B"),
                                        .file = strdup("b.py"),
                                        .function = strdup("run"),
                                        .threads = 1,
                                        .max_size = 20}};
    const size_t sizes[] = {5, 10, 50};
    const struct preset presets[] = {{.name = strdup("full"),
                                      .sizes = copy(sizes, sizeof sizes),
                                      .sizes_count = 3,
                                      .parameters = strdup("{}")},
                                     {.name = strdup("quick"),
                                      .sizes = copy(sizes, sizeof sizes),
                                      .sizes_count = 3,
                                      .parameters = strdup("{\"p\": 2}"),
                                      .blocks = 7,
                                      .samples = 2,
                                      .budget_s = 900}};
    return (struct lab){.name = strdup("lab"),
                        .folder = strdup("/lab"),
                        .variants = copy(variants, sizeof variants),
                        .variants_count = 2,
                        .presets = copy(presets, sizeof presets),
                        .presets_count = 2,
                        .problem_file = strdup("problem.py"),
                        .parameters = strdup("{\"p\": 1}"),
                        .oracle_kind = ORACLE_REFERENCE,
                        .oracle = strdup("mds"),
                        .tolerance_absolute = 0.5,
                        .tolerance_relative = 0.25,
                        .exercise = {.file = strdup("exercise.py"),
                                     .solution = strdup("solution.py"),
                                     .target = EXERCISE_TARGET,
                                     .threads = 1,
                                     .tolerance_absolute = NAN,
                                     .tolerance_relative = NAN}};
}

Test(exercise, says_nothing_of_its_own_and_takes_the_labs)
{
    struct lab lab = make_lab();
    cr_assert_eq(exercise_arrange(&lab, "/home/s/mine.py"), STATUS_OK);
    cr_assert_eq(lab.variants_count, 4);
    const struct variant *yours = &lab.variants[lab_variant_index(&lab, EXERCISE_YOURS)];
    const struct variant *solution = &lab.variants[lab_variant_index(&lab, EXERCISE_SOLUTION)];
    cr_expect_str_eq(yours->file, "/home/s/mine.py");
    cr_expect_str_eq(yours->function, "run");
    cr_expect_eq(yours->threads, 1);
    cr_expect_str_eq(solution->file, "solution.py");
    cr_expect_str_eq(solution->function, "run");
    cr_expect_eq(lab.baseline, 0);
    cr_expect_str_eq(lab.problem_file, "problem.py");
    cr_expect_str_eq(lab.oracle, "mds");
    cr_expect_eq(lab.oracle_kind, ORACLE_REFERENCE);
    cr_expect_eq(lab.tolerance_absolute, 0.5);
    const struct preset *preset = lab_preset(&lab, EXERCISE_PRESET);
    cr_assert_not_null(preset);
    cr_expect_str_eq(preset->parameters, "{\"p\": 2}", "those of quick");
    cr_expect(preset->sizes_count == 1 && preset->sizes[0] == 50);
    cr_expect(preset->blocks == 0 && preset->samples == 0 && preset->budget_s == 0,
              "a check has its own");
    lab_free(&lab);
}

Test(exercise, is_not_measured_where_its_baseline_is_not)
{
    struct lab lab = make_lab();
    lab.exercise.baseline = strdup("b");
    cr_assert_eq(exercise_arrange(&lab, "exercise.py"), STATUS_OK);
    cr_expect_eq(lab.baseline, 1);
    cr_expect_eq(lab_preset(&lab, EXERCISE_PRESET)->sizes[0], 10);
    lab_free(&lab);
}

Test(exercise, may_be_another_program_altogether)
{
    struct lab lab = make_lab();
    lab.exercise.problem_file = strdup("shop.py");
    lab.exercise.baseline = strdup("shop_start.py");
    lab.exercise.baseline_is_file = true;
    lab.exercise.function = strdup("total");
    lab.exercise.size = 300;
    lab.exercise.threads = 2;
    lab.exercise.tolerance_absolute = 0;
    cr_assert_eq(exercise_arrange(&lab, "exercise.py"), STATUS_OK);
    const struct variant *start = &lab.variants[lab.baseline];
    cr_expect_str_eq(start->name, EXERCISE_START);
    cr_expect_str_eq(start->file, "shop_start.py");
    cr_expect_str_eq(start->function, "total");
    cr_expect_eq(lab.variants[lab_variant_index(&lab, EXERCISE_YOURS)].threads, 2);
    cr_expect_str_eq(lab.problem_file, "shop.py");
    cr_expect_str_eq(lab.parameters, "{}", "another problem, other parameters");
    cr_expect_str_eq(lab_preset(&lab, EXERCISE_PRESET)->parameters, "{}");
    cr_expect_eq(lab.oracle_kind, ORACLE_VARIANT);
    cr_expect_str_eq(lab.oracle, EXERCISE_START, "the program as it was handed out is right");
    cr_expect_eq(lab.tolerance_absolute, 0);
    cr_expect_eq(lab.tolerance_relative, 0.25);
    cr_expect_eq(lab_preset(&lab, EXERCISE_PRESET)->sizes[0], 300);
    lab_free(&lab);
}

Test(exercise, has_an_oracle_and_parameters_of_its_own)
{
    struct lab lab = make_lab();
    lab.exercise.oracle_kind = ORACLE_FILE;
    lab.exercise.oracle = strdup("truth.py");
    lab.exercise.parameters = strdup("{\"p\": 3}");
    cr_assert_eq(exercise_arrange(&lab, "exercise.py"), STATUS_OK);
    cr_expect_eq(lab.oracle_kind, ORACLE_FILE);
    cr_expect_str_eq(lab.oracle, "truth.py");
    cr_expect_str_eq(lab.parameters, "{\"p\": 1}");
    cr_expect_str_eq(lab_preset(&lab, EXERCISE_PRESET)->parameters, "{\"p\": 3}");
    lab_free(&lab);
}

static void expect_trials(struct lab *lab, const size_t *wanted, size_t wanted_count)
{
    size_t *sizes = NULL, count = 0;
    cr_assert_eq(exercise_arrange(lab, "exercise.py"), STATUS_OK);
    cr_assert_eq(exercise_trials(lab, &sizes, &count), STATUS_OK);
    cr_assert_eq(count, wanted_count);
    cr_expect_arr_eq(sizes, wanted, count * sizeof *sizes);
    free(sizes);
    lab_free(lab);
}

Test(exercise, is_tried_at_small_sizes)
{
    struct lab lab = make_lab();
    expect_trials(&lab, (const size_t[]){1, 2, 3, 7}, 4);
    lab = make_lab();
    lab.exercise.size = 3;
    expect_trials(&lab, (const size_t[]){1, 2}, 2);
    lab = make_lab();
    lab.exercise.size = 1;
    expect_trials(&lab, (const size_t[]){1}, 1);
    lab = make_lab();
    lab.exercise.trials = copy((const size_t[]){4, 90}, 2 * sizeof(size_t));
    lab.exercise.trials_count = 2;
    expect_trials(&lab, (const size_t[]){4, 90}, 2);
}
