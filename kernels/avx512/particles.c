#include "kernels/particles.h"

#if defined(__x86_64__)

/* 32 registers. Five groups of four hide carried's chain and leave 12 for what is passing; six do
 * not fit without moves. rsqrt's chain is longer, and needs three registers a particle. */
#define GROUP_SQRT 6
#define GROUP_CARRIED 5
#define GROUP_IDENTITY 5
#define GROUP_RSQRT 6
#define NAMED(before, after) before##_avx512##after
#include "kernels/particles_twins.h"

#endif
