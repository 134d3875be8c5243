#include "kernels/kernel.h"

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
};

const struct kernel_set kernels_openmp = {
    .kernels = kernels,
    .count = sizeof kernels / sizeof kernels[0],
};
