"""The naive search with its look-ups hoisted: what does not change in a loop is fetched before it.

np.linalg.norm is three look-ups, d_goal[i, k] makes a pair and takes it apart; both stand outside now.
"""

import numpy as np

import naive


def compute_distance_matrix(xs, d_current, i):
    """Bring row i and column i of the distance matrix up to date."""
    norm = np.linalg.norm
    point, row, column = xs[i], d_current[i], d_current[:, i]
    for k in range(len(xs)):
        row[k] = column[k] = norm(xs[k] - point)


def compute_mds_error(d_goal, d_current, i):
    """Return the row error of point i."""
    goal, current = d_goal[i], d_current[i]
    error = 0.0
    for k in range(len(goal)):
        error += (goal[k] - current[k]) ** 2
    return error


def solve(d_goal, xs, epochs):
    """Return (points, their total error, epochs done)."""
    return naive.solve(d_goal, xs, epochs, compute_distance_matrix, compute_mds_error)
