/* Particles where they are awkward: near the origin, at rest, fast, many turns, large and small
 * numbers; every kernel of this machine against the oracle's long double. */
#include "kernels/dispatch.h"
#include "reference/particles.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <string.h>

enum { PARTICLES = 67 }; /* 8 registers of AVX-512 and a tail of 3 */

static double random_unit(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) * 0x1p-53;
}

struct particles {
    double x[PARTICLES], y[PARTICLES], w[PARTICLES];
};

/* Radius and speed are drawn evenly on a logarithmic scale between two powers of ten. */
static void draw(double radius_low, double radius_high, double speed_low, double speed_high,
                 double scale, uint64_t seed, struct particles *particles)
{
    for (size_t i = 0; i < PARTICLES; i++) {
        const double r = radius_low + (radius_high - radius_low) * random_unit(&seed);
        const double v = speed_low + (speed_high - speed_low) * random_unit(&seed);
        const double angle = 6.283185307179586 * random_unit(&seed);
        particles->x[i] = scale * pow(10, r) * cos(angle);
        particles->y[i] = scale * pow(10, r) * sin(angle);
        particles->w[i] = scale * pow(10, v) * (random_unit(&seed) < 0.5 ? -1 : 1);
    }
}

/* A step rounds both coordinates by at most 2⁻⁵³ of the radius, for a slow particle always in one
 * direction; a closed form does not step. An angle is known to a few 2⁻⁵³ of itself. */
static double tolerance(const struct kernel *kernel, double radius, double steps, double turn)
{
    return radius * ((kernel->stepless ? 8 : steps + 8) + 4 * turn) * DBL_EPSILON;
}

static bool runs_here(const struct kernel *kernel)
{
    return kernel->operation == KERNEL_PARTICLES_EVOLVE && (dispatch_machine() & 1u << kernel->isa);
}

/* Moves a copy by each kernel, and compares it with the oracle's. */
static void compare(const struct particles *start, uint64_t steps, const char *what)
{
    struct particles expected = *start, moved;

    cr_assert_eq(oracle_particles_evolve(expected.x, expected.y, expected.w, PARTICLES,
                                         (double)steps * 1e-5),
                 STATUS_OK);
    for (size_t k = 0; k < dispatch_count(); k++) {
        const struct kernel *kernel = dispatch_kernel(k);
        if (!runs_here(kernel))
            continue;
        moved = *start;
        kernel->function.particles_evolve(moved.x, moved.y, moved.w, PARTICLES, steps, 1e-5, 2);
        for (size_t i = 0; i < PARTICLES; i++) {
            const double radius = hypot(expected.x[i], expected.y[i]);
            const double before = hypot(start->x[i], start->y[i]);
            const double turn = (double)steps * 1e-5 * fabs(start->w[i]) / ((before + radius) / 2);
            const double close = tolerance(kernel, radius, (double)steps, turn);
            const double dx = moved.x[i] - expected.x[i], dy = moved.y[i] - expected.y[i];
            cr_expect(fabs(dx) <= close && fabs(dy) <= close,
                      "%s, %s, %zu steps, particle %zu: %.2g and %.2g of the radius off, %.2g "
                      "allowed; r %.3g, w %.3g",
                      kernel->name, what, (size_t)steps, i, dx / radius, dy / radius,
                      close / radius, before, start->w[i]);
        }
    }
}

Test(particles, awkward_ones)
{
    static const struct {
        const char *what;
        double radius_low, radius_high, speed_low, speed_high, scale;
        uint64_t steps;
    } families[] = {
        {"as in the lab", -1, 0, -1, 0, 1, 10000},
        {"as in the lab, few steps", -1, 0, -1, 0, 1, 100},
        {"one step", -1, 0, -1, 0, 1, 1},
        {"just enough for the short way", -1, 0, -1, 0, 1, 512},
        {"beyond a quarter turn", -1.5, -1, 0, 1, 1, 10000},
        {"many turns", -1, 0, 2, 3, 1, 10000},
        {"within a few steps of the origin", -9, -2, 0, 2, 1, 2000},
        {"between near and far", -6, 1, -1, 3, 1, 1000},
        {"slow", -1, 0, -12, -2, 1, 3000},
        {"large numbers", -1, 0, -1, 0, 1e100, 1000},
        {"small numbers", -1, 0, -1, 0, 1e-100, 1000},
    };
    struct particles particles;

    for (size_t f = 0; f < sizeof families / sizeof families[0]; f++) {
        draw(families[f].radius_low, families[f].radius_high, families[f].speed_low,
             families[f].speed_high, families[f].scale, f + 1, &particles);
        compare(&particles, families[f].steps, families[f].what);
    }
}

