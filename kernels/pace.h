/* Paces: what a machine can do at most, one kind of instruction at a time.
 *
 * A pace does nothing else than independent instructions of one kind, on registers, as fast as they
 * go. As kernels they are written for an instruction set, compiled with its flags, and neither
 * allocate nor fail. Whoever calls them holds the stopwatch.
 */
#ifndef FORTYFOLD_KERNELS_PACE_H
#define FORTYFOLD_KERNELS_PACE_H

#include <stddef.h>
#include <stdint.h>

#include "kernels/kernel.h"

enum pace_kind {
    PACE_FMA, /* fused multiplication and addition */
    PACE_MULTIPLY,
    PACE_ADD,
    PACE_PAIRED, /* a fused one with an addition at its side, counted as one */
    PACE_SQRT,
    PACE_DIVIDE,
    PACE_RSQRT,     /* an approximation of the reciprocal square root */
    PACE_ESTIMATED, /* one of these with a fused one at its side, counted as one */
    PACE_KINDS
};

/* Carries out rounds·pace_count(kind) instructions. */
typedef void pace_fn(uint64_t rounds);

/* Reads `count` doubles, and adds them up so that they must be read. `count` is a multiple of
 * PACE_READ_COUNT; `from` is aligned to KERNEL_ALIGNMENT. */
typedef double pace_read_fn(const double *from, size_t count);
enum { PACE_READ_COUNT = 128 };

/* The paces of an instruction set; each works on doubles, `lanes` an instruction. */
struct pace_set {
    enum kernel_isa isa;
    size_t lanes;
    pace_fn *run[PACE_KINDS]; /* NULL: there is no such instruction */
    pace_read_fn *read;
};

/* The sets of this architecture, plainest first; NULL from their number upwards. */
const struct pace_set *pace_set(size_t index);

/* "fma", "multiply", … */
const char *pace_name(enum pace_kind kind);

/* The instructions in a round, and the floating-point operations of one for each lane. */
double pace_count(enum pace_kind kind);
double pace_flops(enum pace_kind kind);

/* A chain of rounds·PACE_CHAIN instructions, of which each waits for the one before and takes
 * pace_chain_cycles(): it shows the clock. */
void pace_chain(uint64_t rounds);
enum { PACE_CHAIN = 100 };
double pace_chain_cycles(void);

extern const struct pace_set paces_scalar, paces_avx2, paces_avx512, paces_neon;

#endif
