#include "kernels/particles.h"

#if defined(__x86_64__)

/* 16 registers. carried's chain of 16 cycles needs six groups at two FMA a cycle; what of them does
 * not fit is read from the stack, which costs less than waiting (measured: 0.35 ns a step with 3
 * groups, 0.28 with 4, 0.23 with 5, 0.215 with 6). Five groups of x, y and q are 15. */
#define GROUP_SQRT 4
#define GROUP_CARRIED 6
#define GROUP_IDENTITY 5
#define NAMED(before, after) before##_avx2##after
#include "kernels/particles_twins.h"

#endif
