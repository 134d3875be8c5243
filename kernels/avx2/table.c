#include "kernels/kernel.h"

#include "kernels/avx2/mds_kernels.h"

/* AVX2 and FMA: 4 doubles or 8 floats a register, 16 registers. */
#if defined(__x86_64__)

/* Counts per unit, from kernels/particles_steps.h and kernels/particles_closed.h. A stepping kernel
 * loads and stores a particle once a call, 40 bytes: of 10,000 steps, as in the lab, that is 0.004
 * a step. */
static const struct kernel kernels[] = {
    {
        .operation = KERNEL_PARTICLES_CHECK,
        .isa = KERNEL_AVX2,
        .name = "avx2",
        .function.particles_check = particles_check_avx2,
        .unit = "particle",
        .flops_per_unit = 6,
        .bytes_per_unit = 24,
        .demand = {.fma = 3.0 / 4},
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_AVX2,
        .name = "avx2_sqrt",
        .function.particles_evolve = particles_evolve_avx2_sqrt,
        .unit = "particle-step",
        .flops_per_unit = 9,
        .bytes_per_unit = 0.004,
        .demand = {.divide = 1.0 / 4, .sqrt = 1.0 / 4},
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_AVX2,
        .name = "avx2_carried",
        .function.particles_evolve = particles_evolve_avx2_carried,
        .unit = "particle-step",
        .flops_per_unit = 10,
        .bytes_per_unit = 0.004,
        .demand = {.fma = 5.0 / 4},
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_AVX2,
        .name = "avx2_closed",
        .stepless = true,
        .function.particles_evolve = particles_evolve_avx2_closed,
        .unit = "particle",
        .flops_per_unit = 42,
        .bytes_per_unit = 40,
        .demand = {.divide = 1.0 / 4, .sqrt = 1.0 / 4},
        .by_name_only = true,
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_AVX2,
        .name = "avx2_identity",
        .function.particles_evolve = particles_evolve_avx2_identity,
        .unit = "particle-step",
        .flops_per_unit = 5,
        .bytes_per_unit = 0.004,
        .demand = {.fma = 2.0 / 4},
    },
    /* MDS: flops as the definition asks for them, bytes of goal, x and y for four candidates. */
    {
        .operation = KERNEL_MDS_SOLVE,
        .isa = KERNEL_AVX2,
        .name = "avx2",
        .function.mds_solve = mds_solve_avx2,
        .unit = "pair-candidate",
        .flops_per_unit = 8,
        .bytes_per_unit = 6,
        .demand = {.fma = 12.0 / 16, .sqrt = 4.0 / 16},
        .workspace_bytes = mds_bytes_avx2,
    },
};

const struct kernel_set kernels_avx2 = {
    .kernels = kernels,
    .count = sizeof kernels / sizeof kernels[0],
};

#endif
