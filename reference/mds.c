#include "reference/mds.h"

#include "reference/check.h"

#include <math.h>
#include <string.h>

static const double radius_start = 1.0;
static const double radius_end = 1e-3;
static const double radius_tolerance = 1e-4;

/* The row error of point i if it stood at (x, y). */
static double row_error(const double *d_goal, const double *xs, size_t n, size_t i, double x,
                        double y)
{
    double sum = 0;

    for (size_t j = 0; j < n; j++) {
        const double dx = j == i ? 0 : x - xs[2 * j];
        const double dy = j == i ? 0 : y - xs[2 * j + 1];
        const double difference = d_goal[i * n + j] - sqrt(dx * dx + dy * dy);
        sum += difference * difference;
    }
    return sum;
}

static void move_point(const double *d_goal, double *xs, size_t n, size_t i, double radius)
{
    const double moves[4][2] = {{radius, 0}, {0, radius}, {-radius, 0}, {0, -radius}};
    size_t best = 0;
    double best_error = 0;

    for (size_t m = 0; m < 4; m++) {
        const double error =
            row_error(d_goal, xs, n, i, xs[2 * i] + moves[m][0], xs[2 * i + 1] + moves[m][1]);
        if (m == 0 || error < best_error) {
            best = m;
            best_error = error;
        }
    }
    xs[2 * i] += moves[best][0];
    xs[2 * i + 1] += moves[best][1];
}

long double oracle_mds_error(const double *d_goal, const double *xs, size_t n)
{
    long double sum = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const long double dx = (long double)xs[2 * i] - xs[2 * j];
            const long double dy = (long double)xs[2 * i + 1] - xs[2 * j + 1];
            const long double difference = d_goal[i * n + j] - sqrtl(dx * dx + dy * dy);
            sum += difference * difference;
        }
    return sum;
}

void oracle_mds_solve(const double *d_goal, double *xs, size_t n, double epochs, double *error,
                      double *epochs_done)
{
    double radius = radius_start;
    double done = 0;
    long double previous = (long double)INFINITY;
    long double total = oracle_mds_error(d_goal, xs, n);

    while (done < epochs && radius > radius_end) {
        if (total >= previous || previous - total <= radius_tolerance * total)
            radius *= 0.5;
        previous = total;
        for (size_t i = 0; i < n; i++)
            move_point(d_goal, xs, n, i, radius);
        total = oracle_mds_error(d_goal, xs, n);
        done++;
    }
    *error = (double)total;
    *epochs_done = done;
}

static enum status check_goal(const double *d_goal, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            const double distance = d_goal[i * n + j];
            if (distance < 0 || distance != d_goal[j * n + i] || (i == j && distance != 0))
                return status_fail(STATUS_BAD_INPUT,
                                   "oracle mds: d_goal[%zu, %zu] is %g; d_goal must be symmetric "
                                   "with a zero diagonal and no negative entry",
                                   i, j, distance);
        }
    return STATUS_OK;
}

static enum status check_arguments(const struct value *arguments, size_t count, size_t *n)
{
    enum status status = check_count("mds", count, 3);

    if (status != STATUS_OK)
        return status;
    *n = arguments[0].kind == VALUE_ARRAY && arguments[0].rank > 0 ? arguments[0].shape[0] : 0;
    const size_t square[] = {*n, *n};
    const size_t points[] = {*n, 2};
    status = check_array("mds", "d_goal", &arguments[0], 2, square, "an array of shape (N, N)");
    if (status == STATUS_OK)
        status = check_array("mds", "xs", &arguments[1], 2, points,
                             "an array of shape (N, 2), N as in d_goal");
    if (status == STATUS_OK)
        status = check_array("mds", "epochs", &arguments[2], 0, NULL, "a number");
    if (status == STATUS_OK)
        status = check_goal(arguments[0].numbers, *n);
    if (status != STATUS_OK)
        return status;
    const double epochs = arguments[2].numbers[0];
    if (epochs < 0 || epochs != floor(epochs))
        return status_fail(STATUS_BAD_INPUT, "oracle mds: epochs is %g, not a whole number ≥ 0",
                           epochs);
    return STATUS_OK;
}

enum status oracle_mds(const struct value *arguments, size_t count, struct value *result)
{
    struct value group = {.kind = VALUE_NOTHING};
    size_t n = 0;
    enum status status = check_arguments(arguments, count, &n);

    if (status == STATUS_OK)
        status = value_group(3, &group);
    if (status == STATUS_OK)
        status = value_copy(&arguments[1], &group.members[0]);
    if (status == STATUS_OK)
        status = value_array(0, NULL, &group.members[1]);
    if (status == STATUS_OK)
        status = value_array(0, NULL, &group.members[2]);
    if (status != STATUS_OK)
        goto out;
    oracle_mds_solve(arguments[0].numbers, group.members[0].numbers, n, arguments[2].numbers[0],
                     group.members[1].numbers, group.members[2].numbers);
    status = value_canonical(&group);
    if (status != STATUS_OK)
        goto out;
    *result = group;
    group = (struct value){.kind = VALUE_NOTHING};
out:
    value_free(&group);
    return status;
}
