"""The log of a shop's day, for the exercise: what was ordered, from which country, at which price."""

import random

# Enough countries that reading their rates takes a while, as a real table would.
COUNTRIES = [a + b for a in "ABCDEFG" for b in "ABCDEFGH"]
PRODUCTS_PER_ORDER = 1.3  # a large assortment: more products than orders a day
SENT_TWICE = 0.1  # the share of orders that a nervous customer's browser sent a second time


def make(size, seed):
    """Return (lines, stock, rates) of a day with `size` orders.

    lines: list of str, "seconds number product pieces price country", one an order, as they came
    in; some orders were sent twice, with the same number. stock: dict, product → pieces there in
    the morning. rates: str, the rate of tax in each country, a line each: "DE 0.19".
    """
    rng = random.Random(seed)
    products = [f"P{number:05d}" for number in range(max(1, round(size * PRODUCTS_PER_ORDER)))]
    stock = {product: rng.randint(1, 12) for product in products}
    rates = "\n".join(f"{country} {rng.randint(5, 27) / 100:.2f}" for country in COUNTRIES)
    lines = []
    # Numbers are drawn, so that looking at them tells nothing about who came first.
    for number in rng.sample(range(100_000, 100_000 + 10 * size), size):
        order = (
            f"{number} {rng.choice(products)} {rng.randint(1, 5)} "
            f"{rng.randint(100, 9_999) / 100:.2f} {rng.choice(COUNTRIES)}"
        )
        second = rng.randrange(86_400)
        lines.append((second, order))
        if rng.random() < SENT_TWICE:
            lines.append((min(second + rng.randint(1, 90), 86_399), order))
    return [f"{second} {order}" for second, order in sorted(lines)], stock, rates
