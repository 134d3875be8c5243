# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# flags: -O2
"""The two functions in Cython with the types of their arguments, as a tutorial does it."""

from libc.math cimport sqrt


def compute_distance_matrix(double[:, :] xs, double[:, :] d_current, Py_ssize_t i):
    """Bring row i and column i of the distance matrix up to date."""
    cdef Py_ssize_t k
    cdef double dx, dy, distance
    for k in range(xs.shape[0]):
        dx = xs[k, 0] - xs[i, 0]
        dy = xs[k, 1] - xs[i, 1]
        distance = sqrt(dx * dx + dy * dy)
        d_current[i, k] = distance
        d_current[k, i] = distance


def compute_mds_error(double[:, :] d_goal, double[:, :] d_current, Py_ssize_t i):
    """Return the row error of point i."""
    cdef Py_ssize_t k
    cdef double difference, error = 0.0
    for k in range(d_goal.shape[0]):
        difference = d_goal[i, k] - d_current[i, k]
        error += difference * difference
    return error
