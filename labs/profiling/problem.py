"""A day's orders of a shop: names of products, some again and again, some only once."""

import numpy as np


def make(size, seed, repeats):
    """Return a tuple of one list: `size` names of products, in the order in which they were ordered.

    repeats: the share of orders, 0 to 1, whose product was ordered before. The rest are first
    orders of a product; the two kinds are mixed evenly over the day.
    """
    rng = np.random.default_rng(seed)
    different = max(1, round(size * (1 - repeats))) if size else 0
    # Position i is a first order where the number of products so far, i * different / size, passes
    # a whole number; the first order of all is one.
    known = np.arange(size) * different // max(size, 1)
    first = np.diff(known, prepend=-1) > 0
    chosen = np.where(first, known, rng.integers(0, known + 1))
    # Names in no order that a dictionary could profit from.
    numbers = rng.permutation(different)
    # A name is one object however often it is ordered, as when it comes from a table of products.
    names = [f"product {number:07d}" for number in numbers.tolist()]
    return ([names[index] for index in chosen.tolist()],)
