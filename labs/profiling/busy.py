"""A program whose parts know how long they take: what profilers say of it can be compared.

    /usr/bin/python3 labs/profiling/busy.py [SECONDS]

Its four parts are called again and again, some milliseconds each. `arithmetic` calls nothing. The
others make many calls: of itself, of methods, of functions compiled in C. At the end each part's
share of the time is printed, by a clock that is read only where a part begins and ends.
"""

import sys
import time


def arithmetic(count):
    total = 0
    for i in range(count):
        total += i * i % 7
    return total


def tree(depth):
    if depth == 0:
        return 1
    return tree(depth - 1) + tree(depth - 1)


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, dx):
        return Point(self.x + dx, self.y)


def objects(count):
    point = Point(0, 0)
    for _ in range(count):
        point = point.moved(1)
    return point.x


def words(count):
    found = []
    for i in range(count):
        text = str(i)
        if text.startswith("1") and not text.endswith("0"):
            found.append(len(text))
    return sum(found)


# Each takes about as long as the others where nothing looks on.
PARTS = [(arithmetic, 60_000), (tree, 15), (objects, 18_000), (words, 23_000)]


def work(seconds):
    """Do all parts in turn until the time is over; return ({part: seconds in it}, laps)."""
    spent = {part.__name__: 0.0 for part, _ in PARTS}
    begin = time.perf_counter()
    laps = 0
    while time.perf_counter() - begin < seconds:
        laps += 1
        for part, argument in PARTS:
            before = time.perf_counter()
            part(argument)
            spent[part.__name__] += time.perf_counter() - before
    return spent, laps


def main(words):
    spent, laps = work(float(words[0]) if words else 2.0)
    total = sum(spent.values())
    for name, seconds in spent.items():
        print(f"{name:<12} {seconds / total:7.2%}")
    print(f"{'one lap':<12} {total / laps * 1000:7.2f} ms")


if __name__ == "__main__":
    main(sys.argv[1:])
