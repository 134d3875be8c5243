/* The answers of the threaded kernels do not depend on the number of threads: not in one bit. */
#include "kernels/dispatch.h"
#include "kernels/openmp/threads.h"
#include "kernels/tests/mds_problems.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* More than the points have blocks or the machine has processors, too. */
static const unsigned threads[] = {1, 2, 3, 8};
enum { WAYS = sizeof threads / sizeof threads[0] };

static const struct kernel *threaded(enum kernel_operation operation)
{
    for (size_t k = 0; k < dispatch_count(); k++)
        if (dispatch_kernel(k)->operation == operation && dispatch_kernel(k)->threaded)
            return dispatch_kernel(k);
    cr_assert_fail("no threaded kernel of %s", dispatch_operation_name(operation));
    return NULL;
}

static void check_mds(enum mds_family family, size_t n, uint64_t epochs)
{
    const struct kernel *kernel = threaded(KERNEL_MDS_SOLVE);
    struct mds_problem problem = mds_problem_make(family, n, epochs, n);

    mds_problem_solve(&problem);
    for (size_t t = 0; t < WAYS; t++) {
        const char *different = mds_problem_check(&problem, kernel, threads[t]);
        cr_expect_null(different, "%s, n %zu, %u threads: %s", mds_family_name(family), n,
                       threads[t], different);
    }
    mds_problem_free(&problem);
}

Test(openmp, mds_of_every_size)
{
    for (size_t n = 0; n <= 300; n++)
        check_mds((enum mds_family)(n % FAMILY_USUAL_COUNT), n, 3);
}

/* Beside the ends of blocks, which are of 32 points. */
Test(openmp, mds_beside_blocks)
{
    static const size_t ends[] = {512, 1024, 1088, 2048};

    for (size_t e = 0; e < sizeof ends / sizeof ends[0]; e++)
        for (size_t n = ends[e] - 1; n <= ends[e] + 1; n++)
            check_mds(FAMILY_UNIFORM, n, 2);
}

/* From large radii, where coarse sums are tried first, to the smallest. */
Test(openmp, whole_searches)
{
    for (int family = 0; family < FAMILY_USUAL_COUNT; family++)
        check_mds((enum mds_family)family, 300, 1000);
}

/* At the first radius coarse sums decide nearly all moves: in any number of threads. */
Test(openmp, coarse_sums_are_used)
{
    const struct kernel *kernel = threaded(KERNEL_MDS_SOLVE);
    struct mds_problem problem = mds_problem_make(FAMILY_UNIFORM, 500, 1, 1);
    void *workspace = aligned_alloc(KERNEL_ALIGNMENT, kernel->workspace_bytes(500));

    if (!(dispatch_machine() & 1u << KERNEL_AVX512))
        cr_skip("these kernels have no coarse sums");
    for (size_t t = 0; t < WAYS; t++) {
        struct mds_outcome outcome;
        memcpy(problem.solved, problem.xs, 2 * 500 * sizeof *problem.xs);
        kernel->function.mds_solve(problem.goal, problem.solved, 500, 2, threads[t], workspace,
                                   &outcome);
        cr_expect_lt(outcome.rows_doubled_count, 100, "%u threads", threads[t]);
    }
    free(workspace);
    mds_problem_free(&problem);
}

/* Shared in pieces of rows, which are fewer, as many or more than there can be. */
Test(openmp, total_errors_do_not_depend_on_threads)
{
    const struct kernel *kernel = threaded(KERNEL_MDS_SOLVE);
    static const size_t sizes[] = {128, 500, 1023, 1024, 1025, 1100};

    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        const size_t n = sizes[s];
        struct mds_problem problem = mds_problem_make(FAMILY_UNIFORM, n, 1, n);
        void *workspace = aligned_alloc(KERNEL_ALIGNMENT, kernel->workspace_bytes(n));
        double alone = 0;
        for (size_t t = 0; t < WAYS; t++) {
            struct mds_outcome outcome;
            memcpy(problem.solved, problem.xs, 2 * n * sizeof *problem.xs);
            kernel->function.mds_solve(problem.goal, problem.solved, n, 1, threads[t], workspace,
                                       &outcome);
            alone = t == 0 ? outcome.error : alone;
            cr_expect(outcome.error == alone, "n %zu, %u threads: %a, not %a", n, threads[t],
                      outcome.error, alone);
        }
        free(workspace);
        mds_problem_free(&problem);
    }
}

/* Rows that the sums do not decide are computed by the thread that moves. */
Test(openmp, mds_with_ties)
{
    for (int family = FAMILY_USUAL_COUNT; family < FAMILY_COUNT; family++)
        check_mds((enum mds_family)family, 300, 3);
}

enum { PARTICLES_MOST = 300, STEPS = 70 };

static void check_particles(size_t n)
{
    const struct kernel *kernel = threaded(KERNEL_PARTICLES_EVOLVE);
    double start[3][PARTICLES_MOST + 1], alone[2][PARTICLES_MOST + 1], x[PARTICLES_MOST + 1],
        y[PARTICLES_MOST + 1];
    uint64_t state = n;

    for (size_t i = 0; i <= n; i++) {
        start[0][i] = 0.5 + mds_random(&state);
        start[1][i] = mds_random(&state) - 0.5;
        start[2][i] = mds_random(&state);
    }
    for (size_t t = 0; t < WAYS; t++) {
        memcpy(x, start[0], sizeof x);
        memcpy(y, start[1], sizeof y);
        kernel->function.particles_evolve(x, y, start[2], n, STEPS, 1e-5, threads[t]);
        cr_expect(x[n] == start[0][n] && y[n] == start[1][n], "n %zu: written beside it", n);
        if (t == 0) {
            memcpy(alone[0], x, sizeof x);
            memcpy(alone[1], y, sizeof y);
        }
        cr_expect(memcmp(x, alone[0], n * sizeof *x) == 0 &&
                      memcmp(y, alone[1], n * sizeof *y) == 0,
                  "n %zu: %u threads end elsewhere than one", n, threads[t]);
    }
}

Test(openmp, particles_of_every_size)
{
    for (size_t n = 0; n <= PARTICLES_MOST; n++)
        check_particles(n);
}

/* What threads_allowed(2) says in a child forked now, or a signal's number + 100. */
static int allowed_in_child(void)
{
    const pid_t child = fork();
    int status = 0;

    cr_assert_geq(child, 0);
    if (child == 0)
        _exit((int)threads_allowed(2));
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 100 + WTERMSIG(status);
}

Test(openmp, threads_do_not_survive_a_fork)
{
    cr_expect_eq(threads_allowed(0), 1);
    cr_expect_eq(threads_allowed(1), 1);
    cr_expect_eq(allowed_in_child(), 2, "none were made before the fork");
    cr_expect_eq(threads_allowed(2), 2);
    cr_expect_eq(allowed_in_child(), 1, "the child has none of its parent's");
    cr_expect_eq(threads_allowed(2), 2, "the parent keeps its own");
}
