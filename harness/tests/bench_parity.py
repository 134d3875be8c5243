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
SAMPLES = 12
# Fresh processes of each in a round: where a process's stack and heap happen to lie makes the same
# function up to a tenth slower (python3 -m timeit against itself shows it too), so both take the
# best of several.
PROCESSES = 5

# variant: (function, lowest, highest allowed median ratio)
FUNCTIONS = {
    "loop": ("loop", 0.97, 1.03),
    "sum": ("total", 0.97, 1.03),
    "add": ("add", 0.97, 1.03),
    "empty": ("empty", 0.0, 1.0),
    "add-once": ("add_once", None, None),  # for information: functions.py says why
}


def by_harness(variant, folder):
    """Return the best time of a call in seconds, the calls in a sample, and the run."""
    out = subprocess.run(
        [FORTYFOLD, "run", str(LAB), "--variant", variant, "--samples", str(SAMPLES)]
        + ["--blocks", str(PROCESSES)]
        + ["--output", folder, "--format", "json", "--no-pictures"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    run = json.loads(out)
    (cell,) = [cell for cell in run["cells"] if cell["variant"] == variant]
    return cell["summary"]["best_s"], cell["calls_per_sample_count"], run


def by_timeit(function, calls):
    """Return timeit's best time of a call in seconds."""
    return min(one_timeit(function, calls) for _ in range(PROCESSES))


def one_timeit(function, calls):
    setup = f"import sys; sys.path.insert(0, {str(LAB)!r}); from functions import {function}, shuffle"
    setup += "; shuffle()"
    out = subprocess.run(
        [sys.executable, "-m", "timeit", "-n", str(calls), "-r", str(SAMPLES), "-u", "nsec"]
        + ["-s", setup, f"{function}()"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return float(re.search(r"best of \d+: (\S+) nsec", out)[1]) * 1e-9


def pair(variant, folder, harness_first, calls):
    """Time a function both ways, one right after the other; return both times, calls, the run."""
    function = FUNCTIONS[variant][0]
    if harness_first or calls is None:
        ours, calls, run = by_harness(variant, folder)
        return ours, by_timeit(function, calls), calls, run
    theirs = by_timeit(function, calls)
    ours, calls, run = by_harness(variant, folder)
    return ours, theirs, calls, run


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    # Both on one processor: two differ in what else they have to do.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    ratios = {variant: [] for variant in FUNCTIONS}
    times = {variant: [] for variant in FUNCTIONS}
    calls = dict.fromkeys(FUNCTIONS)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            for variant in FUNCTIONS:
                ours, theirs, calls[variant], run = pair(
                    variant, f"{folder}/{variant}-{number}", number % 2 == 0, calls[variant]
                )
                ratios[variant].append(ours / theirs)
                times[variant].append([ours, theirs])
            if sys.stderr.isatty():
                print(f"\rround {number + 1}/{rounds}", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    missed = 0
    print(f"harness / python3 -m timeit, best of {PROCESSES} × {SAMPLES} each, {rounds} "
          "rounds in alternation")
    print(f"  {'function':8} {'harness':>10} {'timeit':>10}  median   range          goal")
    for variant, (_, low, high) in FUNCTIONS.items():
        median = statistics.median(ratios[variant])
        ours, theirs = (statistics.median(t) * 1e9 for t in zip(*times[variant]))
        good = low is None or low <= median <= high
        missed += not good
        goal = "none" if low is None else f"{low}–{high}  " if low else f"at most {high}  "
        goal += "" if low is None else "met" if good else "MISSED"
        print(
            f"  {variant:8} {ours:7.1f} ns {theirs:7.1f} ns  {median:.3f}    "
            f"{min(ratios[variant]):.3f}–{max(ratios[variant]):.3f}    {goal}"
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
