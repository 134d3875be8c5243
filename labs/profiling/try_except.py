"""Count products: add one, and see to it when that fails."""


def count(orders):
    """Return how often each product was ordered, in order of its first order."""
    counts = {}
    for product in orders:
        try:
            counts[product] += 1
        except KeyError:
            counts[product] = 1
    return list(counts.values())
