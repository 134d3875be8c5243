"""Is an interval what it says? Experiments whose true answer is known; `make bench-trust`.

Each experiment is a run as anyone makes it: blocks are added until the interval is narrow.
A/A: a Python loop, a NumPy call and a C kernel, each against itself: the 95 % interval must hold 1.
Known ratio: a C kernel against the same with a tenth more steps: the interval must hold 1.10, on a
quiet machine and under a load that comes and goes over seconds; beside it, in the same minutes,
the usual ways: the best of r, and means of samples taken one version after the other.

Prints each figure with its goal, writes results/trust.json. Exit status 1 when a goal is missed.
Usage: bench_trust.py [EXPERIMENTS]
"""

import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAB = ROOT / "harness/tests/trust"
FORTYFOLD = os.environ.get("FORTYFOLD", str(ROOT / "bin/fortyfold"))
TRUE_RATIO = 1.10

# What the usual tools do: all samples of one version, then all of the other, in one process.
SEQUENTIAL = f"""
import sys, time, json
sys.path[:0] = [{str(LAB)!r}, {str(Path(FORTYFOLD).parent / "python")!r}]
import kernel
def sample(function, calls=15):
    begin = time.perf_counter()
    for _ in range(calls):
        function()
    return time.perf_counter() - begin
print(json.dumps([[sample(f) for _ in range(25)] for f in (kernel.tenth_more, kernel.plain)]))
"""


class Load:
    """Programs that take both processors for some tenths of seconds to seconds, then rest."""

    BURN = "import time; e = time.time() + {seconds}\nwhile time.time() < e: pass"

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.going = True
        self.thread = threading.Thread(target=self.burn, daemon=True)

    def burn(self):
        while self.going:
            seconds = self.random.uniform(0.3, 3)
            programs = [
                subprocess.Popen([sys.executable, "-c", self.BURN.format(seconds=seconds)])
                for _ in range(os.cpu_count())
            ]
            for program in programs:
                program.wait()
            time.sleep(self.random.uniform(0.3, 3))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.going = False
        self.thread.join()


def measure(folder, *options):
    """Return the speedup of one fresh experiment: ratio, low, high, clock."""
    out = subprocess.run(
        [FORTYFOLD, "run", str(LAB), "--no-pictures", "--format", "json"]
        + ["--output", folder, *options],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    run = json.loads(out)
    (cell,) = [cell for cell in run["cells"] if cell["speedup"] and
               cell["variant"] != run["lab"]["baseline"]]
    return cell["speedup"], run


def sequential():
    out = subprocess.run(
        [sys.executable, "-c", SEQUENTIAL], check=True, capture_output=True, text=True
    ).stdout
    slow, fast = json.loads(out)
    return {
        "best": min(slow) / min(fast),
        "mean": statistics.mean(slow) / statistics.mean(fast),
    }


def tell(text):
    if sys.stderr.isatty():
        print(f"\r{text:<60}", end="", file=sys.stderr, flush=True)


def experiments(count, folder, name, truth, *options, usual=False):
    """Return a record of `count` experiments."""
    found, others = [], []
    for number in range(count):
        tell(f"{name}: {number + 1}/{count}")
        speedup, run = measure(f"{folder}/{name}-{number}", *options)
        found.append({key: speedup[key] for key in ("ratio", "low", "high", "clock")}
                     | {"blocks_count": run["blocks_done_count"]})
        if usual:
            others.append(sequential())
    tell("")
    held = sum(s["low"] <= truth <= s["high"] for s in found)
    errors = [abs(math.log(s["ratio"] / truth)) for s in found]
    record = {
        "truth": truth,
        "experiments": found,
        "held_count": held,
        "median_error": statistics.median(errors),
        "worst_error": max(errors),
        "median_blocks_count": statistics.median(s["blocks_count"] for s in found),
        "median_width": statistics.median(s["high"] / s["low"] - 1 for s in found),
    }
    for way in ("best", "mean") if usual else ():
        wrong = [abs(math.log(o[way] / truth)) for o in others]
        record[f"{way}_median_error"] = statistics.median(wrong)
        record[f"{way}_worst_error"] = max(wrong)
    return record, run


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    records, misses = {}, 0

    def check(text, good):
        nonlocal misses
        misses += not good
        print(f"  {text:<74}  {'met' if good else 'MISSED'}", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        print(f"{count} fresh experiments each; an interval should hold the truth")
        for kind in ("loop", "numpy", "c"):
            record, run = experiments(count, folder, f"aa-{kind}", 1.0, "--control", kind)
            records[f"aa-{kind}"] = record
            excluded = count - record["held_count"]
            check(
                f"{kind} against itself: {excluded} of {count} intervals exclude 1 "
                f"(at most {count * 8 // 100}); width {record['median_width']:.1%}, "
                f"{record['median_blocks_count']:g} blocks",
                excluded <= count * 8 / 100,
            )
        for name, least in (("quiet", 92), ("load", 90)):
            with Load(seed=count) if name == "load" else open(os.devnull):
                record, run = experiments(
                    count, folder, name, TRUE_RATIO, "--variant", "c", usual=True
                )
            records[f"ratio-{name}"] = record
            check(
                f"ratio 1.10, {name}: {record['held_count']} of {count} intervals hold it "
                f"(at least {count * least // 100})",
                record["held_count"] >= count * least / 100,
            )
            check(
                f"ratio 1.10, {name}: median error {record['median_error']:.2%} (below 1 %), "
                f"worst {record['worst_error']:.1%}",
                record["median_error"] < 0.01,
            )
            for way, words in (("best", "best of r"), ("mean", "sequential means")):
                print(
                    f"    beside it, {words}: median error {record[f'{way}_median_error']:.2%}, "
                    f"worst {record[f'{way}_worst_error']:.1%}"
                )
    records |= {"host": run["host"], "software": run["software"], "measured": run["finished"],
                "command": "make bench-trust"}
    path = ROOT / "results/trust.json"
    path.write_text(json.dumps(records, indent=1) + "\n")
    print(f"  figures: {path.relative_to(ROOT)}")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
