"""Count products: ask the dictionary first."""


def count(orders):
    """Return how often each product was ordered, in order of its first order."""
    counts = {}
    for product in orders:
        if product in counts:
            counts[product] += 1
        else:
            counts[product] = 1
    return list(counts.values())
