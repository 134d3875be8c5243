"""no_matrix.py with rows of NumPy instead of the loop over points: another algorithm, in arrays."""

import numpy as np

import no_matrix


def pairs_below(d_goal, x, y):
    """Return the total error, every pair of points counted once."""
    total = 0.0
    for i in range(len(x)):
        distance = np.sqrt((x[:i] - x[i]) ** 2 + (y[:i] - y[i]) ** 2)
        difference = d_goal[i, :i] - distance
        total += difference @ difference
    return total


def solve(d_goal, xs, epochs):
    """Return (points, their total error, epochs done)."""
    x, y = xs[:, 0].copy(), xs[:, 1].copy()
    moved = np.empty(len(x))

    def row_errors(goal, i, squares, steps):
        """Fill `moved` with what each pair adds to the error; return the sums over all and j < i."""
        np.multiply(steps, steps, out=moved)
        np.add(moved, squares, out=moved)
        np.sqrt(moved, out=moved)
        moved[i] = 0.0
        np.subtract(goal, moved, out=moved)
        return moved @ moved, moved[:i] @ moved[:i]

    def epoch(d_goal, x, y, radius):
        total = 0.0
        for i in range(len(x)):
            goal, dx, dy = d_goal[i], x[i] - x, y[i] - y
            dx2, dy2 = dx * dx, dy * dy
            sums = [
                row_errors(goal, i, dy2, dx + radius),
                row_errors(goal, i, dx2, dy + radius),
                row_errors(goal, i, dy2, dx - radius),
                row_errors(goal, i, dx2, dy - radius),
            ]
            best = min(range(4), key=lambda move: sums[move][0])  # the first of equals
            (x if best % 2 == 0 else y)[i] += radius if best < 2 else -radius
            total += sums[best][1]
        return total

    error, done = no_matrix.search(d_goal, x, y, epochs, pairs_below(d_goal, x, y), epoch)
    return np.column_stack([x, y]), error, done
