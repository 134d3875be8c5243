#include "kernels/kernel.h"

/* Plain C that the compiler vectorises, allowed to add in any order, for AVX-512. */
#if defined(__x86_64__)

const struct kernel_set kernels_autovec = {.kernels = NULL, .count = 0};

#endif
