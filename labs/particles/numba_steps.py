"""The step of all particles, and the loop over steps, compiled by Numba.

The types are given, so the import compiles, once; `@njit` without them compiles at the first call.
"""

from math import sqrt

import numba

from numpy_tuned import check
from vectorised import TIMESTEP

EVOLVE = "void(float64[::1], float64[::1], float64[::1], int64)"


def evolve(x, y, length, steps):
    """Move all particles by so many steps, in place."""
    for _ in range(steps):
        for i in range(len(x)):
            scale = length[i] / sqrt(x[i] * x[i] + y[i] * y[i])
            x[i], y[i] = x[i] - y[i] * scale, y[i] + x[i] * scale


compiled = numba.njit(EVOLVE)(evolve)


def simulate(x, y, w, duration, evolve=compiled):
    """Return the final positions (x, y), two arrays."""
    x, y = x.copy(), y.copy()
    steps = round(duration / TIMESTEP)
    check(x, y, steps)
    evolve(x, y, TIMESTEP * w, steps)
    return x, y
