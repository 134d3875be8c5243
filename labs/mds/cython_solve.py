"""The whole search in Cython: see mds_cython.pyx."""

from mds_cython import solve  # noqa: F401
