#include "kernels/particles.h"

#if defined(__aarch64__)

/* 32 registers, as AVX-512. */
#define GROUP_SQRT 6
#define GROUP_CARRIED 5
#define GROUP_IDENTITY 5
#define NAMED(before, after) before##_neon##after
#include "kernels/particles_twins.h"

#endif
