#include "kernels/kernel.h"

/* Counts per unit, from the loops beside this file.
 *   particle-step   x² + y², √, 2 divisions, timestep·w, 2 products, 2 sums: 11; loads x, y, w,
 * stores x, y: 40 bytes pair-candidate  4 candidates share goal, x, y (24 bytes) and 2 squares (4
 * flops), and each takes a difference, a square, a sum, √, a difference, a square, a sum: 7 + 4/4
 *   pair            distances: 2 differences, 2 squares, a sum, √; loads x, y, stores a row and,
 * read again, a column. Row error: a difference, a square, a sum; loads 2 rows. */
static const struct kernel kernels[] = {
    {
        .operation = KERNEL_PARTICLES_CHECK,
        .isa = KERNEL_SCALAR,
        .name = "scalar",
        .function.particles_check = particles_check_scalar,
        .unit = "particle",
        .flops_per_unit = 6,
        .bytes_per_unit = 24,
        .demand = {.fma = 3.0 / 1},
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_SCALAR,
        .name = "scalar",
        .function.particles_evolve = particles_evolve_scalar,
        .unit = "particle-step",
        .flops_per_unit = 11,
        .bytes_per_unit = 40,
        .demand = {.divide = 2, .sqrt = 1},
    },
    {
        .operation = KERNEL_PARTICLES_EVOLVE,
        .isa = KERNEL_SCALAR,
        .name = "scalar_closed",
        .stepless = true,
        .function.particles_evolve = particles_evolve_scalar_closed,
        .unit = "particle",
        .flops_per_unit = 150, /* of which about 100 in the library's hypot, sine and cosine */
        .bytes_per_unit = 40,
        .by_name_only = true,
    },
    {
        .operation = KERNEL_MDS_SOLVE,
        .isa = KERNEL_SCALAR,
        .name = "scalar",
        .function.mds_solve = mds_solve_scalar,
        .unit = "pair-candidate",
        .flops_per_unit = 8,
        .bytes_per_unit = 6,
        .demand = {.fma = 10.0 / 4, .sqrt = 1}, /* products: 2 shared, 4 of moves, 4 of errors */
        .workspace_bytes = mds_bytes_scalar,
    },
    {
        .operation = KERNEL_MDS_UPDATE_DISTANCES,
        .isa = KERNEL_SCALAR,
        .name = "scalar",
        .function.mds_update_distances = mds_update_distances_scalar,
        .unit = "pair",
        .flops_per_unit = 6,
        .bytes_per_unit = 40,
    },
    {
        .operation = KERNEL_MDS_ROW_ERROR,
        .isa = KERNEL_SCALAR,
        .name = "scalar",
        .function.mds_row_error = mds_row_error_scalar,
        .unit = "pair",
        .flops_per_unit = 3,
        .bytes_per_unit = 16,
    },
};

const struct kernel_set kernels_scalar = {
    .kernels = kernels,
    .count = sizeof kernels / sizeof kernels[0],
};
