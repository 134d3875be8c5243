/* Dispatch: which kernel carries out an operation on this machine.
 *
 * The best instruction set that both the processor and the operating system support, and for which
 * a kernel of the operation exists, wins; within it the last of its folder's table. A caller, or a
 * person through the environment variable FORTYFOLD_KERNEL, may force another by name: that of a
 * kernel ("avx512_sqrt", "openmp", …), or of an instruction set ("scalar", "avx2", "avx512",
 * "neon"), which means the best of that set.
 *
 * Nothing here allocates; all strings and kernels returned live as long as the program.
 */
#ifndef FORTYFOLD_KERNELS_DISPATCH_H
#define FORTYFOLD_KERNELS_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/kernel.h"

/* The environment variable that forces a kernel. */
#define DISPATCH_VARIABLE "FORTYFOLD_KERNEL"

/* What an x86 processor says of itself; all 0 elsewhere. */
struct dispatch_cpuid {
    uint32_t leaf1_ecx;
    uint32_t leaf7_ebx;
    uint64_t xcr0; /* XGETBV(0): the registers that the operating system saves; 0 without OSXSAVE */
};

/* The instruction sets that these registers allow, a bit 1 << isa each; scalar is always among
 * them. A pure function, so that it can be tested on machines that one does not have. */
unsigned dispatch_decode(struct dispatch_cpuid cpuid);

/* The instruction sets of this machine, as dispatch_decode(), and NEON on AArch64. */
unsigned dispatch_machine(void);

/* "scalar", "avx2", …; "mds_solve", …: never NULL for valid values. */
const char *dispatch_isa_name(enum kernel_isa isa);
const char *dispatch_operation_name(enum kernel_operation operation);

/* All kernels that were built, whether or not this machine can run them: how many, and each by
 * index (NULL from dispatch_count() upwards). */
size_t dispatch_count(void);
const struct kernel *dispatch_kernel(size_t index);

/* The kernel that this machine runs when nobody names one; every operation has one. */
const struct kernel *dispatch_best(enum kernel_operation operation);

/* Chooses the kernel of an operation. `forced` names a kernel or an instruction set; NULL or ""
 * leaves the choice to the environment variable, and an empty or unset one to the machine. Returns
 * NULL when the forced one is unknown, unsupported by this machine or has no kernel of the
 * operation, with the reason and the remedy in `message` (one line, cut to `size` bytes with the
 * final 0; may be NULL when size is 0). */
const struct kernel *dispatch_choose(enum kernel_operation operation, const char *forced,
                                     char *message, size_t size);

#endif
