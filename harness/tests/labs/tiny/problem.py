"""Numbers, and what to multiply them with."""

import random


def make(size, seed, factor):
    generator = random.Random(seed)
    return [generator.random() for _ in range(size)], factor
