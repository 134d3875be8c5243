"""Times the same functions by the harness and by python3 -m timeit, in alternation.

Prints, for each function, the median ratio harness / timeit of all rounds with its range, and the
goal; writes results/parity.json. Both take the best of as many samples of as many calls.
Exit status 1 when a goal is missed. Usage: bench_parity.py [ROUNDS]
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAB = ROOT / "harness/tests/parity"
FORTYFOLD = os.environ.get("FORTYFOLD", str(ROOT / "bin/fortyfold"))
SAMPLES = 7

# variant: (function, lowest, highest allowed median ratio)
FUNCTIONS = {
    "loop": ("loop", 0.97, 1.03),
    "sum": ("total", 0.97, 1.03),
    "add": ("add", 0.97, 1.03),
    "empty": ("empty", 0.0, 1.0),
}


def by_harness(folder):
    """Return {variant: (best time of a call in seconds, calls in a sample)}, and the host."""
    out = subprocess.run(
        [FORTYFOLD, "run", str(LAB), "--samples", str(SAMPLES), "--output", folder]
        + ["--format", "json"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    run = json.loads(out)
    best = {
        cell["variant"]: (cell["summary"]["best_s"], cell["calls_per_sample_count"])
        for cell in run["cells"]
    }
    return best, run


def by_timeit(function, calls):
    """Return timeit's best time of a call in seconds."""
    setup = f"import sys; sys.path.insert(0, {str(LAB)!r}); from functions import {function}"
    out = subprocess.run(
        [sys.executable, "-m", "timeit", "-n", str(calls), "-r", str(SAMPLES), "-u", "nsec"]
        + ["-s", setup, f"{function}()"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return float(re.search(r"best of \d+: (\S+) nsec", out)[1]) * 1e-9


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    ratios = {variant: [] for variant in FUNCTIONS}
    times = {variant: [] for variant in FUNCTIONS}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            best, run = by_harness(f"{folder}/{number}")
            for variant, (function, _, _) in FUNCTIONS.items():
                ours, calls = best[variant]
                theirs = by_timeit(function, calls)
                ratios[variant].append(ours / theirs)
                times[variant].append([ours, theirs])
            if sys.stderr.isatty():
                print(f"\rround {number + 1}/{rounds}", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    missed = 0
    print(f"harness / python3 -m timeit, best of {SAMPLES} each, {rounds} rounds in alternation")
    print(f"  {'function':8} {'harness':>10} {'timeit':>10}  median   range          goal")
    for variant, (_, low, high) in FUNCTIONS.items():
        median = statistics.median(ratios[variant])
        ours, theirs = (statistics.median(t) * 1e9 for t in zip(*times[variant]))
        good = low <= median <= high
        missed += not good
        goal = f"{low}–{high}" if low else f"at most {high}"
        print(
            f"  {variant:8} {ours:7.1f} ns {theirs:7.1f} ns  {median:.3f}    "
            f"{min(ratios[variant]):.3f}–{max(ratios[variant]):.3f}    {goal}"
            f"  {'met' if good else 'MISSED'}"
        )
    record = {
        "host": run["host"],
        "software": run["software"],
        "measured": run["finished"],
        "command": "make bench-parity",
        "seconds": times,
        "ratios": ratios,
    }
    path = ROOT / "results/parity.json"
    path.write_text(json.dumps(record, indent=1) + "\n")
    print(f"  figures: {path.relative_to(ROOT)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
