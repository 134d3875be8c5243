"""Particles as a beginner writes them: an object for each, moved one by one, step by step.

Each step moves a particle by timestep * w along the tangent of its circle about the origin;
w > 0 turns counter-clockwise.
"""

TIMESTEP = 1e-5


class Particle:
    """A position (x, y) and a speed w in lengths per unit of time."""

    def __init__(self, x, y, w):
        self.x = x
        self.y = y
        self.w = w


class ParticleSimulator:
    """Moves a list of particles."""

    def __init__(self, particles):
        self.particles = particles

    def evolve(self, dt):
        """Let dt units of time pass, in the nearest whole number of steps."""
        steps = round(dt / TIMESTEP)
        for _ in range(steps):
            for particle in self.particles:
                # The tangent has length 1. A particle at the origin has none: Python refuses to
                # divide by zero.
                radius = (particle.x**2 + particle.y**2) ** 0.5
                tangent_x = -particle.y / radius
                tangent_y = particle.x / radius
                particle.x += tangent_x * TIMESTEP * particle.w
                particle.y += tangent_y * TIMESTEP * particle.w


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two lists."""
    particles = [Particle(float(a), float(b), float(c)) for a, b, c in zip(x, y, w)]
    simulator = ParticleSimulator(particles)
    simulator.evolve(duration)
    return [particle.x for particle in particles], [particle.y for particle in particles]
