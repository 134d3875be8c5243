"""A step as two expressions that numexpr compiles: no temporaries, but a look-up of each at every step.

An honest negative for few particles: the look-up costs more than the arithmetic.
"""

import numexpr

from numpy_tuned import check
from vectorised import TIMESTEP


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two arrays."""
    names = {"x": x.copy(), "y": y.copy(), "length": TIMESTEP * w}
    steps = round(duration / TIMESTEP)
    check(names["x"], names["y"], steps)
    for _ in range(steps if len(x) > 0 else 0):
        names["scale"] = numexpr.evaluate("length / sqrt(x * x + y * y)", names)
        moved = numexpr.evaluate("x - y * scale", names)
        names["y"] = numexpr.evaluate("y + x * scale", names)
        names["x"] = moved
    return names["x"], names["y"]
