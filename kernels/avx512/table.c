#include "kernels/kernel.h"

#include "kernels/avx512/mds_kernels.h"

/* AVX-512 F, DQ, BW, VL: 8 doubles or 16 floats a register, 32 registers. */
#if defined(__x86_64__)

/* Counts per unit, from kernels/particles_steps.h and kernels/particles_closed.h. A stepping kernel
 * loads and stores a particle once a call, 40 bytes: of 10,000 steps, as in the lab, that is 0.004
 * a step. */
static const struct kernel kernels[] = {
    {
        .operation = KERNEL_PARTICLES_CHECK,
        .isa = KERNEL_AVX512,
        .name = "avx512",
        .function.particles_check = particles_check_avx512,
        .unit = "particle",
        .flops_per_unit = 6,
        .bytes_per_unit = 24,
        .demand = {.fma = 3.0 / 8},
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_AVX512,
        .name = "avx512_sqrt",
        .function.particles_evolve = particles_evolve_avx512_sqrt,
        .unit = "particle-step",
        .flops_per_unit = 9,
        .bytes_per_unit = 0.004,
        .demand = {.divide = 1.0 / 8, .sqrt = 1.0 / 8},
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_AVX512,
        .name = "avx512_rsqrt",
        .function.particles_evolve = particles_evolve_avx512_rsqrt,
        .unit = "particle-step",
        .flops_per_unit = 18,
        .bytes_per_unit = 0.004,
        .demand = {.fma = 11.0 / 8},
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_AVX512,
        .name = "avx512_carried",
        .function.particles_evolve = particles_evolve_avx512_carried,
        .unit = "particle-step",
        .flops_per_unit = 10,
        .bytes_per_unit = 0.004,
        .demand = {.fma = 5.0 / 8},
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_AVX512,
        .name = "avx512_closed",
        .stepless = true,
        .function.particles_evolve = particles_evolve_avx512_closed,
        .unit = "particle",
        .flops_per_unit = 51,
        .bytes_per_unit = 40,
        .demand = {.fma = 29.0 / 8, .rsqrt = 1.0 / 8},
        .by_name_only = true,
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_AVX512,
        .name = "avx512_identity",
        .function.particles_evolve = particles_evolve_avx512_identity,
        .unit = "particle-step",
        .flops_per_unit = 5,
        .bytes_per_unit = 0.004,
        .demand = {.fma = 2.0 / 8},
    },
    /* MDS: flops as the definition asks for them, bytes of goal, x and y for four candidates; the
     * demand of avx512_sqrt from kernels/avx512/mds_rows.c, where a root also takes two slots of
     * the FMA ports, that of the others from mds_weighted.h and mds_filter_raw.c: a search begins
     * with large radii. */
    {
        .operation = KERNEL_MDS_SOLVE,
        .isa = KERNEL_AVX512,
        .name = "avx512_sqrt",
        .function.mds_solve = mds_solve_avx512_sqrt,
        .unit = "pair-candidate",
        .flops_per_unit = 8,
        .bytes_per_unit = 6,
        .demand = {.fma = 16.0 / 32, .sqrt = 4.0 / 32},
        .workspace_bytes = mds_bytes_avx512,
    },
    {
        .operation = KERNEL_MDS_SOLVE,
        .isa = KERNEL_AVX512,
        .name = "avx512_rsqrt",
        .function.mds_solve = mds_solve_avx512_rsqrt,
        .unit = "pair-candidate",
        .flops_per_unit = 8,
        .bytes_per_unit = 6,
        .demand = {.fma = 9.0 / 32, .rsqrt = 4.0 / 32},
        .workspace_bytes = mds_bytes_avx512,
    },
    {
        .operation = KERNEL_MDS_SOLVE,
        .isa = KERNEL_AVX512,
        .name = "avx512_filter",
        .function.mds_solve = mds_solve_avx512_filter,
        .unit = "pair-candidate",
        .flops_per_unit = 8,
        .bytes_per_unit = 3,
        .demand = {.fma = 8.0 / 64, .rsqrt = 4.0 / 64},
        .workspace_bytes = mds_bytes_avx512_filter,
    },
};

const struct kernel_set kernels_avx512 = {
    .kernels = kernels,
    .count = sizeof kernels / sizeof kernels[0],
};

#endif