/* One awkward particle among ordinary ones sends its whole register another way. */
Test(particles, awkward_among_ordinary_ones)
{
    struct particles ordinary, mixed;

    draw(-1, 0, -1, 0, 1, 99, &ordinary);
    for (size_t i = 0; i < PARTICLES; i += 11) {
        mixed = ordinary;
        mixed.x[i] *= 1e-7;
        mixed.y[i] *= 1e-7;
        compare(&mixed, 600, "one near the origin");
        mixed = ordinary;
        mixed.w[i] = 1e5;
        compare(&mixed, 600, "a fast one");
    }
}

/* Particles at rest stay where they are, to the last bit, whoever is beside them. */
Test(particles, at_rest)
{
    struct particles start, moved;

    draw(-1, 0, -1, 0, 1, 7, &start);
    for (size_t i = 0; i < PARTICLES; i += 3)
        start.w[i] = i % 2 == 0 ? 0 : -0.0;
    for (size_t k = 0; k < dispatch_count(); k++) {
        const struct kernel *kernel = dispatch_kernel(k);
        if (!runs_here(kernel))
            continue;
        for (uint64_t steps = 0; steps < 2000; steps += 999) {
            moved = start;
            kernel->function.particles_evolve(moved.x, moved.y, moved.w, PARTICLES, steps, 1e-5, 1);
            for (size_t i = 0; i < PARTICLES; i++) {
                const bool same = moved.x[i] == start.x[i] && moved.y[i] == start.y[i];
                cr_expect_eq(same, start.w[i] == 0 || steps == 0, "%s, particle %zu", kernel->name,
                             i);
            }
        }
    }
    compare(&start, 3000, "some at rest");
}

Test(particles, none)
{
    for (size_t k = 0; k < dispatch_count(); k++)
        if (runs_here(dispatch_kernel(k)))
            dispatch_kernel(k)->function.particles_evolve(NULL, NULL, NULL, 0, 1000, 1e-5, 3);
}

/* A step as long as the radius is wide, from another timestep; against the definition itself. */
Test(particles, long_steps)
{
    for (size_t k = 0; k < dispatch_count(); k++) {
        double x = 3, y = 4, w = 5;
        if (!runs_here(dispatch_kernel(k)))
            continue;
        dispatch_kernel(k)->function.particles_evolve(&x, &y, &w, 1, 1, 1, 1);
        cr_expect_float_eq(x, -1, 1e-15, "%s", dispatch_kernel(k)->name);
        cr_expect_float_eq(y, 7, 1e-15, "%s", dispatch_kernel(k)->name);
    }
}

static void check_fit(const struct kernel *kernel, size_t n)
{
    static const double bad[] = {(double)NAN, -(double)NAN, (double)INFINITY, -(double)INFINITY};
    struct particles particles;

    draw(-1, 0, -1, 0, 1, n, &particles);
    cr_expect(kernel->function.particles_check(particles.x, particles.y, particles.w, n));
    for (size_t i = 0; i < n; i++)
        for (size_t b = 0; b < 5; b++)
            for (int array = 0; array < 3; array++) {
                struct particles spoilt = particles;
                double *numbers[] = {spoilt.x, spoilt.y, spoilt.w};
                if (b < 4)
                    numbers[array][i] = bad[b];
                else
                    spoilt.x[i] = spoilt.y[i] = 0;
                cr_expect(!kernel->function.particles_check(spoilt.x, spoilt.y, spoilt.w, n),
                          "%s, n %zu, particle %zu, case %zu", kernel->name, n, i, b);
            }
}

Test(particles, unfit_ones_are_seen)
{
    for (size_t k = 0; k < dispatch_count(); k++) {
        const struct kernel *kernel = dispatch_kernel(k);
        if (kernel->operation == KERNEL_PARTICLES_CHECK && (dispatch_machine() & 1u << kernel->isa))
            for (size_t n = 0; n <= PARTICLES; n += n < 17 ? 1 : 10)
                check_fit(kernel, n);
    }
}
