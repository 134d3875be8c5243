"""Works without end, and counts its pieces (of a quarter of a millisecond or so) where others can read
that without asking: in the first 8 bytes of a file.

Usage: steady.py FILE     ends when it is killed
"""

import mmap
import sys
import time


def step(x):
    return x * x + 1


def piece(count):
    total = 0
    for i in range(count):
        total += step(i)
    return total


def main():
    count = 100
    while True:
        begin = time.monotonic()
        piece(count)
        if time.monotonic() - begin > 0.25e-3:
            break
        count = count * 5 // 4
    with open(sys.argv[1], "w+b") as file:
        file.truncate(mmap.PAGESIZE)
        done = memoryview(mmap.mmap(file.fileno(), mmap.PAGESIZE)).cast("Q")
        while True:
            piece(count)
            done[0] += 1


if __name__ == "__main__":
    main()
