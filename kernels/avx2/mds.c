#include "kernels/mds_search.h"

#if defined(__x86_64__)

#include "kernels/avx2/mds_kernels.h"

#include <immintrin.h>

/* Four doubles a register. The root unit takes 8.4 cycles of Zen 4 for a register of four as for
 * one of eight it takes 16 (measured), and four roots a vector, 33.6 cycles for 16 pair-candidates,
 * hide all else: AVX2 has no estimate in double that would relieve it. */
#define VECTOR __m256d
enum { LANES = 4 };

static inline __m256d v_load(const double *p)
{
    return _mm256_loadu_pd(p);
}

static inline __m256d v_all(double number)
{
    return _mm256_set1_pd(number);
}

static inline __m256d v_root(__m256d v)
{
    return _mm256_sqrt_pd(v);
}

static inline __m256d v_size(__m256d v)
{
    return _mm256_andnot_pd(_mm256_set1_pd(-0.0), v);
}

static inline __m256d v_sign_of(__m256d magnitude, __m256d sign)
{
    return _mm256_xor_pd(magnitude, _mm256_and_pd(sign, _mm256_set1_pd(-0.0)));
}

static inline double v_total(__m256d v)
{
    const __m128d half = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));

    return _mm_cvtsd_f64(_mm_add_sd(half, _mm_unpackhi_pd(half, half)));
}

#include "kernels/mds_vectors.h"

const struct mds_rows mds_rows_avx2 = {
    .begin = v_begin, .row = v_row, .range = v_range, .error = v_error, .lanes = LANES};

size_t mds_bytes_avx2(size_t n)
{
    return mds_search_bytes(&mds_rows_avx2, n);
}

void mds_solve_avx2(const double *d_goal, double *xs, size_t n, uint64_t epochs, unsigned threads,
                    void *workspace, struct mds_outcome *outcome)
{
    mds_search_run(&mds_rows_avx2, d_goal, xs, n, epochs, threads, workspace, outcome);
}

#endif
