"""What is true: the report of a shop's day, each figure by itself, exactly summed."""

from collections import defaultdict
from math import fsum


def solve(lines, stock, rates):
    """Return (orders, pieces sold, pieces that were missing, products to order, tax, sales by hour)."""
    orders = {}
    for line in lines:
        fields = line.split()
        orders.setdefault(fields[1], fields)
    rate = dict(line.split() for line in rates.split("\n"))
    left = dict(stock)
    taken, values, taxes = [], defaultdict(list), []
    for second, _, product, pieces, price, country in orders.values():
        taken.append(min(int(pieces), left[product]))
        left[product] -= taken[-1]
        value = taken[-1] * float(price)
        values[int(second) // 3600].append(value)
        taxes.append(value * float(rate[country]))
    asked = sum(int(order[3]) for order in orders.values())
    low = sum(pieces <= 2 for pieces in left.values())
    by_hour = [fsum(values[hour]) for hour in range(24)]
    return len(orders), sum(taken), asked - sum(taken), low, fsum(taxes), by_hour
