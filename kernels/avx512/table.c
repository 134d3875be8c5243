#include "kernels/kernel.h"

/* AVX-512 F, DQ, BW, VL: 8 doubles or 16 floats a register, 32 registers. */
#if defined(__x86_64__)

const struct kernel_set kernels_avx512 = {.kernels = NULL, .count = 0};

#endif
