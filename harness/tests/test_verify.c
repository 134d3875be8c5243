#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "measure/verify.h"

static const struct tolerance exact = {0, 0}, loose = {1e-6, 1e-3};

static struct value vector(size_t count, const double *numbers)
{
    struct value value;
    cr_assert_eq(value_array(1, &count, &value), STATUS_OK);
    memcpy(value.numbers, numbers, count * sizeof *numbers);
    return value;
}

static struct value number(double x)
{
    struct value value;
    cr_assert_eq(value_array(0, NULL, &value), STATUS_OK);
    value.numbers[0] = x;
    return value;
}

static char why[600];
static struct residual residual;

/* Compares and lets go of both. */
static bool match(struct value expected, struct value result, const struct tolerance *tolerance)
{
    why[0] = '\0';
    residual = (struct residual){0, 0};
    bool same = verify_compare(&expected, &result, tolerance, &residual, why, sizeof why);
    cr_expect_eq(same, why[0] == '\0', "a mismatch, and only that, has a reason: \"%s\"", why);
    value_free(&expected);
    value_free(&result);
    return same;
}

#define VECTOR(...)                                                                                \
    vector(sizeof((double[]){__VA_ARGS__}) / sizeof(double), (double[]){__VA_ARGS__})

Test(verify, equal_results_match_without_tolerance)
{
    cr_expect(match(VECTOR(1, 2, 3), VECTOR(1, 2, 3), &exact));
    cr_expect_eq(residual.max_absolute, 0);
    cr_expect_eq(residual.max_relative, 0);
    cr_expect(match(number(0.0), number(-0.0), &exact));
    cr_expect(match((struct value){0}, (struct value){0}, &exact), "None is None");
}

Test(verify, the_tolerance_is_absolute_plus_relative)
{
    /* |x − e| ≤ 1e-6 + 1e-3·|e| */
    cr_expect(match(number(1000), number(1001), &loose));
    cr_expect_not(match(number(1000), number(1001.00001), &loose));
    cr_expect(match(number(0), number(9.9e-7), &loose));
    cr_expect_not(match(number(0), number(1.1e-6), &loose));
    cr_expect(match(number(-1000), number(-1001), &loose));
    cr_expect_not(match(number(-1000), number(1000), &loose), "the sign counts");
}

Test(verify, the_residual_is_the_worst_difference)
{
    const struct tolerance wide = {1, 0};
    cr_expect(match(VECTOR(100, 0, 0.5), VECTOR(100.5, 0.25, 0.5), &wide));
    cr_expect_eq(residual.max_absolute, 0.5);
    cr_expect_eq(residual.max_relative, 0.005, "an expected 0 has no relative difference");
}

Test(verify, one_element_off_is_named_with_both_numbers)
{
    struct value matrix, other;
    const size_t shape[] = {3, 2};
    cr_assert_eq(value_array(2, shape, &matrix), STATUS_OK);
    cr_assert_eq(value_array(2, shape, &other), STATUS_OK);
    other.numbers[3] = 0.25;
    other.numbers[5] = 9; /* a later one: the first is told, the worst counts */
    cr_expect_not(match(matrix, other, &loose));
    cr_expect(strstr(why, "[1, 1]") != NULL && strstr(why, "0.25") != NULL, "%s", why);
    cr_expect_eq(residual.max_absolute, 9);
}

Test(verify, nan_matches_only_nan)
{
    const struct tolerance anything = {INFINITY, 0};
    cr_expect(match(number(NAN), number(NAN), &exact));
    cr_expect_not(match(number(1), number(NAN), &anything));
    cr_expect_not(match(number(NAN), number(1), &anything));
    cr_expect_not(match(VECTOR(1, 2, 3), VECTOR(1, NAN, 3), &loose));
    cr_expect(strstr(why, "[1]") != NULL && strstr(why, "nan") != NULL, "%s", why);
}

Test(verify, infinity_matches_only_the_same_infinity)
{
    cr_expect(match(number(INFINITY), number(INFINITY), &exact));
    cr_expect_not(match(number(INFINITY), number(-INFINITY), &loose));
    cr_expect_not(match(number(INFINITY), number(1e308), &loose));
    cr_expect_not(match(number(1), number(INFINITY), &loose));
    cr_expect_not(match(number(1e308), number(-1e308), &loose), "a difference that overflows");
}

Test(verify, shapes_must_be_the_same)
{
    struct value row, column;
    cr_assert_eq(value_array(2, (const size_t[]){1, 3}, &row), STATUS_OK);
    cr_assert_eq(value_array(2, (const size_t[]){3, 1}, &column), STATUS_OK);
    cr_expect_not(match(row, column, &loose));
    cr_expect(strstr(why, "(3, 1)") != NULL && strstr(why, "(1, 3)") != NULL, "%s", why);
    cr_expect_not(match(VECTOR(1, 2), VECTOR(1, 2, 3), &loose));
    cr_expect_not(match(number(1), VECTOR(1), &loose), "a number is no array of one");
    cr_expect_not(match(VECTOR(1), (struct value){0}, &loose));
    cr_expect(strstr(why, "None") != NULL, "%s", why);
    cr_expect_not(match((struct value){0}, number(0), &loose));
}

static struct value pair(struct value first, struct value second)
{
    struct value group;
    cr_assert_eq(value_group(2, &group), STATUS_OK);
    group.members[0] = first;
    group.members[1] = second;
    return group;
}

Test(verify, groups_are_compared_part_by_part)
{
    cr_expect(match(pair(VECTOR(1, 2), number(3)), pair(VECTOR(1, 2), number(3)), &exact));
    cr_expect_not(match(pair(VECTOR(1, 2), number(3)), pair(VECTOR(1, 2), number(4)), &loose));
    cr_expect(strstr(why, "part 1") != NULL, "%s", why);
    cr_expect_not(match(pair(VECTOR(1, 2), number(3)), pair(number(3), VECTOR(1, 2)), &loose));
    cr_expect_not(match(pair(VECTOR(1, 2), number(3)), VECTOR(1, 2), &loose));
    /* A wrong part does not hide the residual of a later one. */
    cr_expect_not(match(pair(number(0), number(0)), pair(number(1), number(5)), &loose));
    cr_expect_eq(residual.max_absolute, 5);
}

Test(verify, a_short_buffer_for_the_reason_is_enough)
{
    char small[8];
    struct value one = number(1), other = VECTOR(1, 2, 3);
    cr_expect_not(verify_compare(&one, &other, &exact, &residual, small, sizeof small));
    cr_expect_eq(strnlen(small, sizeof small), sizeof small - 1);
    value_free(&one);
    value_free(&other);
}
