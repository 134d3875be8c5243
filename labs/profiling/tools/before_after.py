"""Flame graphs of mds before and after two functions are written anew in NumPy, and what changed.

    before_after.py [--seconds 10] [--output results/profiling/before-after]

Writes naive.svg, numpy.svg, change.svg (their difference), the folded stacks, and flame.json: the
share of the samples in which each function was running, or something that it called. The committed
graphs are made by it, for the slides. Exit status: 0 done; 2 it could not be done.
"""

import argparse
import json
import os
import platform
import re
import sys
import tempfile
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path

from distortion import processor
from output import RESULTS, make_folder, run, show, write
from subject import ROOT, Refused

PROGRAM = ROOT / "bin" / "fortyfold"
LAB, OLD, NEW, SIZE = "mds", "naive", "numpy", 100
# A frame of Python is FILE:FUNCTION:LINE, and " [library]" if it is none of the lab.
NAME = re.compile(r"\.py:(.+):\d+(?: \[library\])?$")


def shares(folded):
    """({function: share of the samples with it in the stack}, those of 1 % and more; the samples)."""
    totals, samples = Counter(), 0
    for line in folded.splitlines():
        stack, _, count = line.rpartition(" ")
        samples += int(count)
        # A function that calls itself counts once.
        for function in {found[1] for frame in stack.split(";") if (found := NAME.search(frame))}:
            totals[function] += int(count)
    if samples == 0:
        raise Refused("fortyfold flame saw nothing")
    return {name: count / samples for name, count in totals.most_common() if count >= samples / 100}, samples


def look(variant, seconds, folder):
    """Sample a variant; leave its graph and stacks in the folder."""
    files = ["-o", folder / f"{variant}.svg", "-o", folder / f"{variant}.folded"]
    title = f"{LAB}/{variant}, {SIZE} points"
    run([PROGRAM, "flame", f"{LAB}/{variant}", "--size", SIZE, "--duration", seconds,
         "--title", title, *files], "fortyfold flame")  # fmt: skip
    found, samples = shares((folder / f"{variant}.folded").read_text(encoding="utf-8"))
    return {"samples": samples, "shares": found}


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="of each program")
    parser.add_argument("--output", type=Path, default=RESULTS / "before-after", help="the folder to write to")
    options = parser.parse_args(words)
    if not 0 < options.seconds < 1000:
        parser.error("--seconds must be above 0")
    target = options.output.resolve()
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            record = {
                "measured": datetime.now(timezone.utc).isoformat(timespec="seconds"),
                "command": f"labs/profiling/tools/before_after.py --seconds {options.seconds:g}",
                "python": platform.python_version(),
                "processor": processor(),
                "processors": os.cpu_count(),
                "lab": LAB,
                "size": SIZE,
                "seconds": options.seconds,
                "variants": {variant: look(variant, options.seconds, folder) for variant in (OLD, NEW)},
            }
            stacks = [folder / f"{variant}.folded" for variant in (OLD, NEW)]
            run([PROGRAM, "flame", "--diff", *stacks, "-o", folder / "change.svg"], "fortyfold flame --diff")
            make_folder(target)
            for file in sorted(folder.iterdir()):
                write(target / file.name, file.read_text(encoding="utf-8"))
        write(target / "flame.json", json.dumps(record, indent=1) + "\n")
    except Refused as refused:
        print(f"before-after: {refused}", file=sys.stderr)
        return 2
    for variant, figures in record["variants"].items():
        print(f"{variant}: {figures['samples']:,} samples")
        for function, share in list(figures["shares"].items())[:6]:
            print(f"  {share:>6.1%}  {function}")
    print(f"  {show(target / 'flame.json')}\n      these figures; the graphs are beside it")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
