"""Call a variant of a lab and say how long it took: a program for profilers to look at.

    /usr/bin/python3 labs/profiling/call.py LAB VARIANT SIZE [TIMES [PRESET]]
    /usr/bin/python3 labs/profiling/call.py mds naive 100

VARIANT may also be `exercise`, `start` or `solution`; PRESET names one of the lab's. Exit status: 0, or 2 if there is no such variant.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "tools"))

from subject import Refused, Subject  # noqa: E402


def main(words):
    if len(words) not in (3, 4, 5) or not all(word.isdecimal() for word in words[2:4]):
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    try:
        subject = Subject(words[0], words[1], int(words[2]), *words[4:])
    except Refused as refused:
        print(f"call.py: {refused}", file=sys.stderr)
        return 2
    for _ in range(int(words[3]) if len(words) > 3 else 1):
        arguments = subject.make()
        begin = time.perf_counter()
        subject.function(*arguments)
        print(f"{subject}: {time.perf_counter() - begin:.4f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
