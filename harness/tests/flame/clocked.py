"""Programs that know by their own clock where their time goes, and print it as JSON at their end.

Usage: clocked.py split SECONDS PERIOD_MS     70, 20 and 10 % of the time in a, b and c
       clocked.py calls SECONDS               calls, recursion and objects
       clocked.py sleep SECONDS               half of the time asleep
       clocked.py mds LAB_FOLDER SECONDS      the lab's naive version, its functions timed
"""

import json
import sys
import time

clock = time.perf_counter


def a(count):
    total = 0
    for i in range(count):
        total += i * i
    return total


def b(count):
    total = 0
    for i in range(count):
        total += i * i
    return total


def c(count):
    total = 0
    for i in range(count):
        total += i * i
    return total


def split(seconds, period_ms):
    # So many steps take a period. The first calls are slower, and the machine has moods.
    pace = min(timed(a, 20000)[0] for _ in range(20)) / 20000
    steps = float(period_ms) * 1e-3 / pace
    counts = [int(steps * share) for share in (0.7, 0.2, 0.1)]
    spent = [0.0, 0.0, 0.0]
    until = clock() + seconds
    while True:
        t0 = clock()
        a(counts[0])
        t1 = clock()
        b(counts[1])
        t2 = clock()
        c(counts[2])
        t3 = clock()
        spent[0] += t1 - t0
        spent[1] += t2 - t1
        spent[2] += t3 - t2
        if t3 > until:
            break
    return dict(zip("abc", spent))


def timed(function, *arguments):
    begin = clock()
    result = function(*arguments)
    return clock() - begin, result


def square(x):
    return x * x + 1


def many_calls():
    total = 0
    for i in range(3000):
        total += square(i)
    return total


def recursion(depth):
    return 1 if depth == 0 else recursion(depth - 1) + square(depth)


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, by):
        return Point(self.x + by, self.y + by)


def objects():
    return [Point(i, i).moved(1) for i in range(700)]


def plain():
    return a(2500)


def calls(seconds):
    spent = {"many_calls": 0.0, "recursion": 0.0, "objects": 0.0, "plain": 0.0}
    until = clock() + seconds
    while clock() < until:
        spent["many_calls"] += timed(many_calls)[0]
        for _ in range(6):
            spent["recursion"] += timed(recursion, 60)[0]
        spent["objects"] += timed(objects)[0]
        spent["plain"] += timed(plain)[0]
    return spent


def sleep(seconds):
    asleep = 0.0
    begin = clock()
    while clock() < begin + seconds:
        a(100000)
        asleep += timed(time.sleep, 0.005)[0]
    return {"asleep": asleep, "elapsed": clock() - begin}


def mds(folder, seconds):
    sys.path.insert(0, folder)
    import naive
    import problem

    names = ("compute_distance_matrix", "compute_mds_error", "try_move", "make_move")
    spent = dict.fromkeys(names, 0.0)
    functions = {name: getattr(naive, name) for name in names}

    def by_clock(name):
        def call(*arguments):
            took, result = timed(functions[name], *arguments)
            spent[name] += took
            return result

        return call

    naive.try_move, naive.make_move = by_clock("try_move"), by_clock("make_move")
    arguments = problem.make(100, 1, epochs=3)
    begin = clock()
    while clock() < begin + float(seconds):
        naive.solve(*arguments, by_clock("compute_distance_matrix"), by_clock("compute_mds_error"))
    return spent | {"all": clock() - begin}


def main():
    kind, first, *rest = sys.argv[1:]
    if kind == "mds":
        spent = mds(first, *rest)
    else:
        spent = globals()[kind](float(first), *rest)
    print(json.dumps(spent), flush=True)


if __name__ == "__main__":
    main()
