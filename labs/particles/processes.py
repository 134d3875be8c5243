"""The naive simulator in two processes: each takes half of the particles, all of them objects.

The pool of processes is made anew at every call, as a script does that runs once: starting them, and
sending particles to and fro, is part of the time.
"""

import multiprocessing

import naive

PROCESSES = 2


def parts(x, y, w, duration):
    """The arguments of naive.simulate for each process: every second particle."""
    x, y, w = list(x), list(y), list(w)
    return [
        (x[first::PROCESSES], y[first::PROCESSES], w[first::PROCESSES], duration)
        for first in range(PROCESSES)
    ]


def together(results, count):
    """The particles of all processes, in their first order."""
    x, y = [0.0] * count, [0.0] * count
    for first, (part_x, part_y) in enumerate(results):
        x[first::PROCESSES] = part_x
        y[first::PROCESSES] = part_y
    return x, y


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two lists."""
    with multiprocessing.Pool(PROCESSES) as pool:
        results = pool.starmap(naive.simulate, parts(x, y, w, duration))
    return together(results, len(x))
