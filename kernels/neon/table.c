#include "kernels/kernel.h"

#include "kernels/neon/mds_kernels.h"

/* NEON: 2 doubles or 4 floats a register, 32 registers. */
#if defined(__aarch64__)

/* Counts per unit, from kernels/particles_steps.h and kernels/particles_closed.h. A stepping kernel
 * loads and stores a particle once a call, 40 bytes: of 10,000 steps, as in the lab, that is 0.004
 * a step. */
static const struct kernel kernels[] = {
    {
        .operation = KERNEL_PARTICLES_CHECK,
        .isa = KERNEL_NEON,
        .name = "neon",
        .function.particles_check = particles_check_neon,
        .unit = "particle",
        .flops_per_unit = 6,
        .bytes_per_unit = 24,
        .demand = {.fma = 3.0 / 2},
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_NEON,
        .name = "neon_sqrt",
        .function.particles_evolve = particles_evolve_neon_sqrt,
        .unit = "particle-step",
        .flops_per_unit = 9,
        .bytes_per_unit = 0.004,
        .demand = {.divide = 1.0 / 2, .sqrt = 1.0 / 2},
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_NEON,
        .name = "neon_carried",
        .function.particles_evolve = particles_evolve_neon_carried,
        .unit = "particle-step",
        .flops_per_unit = 10,
        .bytes_per_unit = 0.004,
        .demand = {.fma = 5.0 / 2},
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_NEON,
        .name = "neon_closed",
        .stepless = true,
        .function.particles_evolve = particles_evolve_neon_closed,
        .unit = "particle",
        .flops_per_unit = 42,
        .bytes_per_unit = 40,
        .demand = {.divide = 1.0 / 2, .sqrt = 1.0 / 2},
        .by_name_only = true,
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_NEON,
        .name = "neon_identity",
        .function.particles_evolve = particles_evolve_neon_identity,
        .unit = "particle-step",
        .flops_per_unit = 5,
        .bytes_per_unit = 0.004,
        .demand = {.fma = 2.0 / 2},
    },
    /* MDS: flops as the definition asks for them, bytes of goal, x and y for four candidates. */
    {
        .operation = KERNEL_MDS_SOLVE,
        .isa = KERNEL_NEON,
        .name = "neon",
        .function.mds_solve = mds_solve_neon,
        .unit = "pair-candidate",
        .flops_per_unit = 8,
        .bytes_per_unit = 6,
        .demand = {.fma = 12.0 / 8, .sqrt = 4.0 / 8},
        .workspace_bytes = mds_bytes_neon,
    },
};

const struct kernel_set kernels_neon = {
    .kernels = kernels,
    .count = sizeof kernels / sizeof kernels[0],
};

#endif
