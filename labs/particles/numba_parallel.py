"""Numba with the particles shared out to threads: each particle makes all its steps on its own.

A step waits for the step before it, and a thread with one particle at a time has nothing else to do
meanwhile: the two units of a processor that could work on eight particles work on one.
"""

from math import sqrt

import numba

import numba_steps


@numba.njit(numba_steps.EVOLVE, fastmath=True, parallel=True)
def compiled(x, y, length, steps):
    """Move all particles by so many steps, in place."""
    for i in numba.prange(len(x)):
        a, b = x[i], y[i]
        for _ in range(steps):
            scale = length[i] / sqrt(a * a + b * b)
            a, b = a - b * scale, b + a * scale
        x[i], y[i] = a, b


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two arrays."""
    return numba_steps.simulate(x, y, w, duration, compiled)
