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
#if defined(__x86_64__)
    &kernels_autovec, &kernels_avx2, &kernels_avx512,
#elif defined(__aarch64__)
    &kernels_neon,
#endif
    &kernels_openmp,
};

static const char *const isa_names[KERNEL_ISA_COUNT] = {
    [KERNEL_SCALAR] = "scalar",
    [KERNEL_AVX2] = "avx2",
    [KERNEL_AVX512] = "avx512",
    [KERNEL_NEON] = "neon",
};

static const char *const operation_names[KERNEL_OPERATION_COUNT] = {
    [KERNEL_PARTICLES_EVOLVE] = "particles_evolve",
    [KERNEL_PARTICLES_CHECK] = "particles_check",
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

static unsigned read_machine(void)
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

/* CPUID takes tens of microseconds where a hypervisor answers it: it is asked once. Two threads
 * that ask at once write the same. */
unsigned dispatch_machine(void)
{
    static _Atomic unsigned isas;

    if (isas == 0)
        isas = read_machine();
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

/* The best kernel of an operation among the instruction sets `isas`, or NULL: of that name, or when
 * `name` is NULL among those that need not be named. Within a set the best comes last. */
static const struct kernel *best_kernel(enum kernel_operation operation, unsigned isas,
                                        const char *name)
{
    const struct kernel *best = NULL;

    for (size_t i = 0; i < dispatch_count(); i++) {
        const struct kernel *kernel = dispatch_kernel(i);
        const bool fits = name != NULL ? strcmp(kernel->name, name) == 0 : !kernel->by_name_only;
        if (kernel->operation == operation && (isas & 1u << kernel->isa) && fits &&
            (best == NULL || kernel->isa >= best->isa))
            best = kernel;
    }
    return best;
}

const struct kernel *dispatch_best(enum kernel_operation operation)
{
    return best_kernel(operation, dispatch_machine(), NULL);
}

/* The names that the machine could be given for an operation, "a, b, c". */
static void list_names(enum kernel_operation operation, unsigned isas, char *list, size_t size)
{
    size_t used = 0;

    list[0] = '\0';
    for (size_t i = 0; i < dispatch_count(); i++) {
        const struct kernel *kernel = dispatch_kernel(i);
        if (kernel->operation != operation || best_kernel(operation, isas, kernel->name) != kernel)
            continue;
        const int length =
            snprintf(list + used, size - used, "%s%s", used == 0 ? "" : ", ", kernel->name);
        used += length > 0 && (size_t)length < size - used ? (size_t)length : 0;
    }
}

/* Is it the name of an instruction set, or of any kernel? */
static bool name_is_known(const char *name, unsigned *isa)
{
    for (*isa = 0; *isa < KERNEL_ISA_COUNT; (*isa)++)
        if (strcmp(name, isa_names[*isa]) == 0)
            return true;
    for (size_t i = 0; i < dispatch_count(); i++)
        if (strcmp(dispatch_kernel(i)->name, name) == 0)
            return true;
    return false;
}

const struct kernel *dispatch_choose(enum kernel_operation operation, const char *forced,
                                     char *message, size_t size)
{
    const unsigned machine = dispatch_machine();
    const char *by = "";
    char names[256];
    unsigned isa;

    if (forced == NULL || forced[0] == '\0') {
        forced = getenv(DISPATCH_VARIABLE);
        by = DISPATCH_VARIABLE "=";
    }
    if (forced == NULL || forced[0] == '\0')
        return best_kernel(operation, machine, NULL);

    if (!name_is_known(forced, &isa)) {
        list_names(operation, machine, names, sizeof names);
        snprintf(message, size, "%s%s: no kernel has this name; for %s this machine has %s", by,
                 forced, operation_names[operation], names);
        return NULL;
    }
    const struct kernel *kernel = best_kernel(operation, machine, forced);
    if (kernel == NULL && isa < KERNEL_ISA_COUNT)
        kernel = best_kernel(operation, machine & 1u << isa, NULL);
    if (kernel != NULL)
        return kernel;
    const bool unsupported = isa < KERNEL_ISA_COUNT ? !(machine & 1u << isa)
                                                    : best_kernel(operation, ~0u, forced) != NULL;
    list_names(operation, machine, names, sizeof names);
    snprintf(message, size, "%s%s: %s of %s; choose one of %s", by, forced,
             unsupported ? "this machine cannot run that kernel" : "there is no such kernel",
             operation_names[operation], names);
    return NULL;
}
