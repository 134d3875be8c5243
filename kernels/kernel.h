/* What a kernel is: one operation, written for one instruction set, and what a unit of it costs.
 *
 * All kernels of an operation have one signature and one meaning (kernels/particles.h,
 * kernels/mds.h); they differ in speed only. A kernel never allocates, never fails, knows nothing
 * of Python, and trusts its arguments: the caller has checked them. Arrays are C-contiguous
 * doubles, aligned to 8 bytes and no more, and do not overlap unless said.
 */
#ifndef FORTYFOLD_KERNELS_KERNEL_H
#define FORTYFOLD_KERNELS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

#include "kernels/mds.h"
#include "kernels/particles.h"

/* What a kernel needs of the machine, from the plainest upwards within each architecture. */
enum kernel_isa { KERNEL_SCALAR, KERNEL_AVX2, KERNEL_AVX512, KERNEL_NEON, KERNEL_ISA_COUNT };

enum kernel_operation {
    KERNEL_PARTICLES_EVOLVE,
    KERNEL_PARTICLES_CHECK,
    KERNEL_MDS_SOLVE,
    KERNEL_MDS_UPDATE_DISTANCES,
    KERNEL_MDS_ROW_ERROR,
    KERNEL_OPERATION_COUNT
};

/* The instructions of a kernel that bound its speed, of its own registers' width, per unit of work.
 * The units of a processor that they keep busy are the FMA pipes and the divider; what is not
 * counted has units to spare. */
struct kernel_demand {
    double fma; /* multiplications and fused ones */
    double rsqrt;
    double divide, sqrt;
};

struct kernel {
    enum kernel_operation operation;
    enum kernel_isa isa;
    /* How a person asks for it: "scalar", "avx512_filter", …; one kernel of an operation has it. */
    const char *name;
    union {
        particles_evolve_fn *particles_evolve;
        particles_check_fn *particles_check;
        mds_solve_fn *mds_solve;
        mds_update_distances_fn *mds_update_distances;
        mds_row_error_fn *mds_row_error;
    } function;
    const char *unit; /* the unit of work, for example "particle-step" */
    /* Additions, multiplications, divisions and square roots, each counted as one. */
    double flops_per_unit;
    /* Bytes loaded and stored, wherever in the memory hierarchy they live. */
    double bytes_per_unit;
    /* All 0: nobody has counted them, and no limit is told. */
    struct kernel_demand demand;
    /* Bytes of workspace that the caller gives for n elements, aligned to KERNEL_ALIGNMENT;
     * SIZE_MAX when they cannot be counted. NULL: none, and the workspace may be NULL. */
    size_t (*workspace_bytes)(size_t n);
    /* A unit is a particle with all its steps, not one of its steps. */
    bool stepless;
    /* It shares the work among as many threads as it is told; all others ignore the number. */
    bool threaded;
    /* Never the machine's choice: it takes more than one core, or promises less than the others, or
     * is there to be compared. */
    bool by_name_only;
};

/* One line of the first-level cache, one register of AVX-512. */
enum { KERNEL_ALIGNMENT = 64 };

/* What a folder beside this file offers, from the plainest to the best. */
struct kernel_set {
    const struct kernel *kernels;
    size_t count;
};

/* Each folder is compiled with its own flags (Makefile), and holds code only for its architecture:
 * avx2, avx512 and autovec need x86-64, neon needs AArch64. openmp holds threads around the others.
 */
extern const struct kernel_set kernels_scalar, kernels_autovec, kernels_avx2, kernels_avx512,
    kernels_neon, kernels_openmp;

#endif
