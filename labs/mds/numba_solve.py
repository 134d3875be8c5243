"""no_matrix.py compiled by Numba: the same functions, the same loops, on arrays.

The types are given, so that the functions are compiled when this file is imported, once: how long
that takes is the import, and no call pays for it. (`@njit` without types compiles at the first call.)
"""

import numba
import numpy as np

import no_matrix

EPOCH = "float64(float64[:, ::1], float64[::1], float64[::1], float64)"
PAIRS = "float64(float64[:, ::1], float64[::1], float64[::1])"

epoch = numba.njit(EPOCH)(no_matrix.epoch)
pairs_below = numba.njit(PAIRS)(no_matrix.pairs_below)


def solve(d_goal, xs, epochs, one_epoch=epoch):
    """Return (points, their total error, epochs done)."""
    x, y = xs[:, 0].copy(), xs[:, 1].copy()
    error, done = no_matrix.search(d_goal, x, y, epochs, pairs_below(d_goal, x, y), one_epoch)
    return np.column_stack([x, y]), error, done
