/* Every kernel beside its plain twin, without Criterion, Python or an oracle in long double. `make
 * test-neon` builds this with a cross compiler and runs it in an emulator, which has none of the
 * three; `make test-valgrind` runs it under valgrind, which computes long doubles as doubles. What
 * the plain kernels do is tested on the machine itself.
 *
 * Every array is a block of its own and ends where its last element ends, so that valgrind sees the
 * first byte that is touched beyond. GUARD elements follow where nobody watches (make test-neon).
 *
 * Prints each disagreement; exit status 1 if there is any, or no kernel but plain ones.
 */
#include "kernels/dispatch.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef GUARD
#define GUARD 1
#endif

enum { STEPS = 700 };

static const size_t sizes[] = {0, 1, 2, 3, 5, 8, 13, 24, 33, 67};
enum { SIZES = sizeof sizes / sizeof *sizes };

static unsigned failures;

static void expect(bool good, const struct kernel *kernel, const char *what, size_t n)
{
    if (good)
        return;
    failures++;
    printf("%s %s: %s, n %zu\n", dispatch_operation_name(kernel->operation), kernel->name, what, n);
}

static double random_unit(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (double)(*state >> 11) * 0x1p-53;
}

static double *array_make(size_t count)
{
    double *array = malloc((count > 0 ? count : 1) * sizeof *array);

    if (array == NULL)
        abort();
    return array;
}

/* Three arrays of n, each beginning 8 bytes off a register's alignment. */
static void three_make(double *arrays[3], double *const from[3], size_t n)
{
    for (int a = 0; a < 3; a++) {
        arrays[a] = array_make(n + 1 + GUARD);
        for (size_t i = 1; i <= n && from != NULL; i++)
            arrays[a][i] = from[a][i];
        for (size_t i = n + 1; i < n + 1 + GUARD; i++)
            arrays[a][i] = -7;
    }
}

static void three_free(double *arrays[3])
{
    for (int a = 0; a < 3; a++)
        free(arrays[a]);
}

static bool is_whole(double *const arrays[3], size_t n)
{
    for (size_t i = n + 1; i < n + 1 + GUARD; i++)
        if (arrays[0][i] != -7 || arrays[1][i] != -7)
            return false;
    return true;
}

/* Ordinary particles, and with `awkward` also some near the origin, at rest and fast. */
static void evolve(const struct kernel *plain, const struct kernel *kernel, size_t n, bool awkward)
{
    double *start[3], *expected[3], *moved[3];
    uint64_t seed = n + 1;

    three_make(start, NULL, n);
    for (size_t i = 0; i < n; i++) {
        const double radius = awkward && i % 5 == 1 ? 1e-7 : 0.1 + random_unit(&seed);
        const double angle = 6.28 * random_unit(&seed);
        start[0][i + 1] = radius * cos(angle);
        start[1][i + 1] = radius * sin(angle);
        start[2][i + 1] = awkward && i % 5 == 2   ? 0
                          : awkward && i % 5 == 3 ? 1e4
                                                  : random_unit(&seed);
    }
    three_make(expected, start, n);
    three_make(moved, start, n);
    plain->function.particles_evolve(expected[0] + 1, expected[1] + 1, start[2] + 1, n, STEPS, 1e-5,
                                     1);
    kernel->function.particles_evolve(moved[0] + 1, moved[1] + 1, start[2] + 1, n, STEPS, 1e-5, 2);
    expect(is_whole(moved, n), kernel, "wrote behind the array", n);
    for (size_t i = 1; i <= n; i++) {
        const double radius = hypot(expected[0][i], expected[1][i]);
        const double turn = STEPS * 1e-5 * fabs(start[2][i]) / radius;
        const double close = radius * (2 * STEPS + 8 * turn + 16) * DBL_EPSILON;
        expect(fabs(moved[0][i] - expected[0][i]) <= close &&
                   fabs(moved[1][i] - expected[1][i]) <= close,
               kernel, awkward ? "awkward particles" : "ordinary particles", n);
    }
    three_free(start);
    three_free(expected);
    three_free(moved);
}

