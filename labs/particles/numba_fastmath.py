"""numba_steps.py, with the compiler allowed to replace operations by others that round differently."""

import numba

import numba_steps

compiled = numba.njit(numba_steps.EVOLVE, fastmath=True)(numba_steps.evolve)


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two arrays."""
    return numba_steps.simulate(x, y, w, duration, compiled)
