/* Choosing kernels: by machine, by force, and on machines that one does not have. */
#include "kernels/dispatch.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { SCALAR = 1u << KERNEL_SCALAR, AVX2 = 1u << KERNEL_AVX2, AVX512 = 1u << KERNEL_AVX512 };

/* Haswell and Skylake-X, as far as dispatch looks. */
static const uint32_t leaf1 = 1u << 12 | 1u << 27 | 1u << 28;
static const uint32_t leaf7_avx2 = 1u << 5;
static const uint32_t leaf7_avx512 = 1u << 5 | 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;

Test(dispatch, decodes_registers)
{
    const struct {
        struct dispatch_cpuid cpuid;
        unsigned expected;
        const char *what;
    } cases[] = {
        {{0, 0, 0}, SCALAR, "an old processor"},
        {{leaf1, leaf7_avx2, 0x7}, SCALAR | AVX2, "AVX2"},
        {{leaf1, leaf7_avx2, 0x3}, SCALAR, "AVX2, but the system saves no ymm"},
        {{leaf1 & ~(1u << 12), leaf7_avx2, 0x7}, SCALAR, "AVX2 without FMA"},
        {{leaf1, leaf7_avx512, 0xe7}, SCALAR | AVX2 | AVX512, "AVX-512"},
        {{leaf1, leaf7_avx512, 0x7}, SCALAR | AVX2, "AVX-512, but the system saves no zmm"},
        {{leaf1, leaf7_avx512 & ~(1u << 31), 0xe7}, SCALAR | AVX2, "AVX-512 without VL"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_eq(dispatch_decode(cases[i].cpuid), cases[i].expected, "%s", cases[i].what);
}

Test(dispatch, every_operation_has_a_kernel)
{
    char message[256];

    unsetenv(DISPATCH_VARIABLE);
    for (int op = 0; op < KERNEL_OPERATION_COUNT; op++) {
        const struct kernel *best = dispatch_choose(op, NULL, message, sizeof message);
        cr_assert_not_null(best, "%s", dispatch_operation_name(op));
        cr_expect_eq((int)best->operation, op);
        cr_expect(dispatch_machine() & 1u << best->isa);
        const struct kernel *plain = dispatch_choose(op, "scalar", message, sizeof message);
        cr_assert_not_null(plain);
        cr_expect_eq(plain->isa, KERNEL_SCALAR);
    }
}

Test(dispatch, the_table_is_complete)
{
    for (size_t i = 0; i < dispatch_count(); i++) {
        const struct kernel *kernel = dispatch_kernel(i);
        cr_expect_not_null(kernel->unit);
        cr_expect_gt(kernel->flops_per_unit, 0);
        cr_expect_gt(kernel->bytes_per_unit, 0);
        cr_expect_not_null(kernel->function.mds_solve);
        cr_expect_not_null(dispatch_isa_name(kernel->isa));
    }
    cr_expect_null(dispatch_kernel(dispatch_count()));
}

Test(dispatch, a_forced_choice_is_obeyed_or_explained)
{
    char message[256] = "";

    cr_expect_null(dispatch_choose(KERNEL_MDS_SOLVE, "sse9", message, sizeof message));
    cr_expect_not_null(strstr(message, "no kernel has this name"), "%s", message);
    setenv(DISPATCH_VARIABLE, "riscv", 1);
    cr_expect_null(dispatch_choose(KERNEL_MDS_SOLVE, NULL, message, sizeof message));
    cr_expect_not_null(strstr(message, DISPATCH_VARIABLE "=riscv"), "%s", message);
    cr_expect_not_null(dispatch_choose(KERNEL_MDS_SOLVE, "scalar", message, sizeof message));
    setenv(DISPATCH_VARIABLE, "", 1);
    cr_expect_not_null(dispatch_choose(KERNEL_MDS_SOLVE, NULL, message, sizeof message));
#if defined(__x86_64__)
    setenv(DISPATCH_VARIABLE, "neon", 1);
    cr_expect_null(dispatch_choose(KERNEL_MDS_SOLVE, NULL, NULL, 0));
#endif
}
