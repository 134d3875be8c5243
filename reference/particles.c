#include "reference/particles.h"

#include "reference/check.h"

#include <math.h>
#include <string.h>

static const double timestep = 1e-5;

/* Above this a double cannot count the steps one by one. */
static const double steps_max = 9007199254740992.0;

static enum status count_steps(double duration, double *steps)
{
    *steps = rint(duration / timestep);
    if (!(duration >= 0) || !(*steps <= steps_max))
        return status_fail(STATUS_BAD_INPUT,
                           "oracle particles: duration %g is not a time of at least 0 and at most "
                           "2^53 steps",
                           duration);
    return STATUS_OK;
}

static void evolve_one(double *x, double *y, double w, double steps)
{
    long double px = *x;
    long double py = *y;
    const long double length = (long double)timestep * w;

    for (double step = 0; step < steps; step++) {
        const long double radius = sqrtl(px * px + py * py);
        const long double dx = -py / radius * length;
        const long double dy = px / radius * length;
        px += dx;
        py += dy;
    }
    *x = (double)px;
    *y = (double)py;
}

enum status oracle_particles_evolve(double *x, double *y, const double *w, size_t n,
                                    double duration)
{
    double steps;
    enum status status = count_steps(duration, &steps);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; steps > 0 && i < n; i++)
        if (x[i] * x[i] + y[i] * y[i] == 0)
            return status_fail(STATUS_BAD_INPUT,
                               "oracle particles: particle %zu is at the origin, where it has no "
                               "direction",
                               i);
    for (size_t i = 0; i < n; i++)
        evolve_one(&x[i], &y[i], w[i], steps);
    return STATUS_OK;
}

enum status oracle_particles(const struct value *arguments, size_t count, struct value *result)
{
    static const char *const names[] = {"x", "y", "w"};
    enum status status = check_count("particles", count, 4);

    if (status != STATUS_OK)
        return status;
    const size_t n =
        arguments[0].kind == VALUE_ARRAY && arguments[0].rank == 1 ? arguments[0].shape[0] : 0;
    for (size_t a = 0; a < 3; a++) {
        status = check_array("particles", names[a], &arguments[a], 1, &n,
                             "an array of shape (N), N the same for x, y and w");
        if (status != STATUS_OK)
            return status;
    }
    status = check_array("particles", "duration", &arguments[3], 0, NULL, "a number");
    if (status != STATUS_OK)
        return status;

    const size_t shape[] = {2, n};
    status = value_array(2, shape, result);
    if (status != STATUS_OK || n == 0)
        return status;
    double *x = result->numbers;
    double *y = result->numbers + n;
    memcpy(x, arguments[0].numbers, n * sizeof *x);
    memcpy(y, arguments[1].numbers, n * sizeof *y);
    status = oracle_particles_evolve(x, y, arguments[2].numbers, n, arguments[3].numbers[0]);
    if (status != STATUS_OK)
        value_free(result);
    return status;
}
