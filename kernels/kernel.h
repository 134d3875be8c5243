/* What a kernel is: one operation, written for one instruction set, and what a unit of it costs.
 *
 * All kernels of an operation have one signature and one meaning (kernels/particles.h,
 * kernels/mds.h); they differ in speed only. A kernel never allocates, never fails, knows nothing
 * of Python, and trusts its arguments: the caller has checked them. Arrays are C-contiguous
 * doubles, aligned to 8 bytes and no more, and do not overlap unless said.
 */
#ifndef FORTYFOLD_KERNELS_KERNEL_H
#define FORTYFOLD_KERNELS_KERNEL_H

#include <stddef.h>

#include "kernels/mds.h"
#include "kernels/particles.h"

enum kernel_isa { KERNEL_SCALAR, KERNEL_AVX2, KERNEL_AVX512, KERNEL_NEON, KERNEL_ISA_COUNT };

enum kernel_operation {
    KERNEL_PARTICLES_EVOLVE,
    KERNEL_MDS_SOLVE,
    KERNEL_MDS_UPDATE_DISTANCES,
    KERNEL_MDS_ROW_ERROR,
    KERNEL_OPERATION_COUNT
};

struct kernel {
    enum kernel_operation operation;
    enum kernel_isa isa;
    union {
        particles_evolve_fn *particles_evolve;
        mds_solve_fn *mds_solve;
        mds_update_distances_fn *mds_update_distances;
        mds_row_error_fn *mds_row_error;
    } function;
    const char *unit; /* the unit of work, for example "particle-step" */
    /* Additions, multiplications, divisions and square roots, each counted as one. */
    double flops_per_unit;
    /* Bytes loaded and stored, wherever in the memory hierarchy they live. */
    double bytes_per_unit;
    /* Doubles of scratch that the caller gives for each point; 0: NULL is legal. */
    size_t scratch_per_point_count;
};

/* The kernels of one instruction set: what a folder beside this file offers. */
struct kernel_set {
    enum kernel_isa isa;
    const struct kernel *kernels;
    size_t count;
};

extern const struct kernel_set kernels_scalar;

#endif
