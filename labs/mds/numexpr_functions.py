"""The two functions as expressions that numexpr compiles: one pass over the data, no temporaries.

Each evaluation first finds and checks its expression, which costs more than the arithmetic on a short
row: an honest negative below some thousands of points.
"""

import numexpr

import naive


def compute_distance_matrix(xs, d_current, i):
    """Bring row i and column i of the distance matrix up to date."""
    names = {"x": xs[:, 0], "y": xs[:, 1], "a": xs[i, 0], "b": xs[i, 1]}
    row = numexpr.evaluate("sqrt((x - a) ** 2 + (y - b) ** 2)", names)
    d_current[i] = row
    d_current[:, i] = row


def compute_mds_error(d_goal, d_current, i):
    """Return the row error of point i."""
    names = {"goal": d_goal[i], "current": d_current[i]}
    return numexpr.evaluate("sum((goal - current) ** 2)", names)


def solve(d_goal, xs, epochs):
    """Return (points, their total error, epochs done)."""
    return naive.solve(d_goal, xs, epochs, compute_distance_matrix, compute_mds_error)
