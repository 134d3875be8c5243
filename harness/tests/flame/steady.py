"""Works without end, and writes how long each piece of about 40 ms took, with the time it ended.

Usage: steady.py FILE     lines "END REAL CPU" in seconds, END by the monotonic clock; ends when it
                          is killed
"""

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
    count = 1000
    while True:
        begin = time.monotonic()
        piece(count)
        if time.monotonic() - begin > 0.04:
            break
        count = count * 5 // 4
    with open(sys.argv[1], "w", buffering=1, encoding="ascii") as out:
        while True:
            begin, cpu = time.monotonic(), time.process_time()
            piece(count)
            end, cpu = time.monotonic(), time.process_time() - cpu
            out.write(f"{end:.6f} {end - begin:.9f} {cpu:.9f}\n")


if __name__ == "__main__":
    main()
