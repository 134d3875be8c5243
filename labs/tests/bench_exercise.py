#!/usr/bin/python3
"""Must all three slow spots of labs/profiling's exercise be mended? `make bench-exercise` calls it.

    bench_exercise.py [--budget SECONDS]

Puts each of the slow spots back into the worked answer, one, two or all three, and asks `check` about
each of the programs: only the one without any may reach the target. Then looks at the program that the
student gets: by the profilers, do the three stand out? Writes results/exercise.json.
Exit status: 0 all goals are met; 1 not; 4 check could not decide about one.
"""

import argparse
import cProfile
import itertools
import json
import os
import pstats
import re
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAB = ROOT / "labs" / "profiling"
PROGRAM = Path(os.environ.get("FORTYFOLD", ROOT / "bin" / "fortyfold"))
SIZE = 4000

# A slow spot → what of the worked answer becomes what, to have it back.
SPOTS = {
    "quadratic": [("numbers = set()", "numbers = []"), ("numbers.add(", "numbers.append(")],
    "copy": [
        ("    pieces = min(order", "    stock = dict(stock)\n    pieces = min(order"),
        ("    return pieces\n", "    return stock, pieces\n"),
        ("        pieces = take_from_stock(", "        stock, pieces = take_from_stock("),
    ],
    "recomputation": [
        ("value * rates[country]", "value * read_rates(rates)[country]"),
        ("    rates = read_rates(rates)\n", ""),
    ],
}
# The function in which a spot's time is, with all that it calls.
FUNCTIONS = {"quadratic": "is_new", "copy": "take_from_stock", "recomputation": "tax_of"}
# A share of the time that stands out, and leaves room for the other two.
SHARE_GOAL = (0.15, 0.55)


def with_spots(text, spots):
    for spot in spots:
        for fast, slow in SPOTS[spot]:
            if text.count(fast) != 1:
                raise SystemExit(f"bench_exercise.py: solution.py no longer has, once: {fast.strip()}")
            text = text.replace(fast, slow)
    return text


def ask(spots, folder, budget):
    """What `check` says of the worked answer with these spots put back."""
    name = "-".join(spots) or "none"
    file = folder / f"{name}.py"
    text = (LAB / "solution.py").read_text(encoding="utf-8")
    file.write_text(with_spots(text, spots), encoding="utf-8")
    done = subprocess.run(
        [PROGRAM, "check", "profiling", file, "--format", "json", "--budget", str(budget),
         "--output", folder / name], text=True, capture_output=True,
    )  # fmt: skip
    if done.returncode not in (0, 1, 4):
        raise SystemExit(f"bench_exercise.py: check ended with {done.returncode}: {done.stderr.strip()}")
    return done.returncode, json.loads(done.stdout)


def shares_by_cprofile():
    """The share of cumulative time in each spot's function, of the program that the student gets."""
    sys.path[:0] = [str(LAB)]
    import day_problem
    import day_slow

    profile = cProfile.Profile()
    profile.runcall(day_slow.report, *day_problem.make(SIZE, 1))
    rows = {name: row for (_, _, name), row in pstats.Stats(profile).stats.items()}
    return {spot: rows[function][3] / rows["report"][3] for spot, function in FUNCTIONS.items()}


def shares_by_flame(folder):
    """The share of samples in each; None where there is no sampler."""
    file = folder / "day.folded"
    done = subprocess.run([PROGRAM, "flame", "profiling/start", "-o", file], capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stderr, file=sys.stderr)
        return None
    report, counts = 0, dict.fromkeys(FUNCTIONS, 0)
    for line in file.read_text(encoding="utf-8").splitlines():
        stack, _, count = line.rpartition(" ")
        report += int(count) * bool(re.search(r"day_slow\.py:report\b", stack))
        for spot, function in FUNCTIONS.items():
            counts[spot] += int(count) * bool(re.search(rf"day_slow\.py:{function}\b", stack))
    return {spot: count / report for spot, count in counts.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--budget", type=float, default=10.0, help="seconds of measuring for each program")
    options = parser.parse_args()
    lines = []

    def say(what, figure, goal, verdict):
        print(f"  {what:<38} {figure:>8}   {goal:<13} {verdict}", flush=True)
        lines.append({"what": what, "figure": figure, "goal": goal, "verdict": verdict})

    print(f"  {'slow spots left':<38} {'speedup':>8}   {'goal':<13} verdict")
    records = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count in range(len(SPOTS) + 1):
            for spots in itertools.combinations(SPOTS, count):
                status, record = ask(spots, folder, options.budget)
                records[" ".join(spots) or "none"] = record
                reached = {0: "reached", 1: "not reached", 4: "not resolved"}[status]
                goal = "not reached" if spots else "reached"
                verdict = reached if status == 4 else "met" if reached == goal else "MISSED"
                say(", ".join(spots) or "none", f"{record['score']['yours']['ratio']:.2f}×", goal, verdict)
        shares = {"cProfile": shares_by_cprofile(), "flame": shares_by_flame(folder)}
    print(f"\n  {'share of the time before, seen by':<38} {'share':>8}")
    low, high = SHARE_GOAL
    for tool, by_spot in shares.items():
        for spot, share in (by_spot or {}).items():
            verdict = "met" if low <= share <= high else "MISSED"
            say(f"{tool}: {FUNCTIONS[spot]}", f"{share:.0%}", f"{low:.0%}–{high:.0%}", verdict)
    if shares["flame"] is None:
        print("  flame: not possible here")
    record = {
        "measured": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "command": "make bench-exercise",
        "python": sys.version.split()[0],
        "size": SIZE,
        "budget_s": options.budget,
        "lines": lines,
        "shares": shares,
        "checks": records,
    }
    path = ROOT / "results" / "exercise.json"
    new = path.with_suffix(".json.new")
    new.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    new.replace(path)
    print(f"  figures  {path.relative_to(ROOT)}")
    verdicts = {line["verdict"] for line in lines}
    return 1 if "MISSED" in verdicts else 4 if "not resolved" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
