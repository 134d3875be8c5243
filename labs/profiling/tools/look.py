"""Look at a program with a profiler. `make profile-cprofile` and its sisters call this.

    look.py PROFILER [--lab mds] [--variant naive] [--size 100] …

Files go to results/profiling/LAB-VARIANT-SIZE/, each whole or not at all; what they are, and what to
look at next, is printed. Exit status: 0 done; 2 it could not be done, with the reason and the remedy.
"""

import argparse
import sys

from by_function import look_callgrind, look_cprofile
from by_line import look_lines
from by_memory import look_memory, look_tracemalloc
from by_sample import look_diff, look_flame, look_perf
from output import folder_of, show
from subject import Refused, Subject

# profiler → (function, the subject that shows best what it is good for)
PROFILERS = {
    "cprofile": (look_cprofile, ("mds", "naive", 100)),
    "callgrind": (look_callgrind, ("mds", "naive", 100)),
    "lines": (look_lines, ("profiling", "try_except", 100_000)),
    "memory": (look_memory, ("mds", "numpy", 1000)),
    "tracemalloc": (look_tracemalloc, ("particles", "naive", 300)),
    "perf": (look_perf, ("mds", "c", 200)),
    "flame": (look_flame, ("mds", "naive", 100)),
    "diff": (look_diff, ("mds", "numpy", 100)),
}


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add = parser.add_argument
    add("profiler", choices=PROFILERS)
    add("--lab")
    add("--variant", help="a variant of the lab, or of its exercise: exercise, start or solution")
    add("--size", type=int)
    add("--preset", help="take the problem's parameters from this preset of the lab")
    add("--sort", default="tottime", help="cprofile: the column of pstats to sort by")
    add("--function", help="memory: look at the lines of functions of this name")
    add("--old", default="naive", help="diff: the variant before")
    add("--new", default="numpy", help="diff: the variant after")
    add("--duration", type=float, help="flame: sample for so many seconds")
    add("--no-window", action="store_true", help="callgrind: do not open KCachegrind")
    # The Makefile passes on what it was given, empty or not.
    options = parser.parse_args([word for word in words if not word.endswith("=")])
    if options.size is not None and options.size < 1:
        parser.error("--size must be at least 1")
    return options


def main(words):
    options = parse(words)
    look, (lab, variant, size) = PROFILERS[options.profiler]
    lab = options.lab or lab
    variant = options.new if options.profiler == "diff" else options.variant or variant
    size = options.size or size
    try:
        subject = Subject(lab, variant, size, options.preset)
        files = look(subject, folder_of(lab, variant, size, options.preset), options)
    except Refused as refused:
        print(f"profile-{options.profiler}: {refused}", file=sys.stderr)
        return 2
    print()
    for path, words in files:
        print(f"  {show(path)}\n      {words}" if path else f"  {words}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
