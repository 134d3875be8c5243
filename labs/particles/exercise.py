"""Your turn: the same particles, faster.

Below, the particles are moved one by one, in plain Python. x, y and w come as NumPy arrays: move all
particles at once. Keep the name, the arguments and the meaning of simulate().

Right, and fast enough?  bin/fortyfold check particles
Stuck?                   bin/fortyfold hint particles
"""

TIMESTEP = 1e-5


def simulate(x, y, w, duration):
    """Return the final positions (x, y).

    x, y: positions, one entry a particle. w: speeds in lengths per unit of time.
    duration: units of time; it passes in steps of TIMESTEP.
    """
    # Plain numbers: Python's loops are slower still on the elements of an array.
    x, y, w = x.tolist(), y.tolist(), w.tolist()
    for _ in range(round(duration / TIMESTEP)):
        # TODO: one step of all particles without this loop.
        for i in range(len(x)):
            radius = (x[i] ** 2 + y[i] ** 2) ** 0.5
            dx = -y[i] / radius * TIMESTEP * w[i]
            dy = x[i] / radius * TIMESTEP * w[i]
            x[i] += dx
            y[i] += dy
    return x, y
