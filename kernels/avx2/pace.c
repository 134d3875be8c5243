#include "kernels/pace.h"

#if defined(__x86_64__)

#include "kernels/pace_lanes.h"

const struct pace_set paces_avx2 = {
    .isa = KERNEL_AVX2,
    .lanes = LANES,
    .run =
        {
            [PACE_FMA] = run_fma,
            [PACE_PAIRED] = run_paired,
            [PACE_MULTIPLY] = run_multiply,
            [PACE_ADD] = run_add,
            [PACE_SQRT] = run_sqrt,
            [PACE_DIVIDE] = run_divide,
        },
    .read = read_all,
};

#endif
