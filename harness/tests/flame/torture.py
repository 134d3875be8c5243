"""Programs whose stacks are hard to read from outside; grammar.py knows what they may look like.

Usage: torture.py SUBJECT SECONDS
"""

import asyncio
import functools
import sys
import threading
import time


def leaf(x):
    return x * x + 1


def key(x):
    return leaf(x)


def sorts(count):
    return sorted(range(count), key=key)


def maps(count):
    return list(map(leaf, range(count)))


def fold(a, b):
    return leaf(a) % 7 + b


def reduces(count):
    return functools.reduce(fold, range(count))


def callbacks():
    sorts(200)
    maps(200)
    reduces(200)


def inner(count):
    for i in range(count):
        yield leaf(i)


def outer(count):
    yield from inner(count)


def generators():
    return sum(outer(300)) + sum(leaf(i) for i in range(300))


async def wait(depth):
    if depth == 0:
        await asyncio.sleep(0)
        return leaf(3)
    return await wait(depth - 1)


async def several():
    for _ in range(20):
        await wait(20)


def coroutines():
    asyncio.run(several())


def down(depth):
    if depth == 0:
        return work()
    return down(depth - 1)


def work():
    total = 0
    for i in range(20000):
        total += leaf(i)
    return total


def deep():
    return down(5000)


def generated():
    for k in range(37):
        # Name and place of each piece belong together: one that is taken for another shows.
        lines = [f"def made_{k}(x):"] + [""] * (k % 5) + [f"    return made_{k}_inner(x)"]
        lines += [f"def made_{k}_inner(x):"] + [""] * (k % 7) + ["    return sum(range(x * 4))"]
        names = {}
        exec("\n".join(lines), names)
        names[f"made_{k}"](100)


class Thing:
    def __init__(self, a):
        self.a = a
        self.b = leaf(a)

    def get(self):
        return leaf(self.a)

    def __del__(self):
        leaf(0)


def objects():
    for i in range(300):
        Thing(i).get()


def crowd_work(until):
    while time.perf_counter() < until:
        maps(50)
        time.sleep(0.002)


def threads(seconds):
    until = time.perf_counter() + seconds
    crowd = [
        threading.Thread(target=crowd_work, args=(until,), name=f"crowd {i}") for i in range(64)
    ]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()


SUBJECTS = {
    "callbacks": callbacks,
    "generators": generators,
    "coroutines": coroutines,
    "deep": deep,
    "generated": generated,
    "objects": objects,
}


def repeat(subject, seconds):
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        subject()


def main():
    sys.setrecursionlimit(10000)
    name, seconds = sys.argv[1], float(sys.argv[2])
    if name == "threads":
        threads(seconds)
    else:
        repeat(SUBJECTS[name], seconds)


if __name__ == "__main__":
    main()
