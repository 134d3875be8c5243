# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# flags: -O3 -ffast-math
"""The whole search in Cython, typed throughout, with a distance matrix that is kept up to date.

A move along one axis changes one square of each distance: with a = xᵢ − xⱼ the new distance is
√(d² − a² + (a + step)²), and no other axis is looked at. This is how published implementations of
this search in Cython and C work; rounding adds up in the matrix from epoch to epoch, which is why
the total error is computed anew at the end.

-ffast-math is for compiling this file alone: see the Makefile, which links it without.
"""

import numpy as np

from libc.math cimport sqrt

cdef double START_RADIUS = 1.0, END_RADIUS = 1e-3, TOLERANCE = 1e-4


cdef double moved_error(double[:, ::1] goal, double[:, ::1] current, double[:, ::1] xs,
                        Py_ssize_t i, Py_ssize_t axis, double step) nogil:
    """The row error of point i after a step along an axis."""
    cdef Py_ssize_t j
    cdef double a, square, difference, error = 0.0
    for j in range(goal.shape[0]):
        if j != i:
            a = xs[i, axis] - xs[j, axis]
            square = current[i, j] * current[i, j] - a * a + (a + step) * (a + step)
            difference = goal[i, j] - sqrt(square)
            error += difference * difference
    return error


cdef void move(double[:, ::1] current, double[:, ::1] xs, Py_ssize_t i, Py_ssize_t axis,
               double step) nogil:
    """Make a step of point i along an axis, in the matrix too."""
    cdef Py_ssize_t j
    cdef double a, square
    for j in range(xs.shape[0]):
        if j != i:
            a = xs[i, axis] - xs[j, axis]
            square = current[i, j] * current[i, j] - a * a + (a + step) * (a + step)
            # Rounding may leave less than nothing where two points meet.
            current[i, j] = sqrt(square) if square > 0 else 0.0
            current[j, i] = current[i, j]
    xs[i, axis] += step


cdef double row_error(double[:, ::1] goal, double[:, ::1] current, Py_ssize_t i) nogil:
    cdef Py_ssize_t j
    cdef double difference, error = 0.0
    for j in range(goal.shape[0]):
        difference = goal[i, j] - current[i, j]
        error += difference * difference
    return error


cdef double fill(double[:, ::1] goal, double[:, ::1] current, double[:, ::1] xs) nogil:
    """Fill the whole matrix and return the sum of all row errors."""
    cdef Py_ssize_t i, j
    cdef double dx, dy, error = 0.0
    for i in range(xs.shape[0]):
        for j in range(xs.shape[0]):
            dx = xs[i, 0] - xs[j, 0]
            dy = xs[i, 1] - xs[j, 1]
            current[i, j] = sqrt(dx * dx + dy * dy)
        error += row_error(goal, current, i)
    return error


cdef double epoch(double[:, ::1] goal, double[:, ::1] current, double[:, ::1] xs,
                  double radius) nogil:
    """Move every point once; return by how much the total error changed."""
    cdef Py_ssize_t i, m, best
    cdef double error, best_error, change = 0.0
    for i in range(xs.shape[0]):
        best = 0
        best_error = 0.0
        for m in range(4):
            error = moved_error(goal, current, xs, i, m % 2, radius if m < 2 else -radius)
            if m == 0 or error < best_error:
                best = m
                best_error = error
        change += 2 * (best_error - row_error(goal, current, i))
        move(current, xs, i, best % 2, radius if best < 2 else -radius)
    return change


def solve(double[:, ::1] d_goal, xs, Py_ssize_t epochs):
    """Return (points, their total error, epochs done)."""
    xs = xs.copy()
    cdef double[:, ::1] points = xs
    cdef double[:, ::1] current = np.empty((xs.shape[0], xs.shape[0]))
    cdef double error, previous = 0.0, radius = START_RADIUS
    cdef Py_ssize_t done = 0
    with nogil:
        error = fill(d_goal, current, points)
        while done < epochs and radius > END_RADIUS:
            # No infinity for "none before": -ffast-math assumes that there is none.
            if done > 0 and (error >= previous or previous - error <= TOLERANCE * error):
                radius *= 0.5
            previous = error
            error += epoch(d_goal, current, points, radius)
            done += 1
        error = fill(d_goal, current, points)
    return xs, error, done
