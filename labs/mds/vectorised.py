"""The naive search with its two inner functions as whole-row NumPy operations, nothing else changed."""

import numpy as np

import naive


def compute_distance_matrix(xs, d_current, i):
    """Bring row i and column i of the distance matrix up to date."""
    distances = np.linalg.norm(xs - xs[i], axis=1)
    d_current[i] = distances
    d_current[:, i] = distances


def compute_mds_error(d_goal, d_current, i):
    """Return the row error of point i."""
    return np.sum((d_goal[i] - d_current[i]) ** 2)


def solve(d_goal, xs, epochs):
    """Return (points, their total error, epochs done)."""
    return naive.solve(d_goal, xs, epochs, compute_distance_matrix, compute_mds_error)
