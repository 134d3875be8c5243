/* Random problems, every kernel against the oracle, until the time is up; `make fuzz-mds`.
 * Usage: fuzz-mds SECONDS [SEED]. Exit status 1 after the first difference, which it explains. */
#include "kernels/dispatch.h"
#include "kernels/tests/mds_problems.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static bool one_problem(uint64_t seed)
{
    uint64_t state = seed;
    const enum mds_family family = (enum mds_family)(mds_random(&state) * (double)FAMILY_COUNT);
    const size_t n = (size_t)pow(150, mds_random(&state)) - (mds_random(&state) < 0.01);
    const uint64_t epochs = mds_random(&state) < 0.2 ? (uint64_t)(8 * mds_random(&state)) : 1000;
    /* More threads than processors wait for each other: seldom. */
    const double share = mds_random(&state);
    const unsigned threads = share < 0.8 ? 1 : share < 0.97 ? 2 : 3;
    struct mds_problem problem = mds_problem_make(family, n, epochs, seed);
    bool good = true;

    mds_problem_solve(&problem);
    for (size_t k = 0; k < dispatch_count() && good; k++) {
        const struct kernel *kernel = dispatch_kernel(k);
        if (kernel->operation != KERNEL_MDS_SOLVE || !(dispatch_machine() & 1u << kernel->isa))
            continue;
        const char *different = mds_problem_check(&problem, kernel, kernel->threaded ? threads : 1);
        if (different == NULL)
            continue;
        printf("seed %zu: %s, %s, n %zu, %zu epochs, %u threads: %s\n", (size_t)seed, kernel->name,
               mds_family_name(family), n, (size_t)epochs, threads, different);
        good = false;
    }
    mds_problem_free(&problem);
    return good;
}

int main(int argc, char **argv)
{
    const double seconds = argc > 1 ? strtod(argv[1], NULL) : 10;
    const time_t began = time(NULL);
    const uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : (uint64_t)began;
    uint64_t seed = first;

    while (difftime(time(NULL), began) < seconds)
        if (!one_problem(seed++))
            return 1;
    printf("%zu problems from seed %zu: no difference\n", (size_t)(seed - first), (size_t)first);
    return 0;
}
