#include "kernels/kernel.h"

/* Threads (OpenMP) around the kernels of the other folders. */
const struct kernel_set kernels_openmp = {.kernels = NULL, .count = 0};
