"""What is true: the same counts without a dictionary, by sorting. Slow and obvious."""

from itertools import groupby


def solve(orders):
    """Return how often each product was ordered, in order of its first order."""
    # Equal names come to lie side by side; of each group the smallest position is its first order.
    sorted_orders = sorted((product, position) for position, product in enumerate(orders))
    found = []
    for _, group in groupby(sorted_orders, key=lambda pair: pair[0]):
        positions = [position for _, position in group]
        found.append((positions[0], len(positions)))
    return [count for _, count in sorted(found)]
