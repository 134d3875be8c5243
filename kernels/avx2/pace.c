#include "kernels/pace.h"

#if defined(__x86_64__)

#define PACES paces_avx2
#define PACES_ISA KERNEL_AVX2
#include "kernels/pace_lanes.h"

#endif
