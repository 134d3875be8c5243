"""The whole run in one call of C: see particles_evolve_scalar in kernels/scalar/particles.c."""

import kernels


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two arrays."""
    x = x.copy()
    y = y.copy()
    kernels.particles_evolve(x, y, w, duration, kernel="scalar")
    return x, y
