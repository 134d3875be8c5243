"""The whole run in one call of C, by a kernel of the name given: `kernels.describe()` lists them.

Their sources say how they work and why: kernels/autovec, kernels/avx2, kernels/avx512, kernels/neon,
kernels/openmp.
"""

import kernels


def by(kernel, threads=1):
    """A function that moves particles by that kernel."""

    def simulate(x, y, w, duration):
        """Return the final positions (x, y), two arrays."""
        x, y = x.copy(), y.copy()
        kernels.particles_evolve(x, y, w, duration, kernel=kernel, threads=threads)
        return x, y

    return simulate


autovec = by("autovec")
avx2_sqrt = by("avx2_sqrt")
avx2_identity = by("avx2_identity")
neon_sqrt = by("neon_sqrt")
neon_identity = by("neon_identity")
avx512_sqrt = by("avx512_sqrt")
avx512_rsqrt = by("avx512_rsqrt")
avx512_carried = by("avx512_carried")
avx512_identity = by("avx512_identity")
two_threads = by("openmp", threads=2)
scalar_closed = by("scalar_closed")
avx512_closed = by("avx512_closed")
