#include "kernels/kernel.h"

#include "kernels/openmp/mds_kernels.h"

/* Threads (OpenMP) around the kernels of the other folders. */
/* What a unit costs is up to the kernel that runs in each thread. */
static const struct kernel kernels[] = {
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_SCALAR,
        .name = "openmp",
        .function.particles_evolve = particles_evolve_openmp,
        .unit = "particle-step",
        .flops_per_unit = 5,
        .bytes_per_unit = 0.004,
        .threaded = true,
        .by_name_only = true,
    },
    {
        .operation = KERNEL_MDS_SOLVE,
        .isa = KERNEL_SCALAR,
        .name = "openmp",
        .function.mds_solve = mds_solve_openmp,
        .unit = "pair-candidate",
        .flops_per_unit = 8,
        .bytes_per_unit = 6,
        .workspace_bytes = mds_bytes_openmp,
        .threaded = true,
        .by_name_only = true,
    },
};

const struct kernel_set kernels_openmp = {
    .kernels = kernels,
    .count = sizeof kernels / sizeof kernels[0],
};
