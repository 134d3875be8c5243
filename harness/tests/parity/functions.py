"""Functions that the harness and python3 -m timeit both time.

Their time must depend on what they do, not on where the heap happened to put things, or two ways
of timing them differ by the luck of two processes. So the loop works on floats (freed floats are
kept in a list of their own; an integer loop was seen to run 20 % slower when its integers fell on
the border of two allocator pools), and NumPy adds into a buffer that is there already, all three
at the same place in a page line.
"""

import numpy as np

NUMBERS = [float(i) for i in range(24000)]


def _aligned(count):
    raw = np.empty(count + 512)
    skip = -(raw.ctypes.data // 8) % 512
    array = raw[skip : skip + count]
    array[:] = 1.0
    return array


A = _aligned(1000)
B = _aligned(1000)
OUT = _aligned(1000)


def loop():
    x = 0.0
    for number in NUMBERS:
        x += number * 0.5


def total():
    sum(range(1000))


def add():
    np.add(A, B, OUT)


def empty():
    pass
