#include "kernels/kernel.h"

/* AVX2 and FMA: 4 doubles or 8 floats a register, 16 registers. */
#if defined(__x86_64__)

const struct kernel_set kernels_avx2 = {.kernels = NULL, .count = 0};

#endif
