"""numpy_no_matrix.py with the four moves in one array, (4, N): a quarter of the calls of NumPy.

Fewer calls help while a row is short. Above that the four rows no longer fit where one did, and
nothing is shared between moves any more.
"""

import numpy as np

import no_matrix
from numpy_no_matrix import pairs_below


def solve(d_goal, xs, epochs):
    """Return (points, their total error, epochs done)."""
    x, y = xs[:, 0].copy(), xs[:, 1].copy()
    dx, dy = np.empty((4, len(x))), np.empty((4, len(x)))

    def epoch(d_goal, x, y, radius):
        total = 0.0
        steps = radius * np.array([[1.0, 0.0, -1.0, 0.0], [0.0, 1.0, 0.0, -1.0]])[:, :, np.newaxis]
        for i in range(len(x)):
            np.subtract(x[i] + steps[0], x, out=dx)
            np.subtract(y[i] + steps[1], y, out=dy)
            np.multiply(dx, dx, out=dx)
            np.multiply(dy, dy, out=dy)
            np.add(dx, dy, out=dx)
            np.sqrt(dx, out=dx)
            dx[:, i] = 0.0
            np.subtract(d_goal[i], dx, out=dx)
            best = np.einsum("mk,mk->m", dx, dx).argmin()
            x[i] += steps[0, best, 0]
            y[i] += steps[1, best, 0]
            total += dx[best, :i] @ dx[best, :i]
        return total

    error, done = no_matrix.search(d_goal, x, y, epochs, pairs_below(d_goal, x, y), epoch)
    return np.column_stack([x, y]), error, done
