#include "kernels/kernel.h"

#include "kernels/autovec/mds_kernels.h"

/* Plain C that the compiler vectorises, allowed to add in any order, for AVX-512. */
#if defined(__x86_64__)

static const struct kernel kernels[] = {
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_AVX512,
        .name = "autovec",
        .function.particles_evolve = particles_evolve_autovec,
        .unit = "particle-step",
        .flops_per_unit = 11,
        .bytes_per_unit = 40,
        .demand = {.divide = 1.0 / 8, .sqrt = 1.0 / 8},
        .by_name_only = true,
    },
    /* MDS: flops as the definition asks for them, bytes of goal, x and y for four candidates. */
    {
        .operation = KERNEL_MDS_SOLVE,
        .isa = KERNEL_AVX512,
        .name = "autovec",
        .function.mds_solve = mds_solve_autovec,
        .unit = "pair-candidate",
        .flops_per_unit = 8,
        .bytes_per_unit = 6,
        .demand = {.fma = 10.0 / 32, .sqrt = 4.0 / 32},
        .workspace_bytes = mds_bytes_autovec,
        .by_name_only = true,
    },
};

const struct kernel_set kernels_autovec = {
    .kernels = kernels,
    .count = sizeof kernels / sizeof kernels[0],
};

#endif
