"""The naive loops with hoisted look-ups: each attribute is read once a step, not three times.

Names inside a function are places, found without a search; attributes and globals are searched for.
"""

import naive
from naive import TIMESTEP


def evolve(particles, steps):
    """Move the particles by so many steps."""
    timestep = TIMESTEP
    for _ in range(steps):
        for particle in particles:
            x, y = particle.x, particle.y
            length = timestep * particle.w / (x * x + y * y) ** 0.5
            particle.x = x - y * length
            particle.y = y + x * length


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two lists."""
    particles = [naive.Particle(float(a), float(b), float(c)) for a, b, c in zip(x, y, w)]
    evolve(particles, round(duration / TIMESTEP))
    return [particle.x for particle in particles], [particle.y for particle in particles]
