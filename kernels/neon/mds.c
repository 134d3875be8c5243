#include "kernels/mds_search.h"

#if defined(__aarch64__)

#include "kernels/neon/mds_kernels.h"

#include <arm_neon.h>

/* Two doubles a register; NEON is part of every AArch64. */
#define VECTOR float64x2_t
enum { LANES = 2 };

static inline float64x2_t v_load(const double *p)
{
    return vld1q_f64(p);
}

static inline float64x2_t v_all(double number)
{
    return vdupq_n_f64(number);
}

static inline float64x2_t v_root(float64x2_t v)
{
    return vsqrtq_f64(v);
}

static inline float64x2_t v_size(float64x2_t v)
{
    return vabsq_f64(v);
}

static inline float64x2_t v_sign_of(float64x2_t magnitude, float64x2_t sign)
{
    const uint64x2_t minus = vdupq_n_u64(0x8000000000000000u);
    const uint64x2_t turned = vandq_u64(vreinterpretq_u64_f64(sign), minus);

    return vreinterpretq_f64_u64(veorq_u64(vreinterpretq_u64_f64(magnitude), turned));
}

static inline double v_total(float64x2_t v)
{
    return vaddvq_f64(v);
}

#include "kernels/mds_vectors.h"

const struct mds_rows mds_rows_neon = {
    .begin = v_begin, .row = v_row, .range = v_range, .error = v_error, .lanes = LANES};

size_t mds_bytes_neon(size_t n)
{
    return mds_search_bytes(&mds_rows_neon, n);
}

void mds_solve_neon(const double *d_goal, double *xs, size_t n, uint64_t epochs, unsigned threads,
                    void *workspace, struct mds_outcome *outcome)
{
    mds_search_run(&mds_rows_neon, d_goal, xs, n, epochs, threads, workspace, outcome);
}

#endif
