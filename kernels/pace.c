#include "kernels/pace.h"

static const struct pace_set *const sets[] = {
    &paces_scalar,
#if defined(__x86_64__)
    &paces_avx2,
    &paces_avx512,
#elif defined(__aarch64__)
    &paces_neon,
#endif
};

static const struct {
    const char *name;
    double count, flops;
} kinds[PACE_KINDS] = {
    [PACE_FMA] = {"fma", 14, 2},     [PACE_MULTIPLY] = {"multiply", 14, 1},
    [PACE_ADD] = {"add", 14, 1},     [PACE_PAIRED] = {"fma+add", 14, 3},
    [PACE_SQRT] = {"sqrt", 14, 1},   [PACE_DIVIDE] = {"divide", 14, 1},
    [PACE_RSQRT] = {"rsqrt", 14, 1}, [PACE_ESTIMATED] = {"fma+rsqrt", 14, 3},
};

const struct pace_set *pace_set(size_t index)
{
    return index < sizeof sets / sizeof *sets ? sets[index] : NULL;
}

const char *pace_name(enum pace_kind kind)
{
    return kinds[kind].name;
}

double pace_count(enum pace_kind kind)
{
    return kinds[kind].count;
}

double pace_flops(enum pace_kind kind)
{
    return kinds[kind].flops;
}

/* A product of integers takes 3 cycles on x86 processors since Nehalem and Zen (Agner Fog's
 * instruction tables; uops.info); a sum of registers takes 1 on AArch64. */
double pace_chain_cycles(void)
{
#if defined(__x86_64__)
    return 3;
#else
    return 1;
#endif
}

void pace_chain(uint64_t rounds)
{
    uint64_t value = rounds;

    while (rounds-- > 0)
#pragma GCC unroll 100
        for (int i = 0; i < PACE_CHAIN; i++)
#if defined(__x86_64__)
            __asm__ volatile("imul %0, %0" : "+r"(value));
#elif defined(__aarch64__)
            __asm__ volatile("add %0, %0, %0" : "+r"(value));
#else
            __asm__ volatile("" : "+r"(value));
#endif
}
