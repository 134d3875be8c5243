/* The particle oracle against its closed form and against a second way of stepping. */
#include "reference/oracle.h"
#include "reference/particles.h"

#include <complex.h>
#include <criterion/criterion.h>
#include <math.h>

static const double timestep = 1e-5;

static const double starts[][3] = {
    {0.3, 0.5, 1},    {0, -0.5, -1},      {-0.1, -0.4, 3},   {0.9, 0.0, 250},
    {-1.0, 1.0, -40}, {0.001, -0.002, 7}, {1e-6, 0, 100000}, {5000.0, 12000.0, -1e9},
};
enum { STARTS = sizeof starts / sizeof starts[0] };

Test(particles, radius_follows_the_closed_form)
{
    for (size_t i = 0; i < STARTS; i++) {
        double x = starts[i][0], y = starts[i][1], w = starts[i][2];
        const double length = timestep * w;
        const double expected = sqrt(x * x + y * y + 10000 * length * length);
        cr_assert_eq(oracle_particles_evolve(&x, &y, &w, 1, 0.1), STATUS_OK);
        cr_expect(fabs(hypot(x, y) / expected - 1) < 1e-14, "start %zu: radius %.17g, not %.17g", i,
                  hypot(x, y), expected);
    }
}

/* The same step as a product of complex numbers: z·(1 + i·length/|z|), in double. */
Test(particles, complex_stepping_agrees)
{
    for (size_t i = 0; i < STARTS; i++) {
        double x = starts[i][0], y = starts[i][1], w = starts[i][2];
        const double length = timestep * w;
        double complex z = x + y * I;
        for (int step = 0; step < 2000; step++)
            z += z * (length / cabs(z)) * I;
        cr_assert_eq(oracle_particles_evolve(&x, &y, &w, 1, 2000 * timestep), STATUS_OK);
        const double scale = hypot(x, y);
        cr_expect(fabs(creal(z) - x) <= 1e-12 * scale && fabs(cimag(z) - y) <= 1e-12 * scale,
                  "start %zu", i);
    }
}

/* A circle of angle Σ atan(length/rₖ), with rₖ in closed form: no stepping at all. */
Test(particles, angle_follows_the_closed_form)
{
    for (size_t i = 0; i < STARTS; i++) {
        double x = starts[i][0], y = starts[i][1], w = starts[i][2];
        const long double length = (long double)timestep * w;
        const long double square = (long double)x * x + (long double)y * y;
        long double angle = atan2l(y, x);
        for (int step = 0; step < 1000; step++)
            angle += atanl(length / sqrtl(square + step * length * length));
        const long double radius = sqrtl(square + 1000 * length * length);
        cr_assert_eq(oracle_particles_evolve(&x, &y, &w, 1, 0.01), STATUS_OK);
        cr_expect(fabsl(radius * cosl(angle) - x) <= 1e-13L * radius, "start %zu", i);
        cr_expect(fabsl(radius * sinl(angle) - y) <= 1e-13L * radius, "start %zu", i);
    }
}

Test(particles, refuses_what_has_no_answer)
{
    double x = 0, y = 0, w = 1;

    cr_expect_eq(oracle_particles_evolve(&x, &y, &w, 1, 0.1), STATUS_BAD_INPUT);
    cr_expect_eq(oracle_particles_evolve(&x, &y, &w, 1, 0), STATUS_OK, "no step, no division");
    x = 1;
    cr_expect_eq(oracle_particles_evolve(&x, &y, &w, 1, -1), STATUS_BAD_INPUT);
    cr_expect_eq(oracle_particles_evolve(&x, &y, &w, 1, (double)NAN), STATUS_BAD_INPUT);
    cr_expect_eq(oracle_particles_evolve(&x, &y, &w, 1, (double)INFINITY), STATUS_BAD_INPUT);
    cr_expect(x == 1 && y == 0);
}

Test(particles, the_adapter_checks_shapes)
{
    struct value arguments[4], result;
    const size_t three = 3, two = 2;

    for (int a = 0; a < 3; a++) {
        cr_assert_eq(value_array(1, a < 2 ? &three : &two, &arguments[a]), STATUS_OK);
        for (size_t i = 0; i < arguments[a].count; i++)
            arguments[a].numbers[i] = 1;
    }
    cr_assert_eq(value_array(0, NULL, &arguments[3]), STATUS_OK);
    cr_expect_eq(oracle_particles(arguments, 4, &result), STATUS_BAD_INPUT);
    cr_expect_eq(oracle_particles(arguments, 3, &result), STATUS_BAD_INPUT);
    value_free(&arguments[2]);
    cr_expect_eq(oracle_particles(arguments, 4, &result), STATUS_BAD_INPUT);
    cr_assert_eq(value_copy(&arguments[0], &arguments[2]), STATUS_OK);
    cr_assert_eq(oracle_particles(arguments, 4, &result), STATUS_OK);
    cr_expect(result.rank == 2 && result.shape[0] == 2 && result.shape[1] == 3);
    value_free(&result);
    arguments[0].numbers[1] = (double)NAN;
    cr_expect_eq(oracle_particles(arguments, 4, &result), STATUS_BAD_INPUT);
    for (int a = 0; a < 4; a++)
        value_free(&arguments[a]);
}

Test(oracle, registry)
{
    size_t count;
    const struct oracle *all = oracle_all(&count);

    for (size_t i = 0; i < count; i++)
        cr_expect_eq(oracle_find(all[i].name), &all[i]);
    cr_expect_null(oracle_find("no such oracle"));
}
