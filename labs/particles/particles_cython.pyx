# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# flags: -O3
"""Particles in Cython: one step of all of them, and the whole run."""

from libc.math cimport sqrt


cdef void step_all(double[:] x, double[:] y, double[:] length) nogil:
    cdef Py_ssize_t i
    cdef double scale, dx, dy
    for i in range(x.shape[0]):
        scale = length[i] / sqrt(x[i] * x[i] + y[i] * y[i])
        dx = y[i] * scale
        dy = x[i] * scale
        x[i] -= dx
        y[i] += dy


def step(double[:] x, double[:] y, double[:] length):
    """Move all particles by one step of their length, in place."""
    step_all(x, y, length)


def evolve(double[:] x, double[:] y, double[:] length, Py_ssize_t steps):
    """Move all particles by so many steps, in place."""
    cdef Py_ssize_t s
    with nogil:
        for s in range(steps):
            step_all(x, y, length)
