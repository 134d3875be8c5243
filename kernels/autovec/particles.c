/* The plain kernel's own source under another name: what differs is this folder's flags. */
#define PARTICLES_EVOLVE_ONLY
#define particles_evolve_scalar particles_evolve_autovec
#include "kernels/particles.h"

#if defined(__x86_64__)
#include "kernels/scalar/particles.c"
#endif
