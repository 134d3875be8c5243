"""One step of all particles in Cython; the loop over steps stays in Python. See particles_cython.pyx."""

import particles_cython
from numpy_tuned import check
from vectorised import TIMESTEP


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two arrays."""
    x, y, length = x.copy(), y.copy(), TIMESTEP * w
    steps = round(duration / TIMESTEP)
    check(x, y, steps)
    for _ in range(steps):
        particles_cython.step(x, y, length)
    return x, y
