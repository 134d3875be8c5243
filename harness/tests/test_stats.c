#include <criterion/criterion.h>
#include <math.h>

#include "analyze/stats.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void expect_near(double got, double wanted, double tolerance, const char *what)
{
    cr_expect(fabs(got - wanted) <= tolerance, "%s: %.17g, wanted %.17g", what, got, wanted);
}

Test(stats, nothing_gives_nan)
{
    double result = 0;
    cr_expect(isnan(stats_min(NULL, 0)));
    cr_expect(isnan(stats_mean(NULL, 0)));
    cr_expect(isnan(stats_stddev(NULL, 0)));
    cr_expect(isnan(stats_median_sorted(NULL, 0)));
    const double one = 5;
    cr_expect(isnan(stats_stddev(&one, 1)), "one number has no spread");
    cr_expect_eq(stats_median(&one, 0, &result), STATUS_OK);
    cr_expect(isnan(result));
    cr_expect_eq(stats_mad(&one, 0, &result), STATUS_OK);
    cr_expect(isnan(result));
    stats_sort(NULL, 0);
}

Test(stats, known_answers)
{
    const double numbers[] = {9, 2, 5, 4, 12, 7, 8, 11, 9, 3, 7, 4, 12, 5, 4, 10, 9, 6, 9, 4};
    double result = 0;
    expect_near(stats_mean(numbers, COUNT(numbers)), 7, 0, "mean");
    expect_near(stats_stddev(numbers, COUNT(numbers)), sqrt(178.0 / 19), 1e-15, "stddev");
    expect_near(stats_min(numbers, COUNT(numbers)), 2, 0, "min");
    cr_assert_eq(stats_median(numbers, COUNT(numbers), &result), STATUS_OK);
    expect_near(result, 7, 0, "median");
    cr_expect_eq(numbers[0], 9, "the input is as it was");
    const double few[] = {1, 1, 2, 2, 4, 6, 9};
    cr_assert_eq(stats_mad(few, COUNT(few), &result), STATUS_OK);
    expect_near(result, 1, 0, "mad");
    cr_expect_eq(few[6], 9);
}

Test(stats, the_median_of_an_even_count_is_the_mean_of_the_middle_two)
{
    const double odd[] = {3, 1, 2}, even[] = {4, 1, 3, 2}, same[] = {5, 5, 5, 5};
    double result = 0;
    cr_assert_eq(stats_median(odd, 3, &result), STATUS_OK);
    cr_expect_eq(result, 2);
    cr_assert_eq(stats_median(even, 4, &result), STATUS_OK);
    cr_expect_eq(result, 2.5);
    cr_assert_eq(stats_mad(same, 4, &result), STATUS_OK);
    cr_expect_eq(result, 0);
}

Test(stats, one_wild_number_does_not_move_the_median)
{
    const double numbers[] = {1.0, 1.1, 0.9, 1.0, 1e6};
    double median = 0, mad = 0;
    cr_assert_eq(stats_median(numbers, 5, &median), STATUS_OK);
    cr_assert_eq(stats_mad(numbers, 5, &mad), STATUS_OK);
    cr_expect_eq(median, 1.0);
    expect_near(mad, 0.1, 1e-12, "mad");
}

Test(stats, a_large_mean_keeps_the_digits_of_the_spread)
{
    /* The one-pass formula gives 0 or NAN here. */
    const double numbers[] = {1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16};
    expect_near(stats_stddev(numbers, COUNT(numbers)), sqrt(30), 1e-12, "stddev");
    const double larger[] = {1e15 + 4, 1e15 + 7, 1e15 + 13, 1e15 + 16};
    expect_near(stats_stddev(larger, COUNT(larger)), sqrt(30), 1e-12, "stddev");
}

Test(stats, sorting_is_by_value)
{
    double numbers[] = {3, -INFINITY, 2, -1, INFINITY, 0, 2};
    const double sorted[] = {-INFINITY, -1, 0, 2, 2, 3, INFINITY};
    stats_sort(numbers, COUNT(numbers));
    for (size_t i = 0; i < COUNT(sorted); i++) {
        cr_expect_eq(numbers[i], sorted[i]);
    }
}

/* Student's t, as published: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2; the last
 * by the normal distribution. */
static const struct {
    double freedom, quantile95, quantile99;
} quantiles[] = {{1, 12.706, 63.657}, {2, 4.303, 9.925},   {3, 3.182, 5.841},  {4, 2.776, 4.604},
                 {5, 2.571, 4.032},   {9, 2.262, 3.250},   {10, 2.228, 3.169}, {20, 2.086, 2.845},
                 {29, 2.045, 2.756},  {30, 2.042, 2.750},  {31, 2.040, 2.744}, {40, 2.021, 2.704},
                 {60, 2.000, 2.660},  {100, 1.984, 2.626}, {1e6, 1.960, 2.576}};

Test(stats, students_t_as_published)
{
    for (size_t i = 0; i < COUNT(quantiles); i++) {
        expect_near(stats_t(quantiles[i].freedom, 0.95), quantiles[i].quantile95, 0.0006, "95 %");
        expect_near(stats_t(quantiles[i].freedom, 0.99), quantiles[i].quantile99, 0.0006, "99 %");
    }
}

Test(stats, students_t_where_it_is_known_in_closed_form)
{
    static const double coverages[] = {0.5, 0.9, 0.95, 0.975, 0.999};
    for (size_t i = 0; i < COUNT(coverages); i++) {
        double coverage = coverages[i];
        double tangent = tan(coverage * acos(-1) / 2);
        double algebraic = coverage * sqrt(2 / (1 - coverage * coverage));
        expect_near(stats_t(1, coverage) / tangent, 1, 1e-7, "with one it is a tangent");
        expect_near(stats_t(2, coverage) / algebraic, 1, 1e-7, "with two, algebraic");
    }
    expect_near(stats_t(1e6, 0.95), 1.959966, 1e-5, "with many, the normal distribution's");
}

Test(stats, students_t_between_whole_numbers)
{
    for (double freedom = 1; freedom < 200; freedom += 0.25) {
        cr_expect(stats_t(freedom, 0.95) > stats_t(freedom + 0.25, 0.95), "it falls at %g",
                  freedom);
        cr_expect(stats_t(freedom, 0.95) < stats_t(freedom, 0.975), "more at %g", freedom);
    }
}
