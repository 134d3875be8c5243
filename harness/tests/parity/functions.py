"""Functions that the harness and python3 -m timeit both time.

Two programs that start in two ways have two heaps, and the heap alone makes the same bytecode
several per cent faster or slower, each time the same way: where freed integers fall in allocator
pools, which cache lines the buffers share. To compare the ways of timing, and not two heaps, each
process shuffles its own: it keeps a random number of small objects, and puts NumPy's buffers at
random places. The loop works on floats, which have a list of freed objects of their own.
"""

import random

import numpy as np

_random = random.SystemRandom()
KEPT = [
    [bytes(_random.randrange(1, 480)) for _ in range(_random.randrange(1, 4000))],
    [_random.randrange(1 << 20, 1 << 28) for _ in range(_random.randrange(500, 4000))],
]
NUMBERS = [float(i) for i in range(24000)]


def _buffer(count):
    """Return an array of ones that begins at a random cache line."""
    raw = np.empty(count + 1024)
    skip = -(raw.ctypes.data // 8) % 8 + 8 * _random.randrange(64)
    array = raw[skip : skip + count]
    array[:] = 1.0
    return array


A = _buffer(1000)
B = _buffer(1000)
OUT = _buffer(1000)


# The blocks that are freed last are used first: here some neighbours, at a random place.
_place = _random.randrange(len(KEPT[1]))
del KEPT[1][_place : _place + 40]


def shuffle():
    """Keep some more integers, so that the next one lies at another place."""
    KEPT.append([_random.randrange(1 << 20, 1 << 28) for _ in range(_random.randrange(9))])


def loop():
    x = 0.0
    for number in NUMBERS:
        x += number * 0.5


def total():
    sum(range(1000))


def add():
    """A hundred times: what a single call costs its caller does not count (see add_once)."""
    for _ in range(100):
        np.add(A, B, OUT)


def add_once():
    """After NumPy's loop the processor has forgotten how bytecode jumps: timeit's own for loop,
    seven instructions a turn, then costs it some 25 ns, ten times what it costs around an empty
    function. The harness calls from C and does not pay that."""
    np.add(A, B, OUT)


def empty():
    pass