static void check(const struct kernel *plain, const struct kernel *kernel, size_t n)
{
    double *numbers[] = {array_make(n), array_make(n), array_make(n)};

    (void)plain;
    for (size_t i = 0; i < n; i++)
        numbers[0][i] = numbers[1][i] = numbers[2][i] = 1;
    expect(kernel->function.particles_check(numbers[0], numbers[1], numbers[2], n), kernel,
           "fit particles", n);
    for (size_t i = 0; i < n; i++)
        for (int array = 0; array < 3; array++) {
            numbers[array][i] = array == 1 ? (double)NAN : (double)INFINITY;
            expect(!kernel->function.particles_check(numbers[0], numbers[1], numbers[2], n), kernel,
                   "unfit particles", n);
            numbers[array][i] = 1;
        }
    three_free(numbers);
}

static void solve(const struct kernel *plain, const struct kernel *kernel, size_t n)
{
    double *goal = array_make(n * n), *expected = array_make(2 * n), *xs = array_make(2 * n);
    struct mds_outcome expected_outcome, outcome;
    const struct kernel *const both[] = {plain, kernel};
    double *const points[] = {expected, xs};
    struct mds_outcome *const outcomes[] = {&expected_outcome, &outcome};
    uint64_t seed = n + 3;

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            goal[i * n + j] = goal[j * n + i] = i == j ? 0 : 0.5 + random_unit(&seed);
    for (size_t i = 0; i < 2 * n; i++)
        expected[i] = xs[i] = random_unit(&seed);
    for (int k = 0; k < 2; k++) {
        const size_t bytes = both[k]->workspace_bytes == NULL ? 0 : both[k]->workspace_bytes(n);
        void *workspace =
            aligned_alloc(KERNEL_ALIGNMENT, (bytes / KERNEL_ALIGNMENT + 1) * KERNEL_ALIGNMENT);
        both[k]->function.mds_solve(goal, points[k], n, 30, 2, workspace, outcomes[k]);
        free(workspace);
    }
    expect(memcmp(xs, expected, 2 * n * sizeof *xs) == 0, kernel, "other points", n);
    expect(outcome.epochs_done == expected_outcome.epochs_done, kernel, "other epochs", n);
    expect(fabs(outcome.error - expected_outcome.error) <= 1e-9 * (1 + expected_outcome.error),
           kernel, "another error", n);
    free(goal);
    free(expected);
    free(xs);
}

static void compare(const struct kernel *plain, const struct kernel *kernel, size_t n)
{
    switch (kernel->operation) {
    case KERNEL_PARTICLES_EVOLVE:
        evolve(plain, kernel, n, false);
        evolve(plain, kernel, n, true);
        break;
    case KERNEL_PARTICLES_CHECK:
        check(plain, kernel, n);
        break;
    case KERNEL_MDS_SOLVE:
        solve(plain, kernel, n);
        break;
    default: /* plain ones only */
        break;
    }
}

int main(void)
{
    size_t compared = 0;

    for (size_t k = 0; k < dispatch_count(); k++) {
        const struct kernel *kernel = dispatch_kernel(k);
        const struct kernel *plain = dispatch_choose(kernel->operation, "scalar", NULL, 0);
        if (kernel == plain || !(dispatch_machine() & 1u << kernel->isa))
            continue;
        for (size_t s = 0; s < SIZES; s++)
            compare(plain, kernel, sizes[s]);
        compared += kernel->isa != KERNEL_SCALAR;
        printf("%s %s\n", dispatch_operation_name(kernel->operation), kernel->name);
    }
    printf("%zu kernels of this architecture beside their plain twins: %u disagreements\n",
           compared, failures);
    return failures > 0 || compared == 0;
}
