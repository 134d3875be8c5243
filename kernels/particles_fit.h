/* Are particles fit to be moved? What the instruction sets' particles_check_… have in common.
 *
 * Include after kernels/lanes.h. The least square and the sum of all are kept in registers, four of
 * each so that their chains run side by side. A minimum may forget a NaN; the sum does not.
 * 3 FMA-pipe operations, an addition and a minimum a register.
 *
 * Bounds: reads x, y and w at [0, n): in full registers while first + LANES ≤ n, then one by one.
 */
#ifndef FORTYFOLD_KERNELS_PARTICLES_FIT_H
#define FORTYFOLD_KERNELS_PARTICLES_FIT_H

#include "kernels/lanes.h"
#include "kernels/particles.h"

struct extremes {
    lanes least; /* of x² + y² */
    lanes sum;   /* of x² + y² + w²: NaN or infinite when one of them is */
};

LANES_INLINE void look(struct extremes *seen, lanes x, lanes y, lanes w)
{
    const lanes square = lanes_fma(x, x, lanes_mul(y, y));

    seen->least = lanes_min(square, seen->least);
    seen->sum = lanes_add(lanes_fma(w, w, seen->sum), square);
}

LANES_INLINE bool all_fit(const double *x, const double *y, const double *w, size_t n)
{
    enum { CHAINS = 4 };
    struct extremes seen[CHAINS];
    size_t i = 0;
    bool fit = true;

    for (size_t c = 0; c < CHAINS; c++)
        seen[c] = (struct extremes){.least = lanes_all(1), .sum = lanes_all(0)};
    for (; i + CHAINS * LANES <= n; i += CHAINS * LANES)
#pragma GCC unroll 4
        for (size_t c = 0; c < CHAINS; c++) {
            const size_t at = i + c * LANES;
            look(&seen[c], lanes_load(x + at), lanes_load(y + at), lanes_load(w + at));
        }
    for (; i + LANES <= n; i += LANES)
        look(&seen[0], lanes_load(x + i), lanes_load(y + i), lanes_load(w + i));
    for (; i < n; i++) {
        const lanes square = lanes_all(x[i] * x[i] + y[i] * y[i]);
        seen[0].least = lanes_min(square, seen[0].least);
        seen[0].sum = lanes_add(seen[0].sum, lanes_add(square, lanes_all(w[i] * w[i])));
    }
    for (size_t c = 0; c < CHAINS; c++) {
        fit &= lanes_all_below(lanes_all(PARTICLES_NEAR * PARTICLES_NEAR), seen[c].least);
        fit &= lanes_all_below(seen[c].sum, lanes_all(PARTICLES_SUM_MOST));
    }
    return fit;
}

#endif
