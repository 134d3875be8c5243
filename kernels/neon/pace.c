#include "kernels/pace.h"

#if defined(__aarch64__)

#define PACES paces_neon
#define PACES_ISA KERNEL_NEON
#include "kernels/pace_lanes.h"

#endif
