/* Every kernel of MDS that this machine can run makes the oracle's moves, to the last bit. */
#include "kernels/dispatch.h"
#include "kernels/tests/mds_problems.h"

#include <criterion/criterion.h>
#include <math.h>

static bool runs_here(const struct kernel *kernel)
{
    return kernel->operation == KERNEL_MDS_SOLVE && (dispatch_machine() & 1u << kernel->isa);
}

/* Solves one problem with every kernel; threads from 1 to 3 where a kernel takes them. */
static void check(enum mds_family family, size_t n, uint64_t epochs, uint64_t seed)
{
    struct mds_problem problem = mds_problem_make(family, n, epochs, seed);

    mds_problem_solve(&problem);
    for (size_t k = 0; k < dispatch_count(); k++) {
        const struct kernel *kernel = dispatch_kernel(k);
        if (!runs_here(kernel))
            continue;
        const unsigned threads = kernel->threaded ? 1 + (unsigned)(seed % 3) : 1;
        const char *different = mds_problem_check(&problem, kernel, threads);
        cr_expect_null(different, "%s, %s, n %zu, %zu epochs, seed %zu, %u threads: %s",
                       kernel->name, mds_family_name(family), n, (size_t)epochs, (size_t)seed,
                       threads, different);
    }
    mds_problem_free(&problem);
}

/* 240 problems: 60 of each family, from 1 point to 400, whole searches. */
Test(mds, usual_problems)
{
    uint64_t state = 2018;

    for (int family = 0; family < FAMILY_USUAL_COUNT; family++)
        for (uint64_t seed = 0; seed < 60; seed++)
            check(family, (size_t)pow(seed % 10 == 0 ? 400 : 80, mds_random(&state)), 1000, seed);
}

Test(mds, a_thousand_points)
{
    for (int family = 0; family < FAMILY_USUAL_COUNT; family++)
        check(family, 1000, 6, 7);
    check(FAMILY_UNIFORM, 1000, 1000, 1);
}

Test(mds, awkward_problems)
{
    static const size_t sizes[] = {0, 1, 2, 3, 7, 8, 9, 16, 17, 33, 65};

    for (int family = FAMILY_USUAL_COUNT; family < FAMILY_COUNT; family++)
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
            for (uint64_t seed = 0; seed < 2; seed++)
                check(family, sizes[s], seed == 0 ? 3 : 1000, seed);
}
