"""The search of no_matrix.py in C and in Rust: two libraries with one function, called the same way.

mds_twin_c.c and mds_twin_rust.rs say the same thing in two languages; `make` builds both. The call is
ctypes': it converts each argument at each call, which takes microseconds, once for the whole search.
"""

import ctypes
import importlib.util

import numpy as np

NUMBERS = ctypes.POINTER(ctypes.c_double)


def open_library(name):
    """The function in a library that lies where the module `kernels` does, among Python's modules."""
    library = ctypes.CDLL(importlib.util.find_spec(name).origin)
    search = library.mds_twin_solve
    search.restype = ctypes.c_uint64
    search.argtypes = [NUMBERS, NUMBERS, NUMBERS, ctypes.c_size_t, ctypes.c_uint64, NUMBERS]
    return search


def solve_by(name, d_goal, xs, epochs):
    """Return (points, their total error, epochs done), by the library of that name."""
    if name not in libraries:
        libraries[name] = open_library(name)
    x, y, error = xs[:, 0].copy(), xs[:, 1].copy(), np.empty(1)
    d_goal = np.ascontiguousarray(d_goal, float)
    pointers = [array.ctypes.data_as(NUMBERS) for array in (d_goal, x, y, error)]
    done = libraries[name](*pointers[:3], len(x), epochs, pointers[3])
    return np.column_stack([x, y]), error[0], done


libraries = {}


def solve_c(d_goal, xs, epochs):
    """By C."""
    return solve_by("mds_twin_c", d_goal, xs, epochs)


def solve_rust(d_goal, xs, epochs):
    """By Rust."""
    return solve_by("mds_twin_rust", d_goal, xs, epochs)
