"""The worked answer: both loops become whole-row operations."""

import numpy as np

import naive


def compute_distance_matrix(xs, d_current, i):
    """Write the distances of point i from all points to row i and column i of d_current."""
    # One subtraction and one norm for all points; the loop over them now runs inside NumPy.
    distances = np.linalg.norm(xs - xs[i], axis=1)
    d_current[i] = distances
    d_current[:, i] = distances


def compute_mds_error(d_goal, d_current, i):
    """Return the sum over k of (d_goal[i, k] - d_current[i, k])**2."""
    difference = d_goal[i] - d_current[i]
    # The sum of squares of a row is its dot product with itself: no array of squares is made.
    return difference @ difference


def solve(d_goal, xs, epochs):
    """Return (points, their total error, epochs done)."""
    return naive.solve(d_goal, xs, epochs, compute_distance_matrix, compute_mds_error)
