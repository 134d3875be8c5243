"""The worked answer: three small changes, one for each slow spot."""

LOW_STOCK = 2


class Order:
    """One line of the log."""

    def __init__(self, line):
        second, number, product, pieces, price, country = line.split()
        self.hour = int(second) // 3600
        self.number = int(number)
        self.product = product
        self.pieces = int(pieces)
        self.price = float(price)
        self.country = country


def read_orders(lines):
    """Return the orders of the day; of one that was sent twice, only the first."""
    orders = []
    # A set finds a number in the time that a list needs to look at one or two of its elements.
    numbers = set()
    for line in lines:
        order = Order(line)
        if is_new(order, numbers):
            orders.append(order)
            numbers.add(order.number)
    return orders


def is_new(order, numbers):
    """Whether no order with this number came before."""
    return order.number not in numbers


def take_from_stock(stock, order):
    """Take from the stock, in place, what the order asks for; return the pieces that were there."""
    pieces = min(order.pieces, stock[order.product])
    stock[order.product] -= pieces
    return pieces


def read_rates(text):
    """Return the table of taxes, country → rate."""
    rates = {}
    for line in text.split("\n"):
        country, rate = line.split()
        rates[country] = float(rate)
    return rates


def tax_of(value, country, rates):
    """Return the tax on goods of that value, sold to that country."""
    return value * rates[country]


def count_low(stock):
    """Return how many products are nearly sold out."""
    low = 0
    for pieces in stock.values():
        if pieces <= LOW_STOCK:
            low += 1
    return low


def report(lines, stock, rates):
    """Return (orders, pieces sold, pieces that were missing, products to order, tax, sales by hour).

    lines, stock and rates are as in day_problem.py.
    """
    orders = read_orders(lines)
    # One copy for the day instead of one for each order: the caller's stock stays as it was.
    stock = dict(stock)
    # The rates do not change while the report is made, so they are read once.
    rates = read_rates(rates)
    sold = 0
    missing = 0
    taxes = 0.0
    by_hour = [0.0] * 24
    for order in orders:
        pieces = take_from_stock(stock, order)
        value = pieces * order.price
        sold += pieces
        missing += order.pieces - pieces
        taxes += tax_of(value, order.country, rates)
        by_hour[order.hour] += value
    return len(orders), sold, missing, count_low(stock), taxes, by_hour
