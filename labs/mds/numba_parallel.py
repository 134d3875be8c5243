"""Numba with the four moves of a point shared out to threads.

Points must move one after the other, so only the work on one point can be shared: a few microseconds,
for which threads have to be woken and waited for each time.
"""

from math import sqrt

import numba
import numpy as np

import numba_solve


@numba.njit(numba_solve.EPOCH, fastmath=True, parallel=True)
def epoch(d_goal, x, y, radius):
    """Move every point once; return the total error afterwards, every pair counted once."""
    n = len(x)
    total = 0.0
    below, above = np.empty(4), np.empty(4)
    for i in range(n):
        xi, yi = x[i], y[i]
        for move in numba.prange(4):
            step = radius if move < 2 else -radius
            cx = xi + step if move % 2 == 0 else xi
            cy = yi + step if move % 2 == 1 else yi
            error = 0.0
            for j in range(i):
                difference = d_goal[i, j] - sqrt((cx - x[j]) ** 2 + (cy - y[j]) ** 2)
                error += difference * difference
            below[move] = error
            for j in range(i + 1, n):
                difference = d_goal[i, j] - sqrt((cx - x[j]) ** 2 + (cy - y[j]) ** 2)
                error += difference * difference
            above[move] = error
        best = 0
        for move in range(1, 4):
            if above[move] < above[best]:
                best = move
        step = radius if best < 2 else -radius
        if best % 2 == 0:
            x[i] = xi + step
        else:
            y[i] = yi + step
        total += below[best]
    return total


def solve(d_goal, xs, epochs):
    """Return (points, their total error, epochs done)."""
    return numba_solve.solve(d_goal, xs, epochs, epoch)
