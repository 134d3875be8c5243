"""Particles that turn about the origin, each at a speed of its own."""

import numpy as np


def make(size, seed, duration):
    """Return (x, y, w, duration) for `size` particles.

    x, y: float64 (N), positions at distances 0.1 to 1 from the origin, in any direction.
    w: float64 (N), speeds of 0.1 to 1 lengths per unit of time, either way round.
    duration: units of time.
    """
    rng = np.random.default_rng(seed)
    radius = rng.uniform(0.1, 1.0, size)
    angle = rng.uniform(-np.pi, np.pi, size)
    w = rng.uniform(0.1, 1.0, size) * rng.choice([-1.0, 1.0], size)
    return radius * np.cos(angle), radius * np.sin(angle), w, duration
