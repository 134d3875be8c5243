"""Count products: leave it to the standard library, whose loop is compiled."""

from collections import Counter


def count(orders):
    """Return how often each product was ordered, in order of its first order."""
    return list(Counter(orders).values())
