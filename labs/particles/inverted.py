"""The naive loops inverted: one particle makes all its steps, then the next.

Particles do not need each other, so the order may change. What belongs to one particle is looked up
again and again in the same place; that alone buys little.
"""

import naive
from naive import TIMESTEP


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two lists."""
    particles = [naive.Particle(float(a), float(b), float(c)) for a, b, c in zip(x, y, w)]
    steps = round(duration / TIMESTEP)
    for particle in particles:
        for _ in range(steps):
            radius = (particle.x**2 + particle.y**2) ** 0.5
            tangent_x = -particle.y / radius
            tangent_y = particle.x / radius
            particle.x += tangent_x * TIMESTEP * particle.w
            particle.y += tangent_y * TIMESTEP * particle.w
    return [particle.x for particle in particles], [particle.y for particle in particles]
