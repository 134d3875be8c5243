"""The whole search in one call of C, by a kernel of the name given: `kernels.describe()` lists them.

Their sources say how they work and why: kernels/autovec, kernels/avx2, kernels/avx512, kernels/neon,
kernels/openmp.
"""

import kernels


def by(kernel, threads=1):
    """A function that searches by that kernel."""

    def solve(d_goal, xs, epochs):
        """Return (points, their total error, epochs done)."""
        xs = xs.copy()
        error, done = kernels.mds_solve(d_goal, xs, epochs, kernel=kernel, threads=threads)
        return xs, error, done

    return solve


autovec = by("autovec")
avx2 = by("avx2")
neon = by("neon")
avx512_sqrt = by("avx512_sqrt")
avx512_rsqrt = by("avx512_rsqrt")
avx512_filter = by("avx512_filter")
two_threads = by("openmp", threads=2)
