"""Points whose distances in ten dimensions are to be kept in two."""

import numpy as np

DIMENSIONS = 10


def make(size, seed, epochs):
    """Return (d_goal, xs, epochs) for `size` points.

    d_goal: float64 (N, N), the distances of points drawn uniformly from the unit cube in ten
    dimensions: symmetric, 0 on the diagonal. xs: float64 (N, 2), the start, uniform in the unit
    square. epochs: the most epochs to do.
    """
    rng = np.random.default_rng(seed)
    points = rng.random((size, DIMENSIONS))
    xs = rng.random((size, 2))
    square = np.zeros((size, size))
    for dimension in range(DIMENSIONS):
        column = points[:, dimension]
        # (a - b)² equals (b - a)² to the last bit, so d_goal is exactly symmetric.
        square += (column[:, np.newaxis] - column) ** 2
    return np.sqrt(square), xs, epochs
