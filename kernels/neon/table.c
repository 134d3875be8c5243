#include "kernels/kernel.h"

/* NEON: 2 doubles or 4 floats a register, 32 registers. */
#if defined(__aarch64__)

const struct kernel_set kernels_neon = {.kernels = NULL, .count = 0};

#endif
