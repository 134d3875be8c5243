"""The whole run in one call of Cython. See particles_cython.pyx."""

import particles_cython
from numpy_tuned import check
from vectorised import TIMESTEP


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two arrays."""
    x, y = x.copy(), y.copy()
    steps = round(duration / TIMESTEP)
    check(x, y, steps)
    particles_cython.evolve(x, y, TIMESTEP * w, steps)
    return x, y
