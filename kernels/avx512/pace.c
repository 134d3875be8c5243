#include "kernels/pace.h"

#if defined(__x86_64__)

#define PACES paces_avx512
#define PACES_ISA KERNEL_AVX512
#include "kernels/pace_lanes.h"

#endif
