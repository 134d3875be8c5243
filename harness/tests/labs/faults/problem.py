"""Numbers between 1 and 2."""

import random


def make(size, seed):
    generator = random.Random(seed)
    return ([1 + generator.random() for _ in range(size)],)
