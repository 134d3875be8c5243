"""The particle kernel with a known amount of work: its time is proportional to the steps."""

from array import array

import kernels

COUNT = 100
TIMESTEP = 1e-5


def _evolve(steps):
    x = array("d", [0.5] * COUNT)
    y = array("d", [0.25] * COUNT)
    w = array("d", [1.0] * COUNT)
    kernels.particles_evolve(x, y, w, steps * TIMESTEP)


def plain():
    _evolve(1000)


def tenth_more():
    _evolve(1100)
