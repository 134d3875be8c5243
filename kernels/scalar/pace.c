/* One double a register; without fused products, which plain C does not promise. */
#define LANES_SCALAR
#define PACES paces_scalar
#define PACES_ISA KERNEL_SCALAR
#include "kernels/pace_lanes.h"
