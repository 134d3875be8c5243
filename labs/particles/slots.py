"""The naive simulator with particles that have __slots__: three fixed places instead of a dictionary.

Since Python 3.11 an object with few attributes keeps them in fixed places anyway, so what is left of
this classic advice is memory.
"""

import naive


class Particle:
    """A position (x, y) and a speed w in lengths per unit of time."""

    __slots__ = ("x", "y", "w")

    def __init__(self, x, y, w):
        self.x = x
        self.y = y
        self.w = w


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two lists."""
    particles = [Particle(float(a), float(b), float(c)) for a, b, c in zip(x, y, w)]
    naive.ParticleSimulator(particles).evolve(duration)
    return [particle.x for particle in particles], [particle.y for particle in particles]
