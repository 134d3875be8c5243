"""All particles at once: an array of x, one of y, one of w; the loop over particles is NumPy's."""

import numpy as np

TIMESTEP = 1e-5


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two arrays."""
    x = x.copy()
    y = y.copy()
    steps = round(duration / TIMESTEP)
    if steps > 0 and not np.all(x * x + y * y > 0):
        # NumPy would only warn, and carry on with NaN.
        raise ZeroDivisionError("a particle at the origin has no direction")
    length = TIMESTEP * w
    for _ in range(steps):
        radius = np.sqrt(x * x + y * y)
        dx = -y / radius * length
        dy = x / radius * length
        x += dx
        y += dy
    return x, y
