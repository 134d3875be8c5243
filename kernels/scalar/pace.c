#include "kernels/pace.h"

/* One double a register; without fused products, which plain C does not promise. */
#define LANES_SCALAR
#include "kernels/pace_lanes.h"

const struct pace_set paces_scalar = {
    .isa = KERNEL_SCALAR,
    .lanes = LANES,
    .run =
        {
            [PACE_MULTIPLY] = run_multiply,
            [PACE_ADD] = run_add,
            [PACE_SQRT] = run_sqrt,
            [PACE_DIVIDE] = run_divide,
        },
    .read = read_all,
};
