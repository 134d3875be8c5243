"""Both: with the loops inverted, a particle's position can stay in local names for all of its steps."""

from math import sqrt

TIMESTEP = 1e-5


def turn(x, y, length, steps):
    """Return where a particle is after so many steps of a length."""
    for _ in range(steps):
        scale = length / sqrt(x * x + y * y)
        x, y = x - y * scale, y + x * scale
    return x, y


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two lists."""
    steps = round(duration / TIMESTEP)
    ends = [turn(float(a), float(b), TIMESTEP * float(c), steps) for a, b, c in zip(x, y, w)]
    return [a for a, _ in ends], [b for _, b in ends]
