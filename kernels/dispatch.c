#include "kernels/dispatch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* Every set that was built. A new folder is a new line. */
static const struct kernel_set *const sets[] = {
    &kernels_scalar,
};

static const char *const isa_names[KERNEL_ISA_COUNT] = {
    [KERNEL_SCALAR] = "scalar",
    [KERNEL_AVX2] = "avx2",
    [KERNEL_AVX512] = "avx512",
    [KERNEL_NEON] = "neon",
};

static const char *const operation_names[KERNEL_OPERATION_COUNT] = {
    [KERNEL_PARTICLES_EVOLVE] = "particles_evolve",
    [KERNEL_MDS_SOLVE] = "mds_solve",
    [KERNEL_MDS_UPDATE_DISTANCES] = "mds_update_distances",
    [KERNEL_MDS_ROW_ERROR] = "mds_row_error",
};

/* What a set of kernels needs of an x86 processor. The registers that the operating system saves
 * count too: without them the instructions fault although CPUID announces them. */
static const struct {
    enum kernel_isa isa;
    uint32_t leaf1_ecx;
    uint32_t leaf7_ebx;
    uint64_t xcr0;
} needs[] = {
    /* FMA, OSXSAVE, AVX; AVX2; xmm and ymm */
    {KERNEL_AVX2, 1u << 12 | 1u << 27 | 1u << 28, 1u << 5, 0x6},
    /* the same; AVX512 F, DQ, BW, VL; xmm, ymm, mask registers, upper zmm, zmm 16 to 31 */
    {KERNEL_AVX512, 1u << 12 | 1u << 27 | 1u << 28,
     1u << 5 | 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31, 0xe6},
};

unsigned dispatch_decode(struct dispatch_cpuid cpuid)
{
    unsigned isas = 1u << KERNEL_SCALAR;

    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
        if ((cpuid.leaf1_ecx & needs[i].leaf1_ecx) == needs[i].leaf1_ecx &&
            (cpuid.leaf7_ebx & needs[i].leaf7_ebx) == needs[i].leaf7_ebx &&
            (cpuid.xcr0 & needs[i].xcr0) == needs[i].xcr0)
            isas |= 1u << needs[i].isa;
    return isas;
}

unsigned dispatch_machine(void)
{
    struct dispatch_cpuid cpuid = {0};

#if defined(__x86_64__)
    const uint32_t osxsave = 1u << 27;
    unsigned eax, ebx, ecx, edx;

    if (__get_cpuid(1, &eax, &ebx, &ecx, &edx))
        cpuid.leaf1_ecx = ecx;
    if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx))
        cpuid.leaf7_ebx = ebx;
    if (cpuid.leaf1_ecx & osxsave) { /* XGETBV faults without it */
        uint32_t low, high;
        __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
        cpuid.xcr0 = (uint64_t)high << 32 | low;
    }
#endif
    unsigned isas = dispatch_decode(cpuid);
#if defined(__aarch64__)
    isas |= 1u << KERNEL_NEON; /* part of the base architecture */
#endif
    return isas;
}

const char *dispatch_isa_name(enum kernel_isa isa)
{
    return isa_names[isa];
}

const char *dispatch_operation_name(enum kernel_operation operation)
{
    return operation_names[operation];
}

size_t dispatch_count(void)
{
    size_t count = 0;

    for (size_t s = 0; s < sizeof sets / sizeof sets[0]; s++)
        count += sets[s]->count;
    return count;
}

const struct kernel *dispatch_kernel(size_t index)
{
    for (size_t s = 0; s < sizeof sets / sizeof sets[0]; s++) {
        if (index < sets[s]->count)
            return &sets[s]->kernels[index];
        index -= sets[s]->count;
    }
    return NULL;
}

/* The best kernel of an operation among the instruction sets `isas`, or NULL. enum kernel_isa goes
 * upwards from the plainest within each architecture. */
static const struct kernel *best_kernel(enum kernel_operation operation, unsigned isas)
{
    const struct kernel *best = NULL;

    for (size_t i = 0; i < dispatch_count(); i++) {
        const struct kernel *kernel = dispatch_kernel(i);
        if (kernel->operation == operation && (isas & 1u << kernel->isa) &&
            (best == NULL || kernel->isa > best->isa))
            best = kernel;
    }
    return best;
}

const struct kernel *dispatch_choose(enum kernel_operation operation, const char *forced,
                                     char *message, size_t size)
{
    const unsigned machine = dispatch_machine();
    const char *by = "";
    unsigned isa = 0;

    if (forced == NULL || forced[0] == '\0') {
        forced = getenv(DISPATCH_VARIABLE);
        by = DISPATCH_VARIABLE "=";
    }
    if (forced == NULL || forced[0] == '\0')
        return best_kernel(operation, machine);

    while (isa < KERNEL_ISA_COUNT && strcmp(forced, isa_names[isa]) != 0)
        isa++;
    if (isa == KERNEL_ISA_COUNT) {
        snprintf(message, size,
                 "%s%s: unknown instruction set; the names are scalar, avx2, avx512, neon", by,
                 forced);
        return NULL;
    }
    if (!(machine & 1u << isa)) {
        snprintf(message, size, "%s%s: this machine does not support it; choose scalar", by,
                 forced);
        return NULL;
    }
    const struct kernel *kernel = best_kernel(operation, 1u << isa);
    if (kernel == NULL)
        snprintf(message, size, "%s%s: there is no such kernel of %s; choose scalar", by, forced,
                 operation_names[operation]);
    return kernel;
}
