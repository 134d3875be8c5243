"""How fast are the kernels of particles? Against the naive program, their limits, and each other.

In every round the naive program of labs/particles and each kernel take their turn, in random order,
with the lab's claim: 1000 particles, 10,000 steps. (The naive program does NAIVE_STEPS of them, by
CPU time, and is scaled: its time is proportional to the steps.) A kernel's time of a round is the
best of a few calls from Python, everything included. Printed is the median of the rounds' ratios with
its 95 % interval by order statistics, and whether the goal is met; where only the interval reaches
it, the machine was too noisy to tell: "not resolved". The shares of the limit come from `fortyfold
roofline`, run several times between the rounds. Every result is compared with the plain kernel's.
Writes results/kernels-particles.json. Exit status 1 when a goal is missed, 4 when one is not
resolved.
Usage: bench_particles.py [ROUNDS]
"""

import json
import math
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORTYFOLD = os.environ.get("FORTYFOLD", str(ROOT / "bin/fortyfold"))
sys.path[:0] = [str(Path(FORTYFOLD).parent / "python"), str(ROOT / "labs" / "particles")]

import numpy as np  # noqa: E402

import two_threads  # noqa: E402  (before the kernels)
import kernels  # noqa: E402
import naive  # noqa: E402
import problem  # noqa: E402

PARTICLES, DURATION, STEPS = 1000, 0.1, 10000
NAIVE_STEPS = 200
SEED = 40
ROOFLINES = 5
TOLERANCE = 1e-11  # the lab's

# What, least ratio. Shares are of the limit that roofline names.
SPEEDUP_GOALS = {"identity": 2300, "closed": 1000000}
SHARE_GOALS = {"carried": 0.93, "identity": 0.96}
THREADS_GOAL = 1.9
THREADS_CALLS = 32
THREADS = "openmp: two threads over one"


def supported():
    """Names of the kernels that this machine runs, and whether each takes threads."""
    return {k["name"]: k for k in kernels.describe()
            if k["operation"] == "particles_evolve" and k["supported"]}


def best_isa(names):
    return next(isa for isa in ("avx512", "neon", "avx2") if isa + "_sqrt" in names)


def time_kernel(name, start, calls):
    """The best of `calls` timings of a call, seconds. A short call is timed a hundred at a time."""
    x, y, w, _ = (np.copy(a) if isinstance(a, np.ndarray) else a for a in start)
    evolve = kernels.particles_evolve
    repeats = 100 if "closed" in name else 1
    threads = 2 if name == "openmp" else 1
    best = math.inf
    for _ in range(calls):
        began = time.perf_counter()
        for _ in range(repeats):
            evolve(x, y, w, DURATION, kernel=name, threads=threads)
        best = min(best, (time.perf_counter() - began) / repeats)
    return best


def time_naive(start):
    x, y, w, _ = start
    began = time.process_time()
    naive.simulate(x, y, w, DURATION * NAIVE_STEPS / STEPS)
    return (time.process_time() - began) * STEPS / NAIVE_STEPS


def check_results(names, start):
    """Every kernel's answer against the plain one's."""
    answers = {}
    for name in names:
        x, y, w, _ = (np.copy(a) if isinstance(a, np.ndarray) else a for a in start)
        kernels.particles_evolve(x, y, w, DURATION, kernel=name)
        answers[name] = np.array([x, y])
    worst = {name: float(np.abs(answers[name] - answers["scalar"]).max()) for name in names}
    wrong = [name for name in names if not worst[name] <= TOLERANCE]
    if wrong:
        raise SystemExit(f"bench_particles: wrong answers from {', '.join(wrong)}")
    return worst


def shares():
    """{kernel: its share of its limit}, by one run of roofline."""
    out = subprocess.run([FORTYFOLD, "roofline", "--no-pictures", "--output",
                          str(ROOT / "results" / "roofline"), "--format", "json"],
                         check=True, capture_output=True, text=True).stdout
    return {k["name"]: k["limit"]["fraction"] for k in json.loads(out)["kernels"]
            if k["operation"] == "particles_evolve"}


def interval(numbers):
    """The median and its 95 % interval by order statistics."""
    ordered, count = sorted(numbers), len(numbers)
    below, low = 0.0, 0
    while low < count // 2 and below + math.comb(count, low) / 2**count <= 0.025:
        below += math.comb(count, low) / 2**count
        low += 1
    low = max(low - 1, 0)
    return statistics.median(ordered), ordered[low], ordered[count - 1 - low]


def judge(what, numbers, goal, show, rows, bound=None):
    """`bound`: the figure when the machine's bound is reached; None where it is not known."""
    median, low, high = interval(numbers)
    short = f", {100 * (1 - median / goal):.2g} % short"
    verdict = "met" if median >= goal else "not resolved" if high >= goal else "missed"
    rows.append({"what": what, "goal": goal, "median": median, "low": low, "high": high,
                 "rounds": numbers, "verdict": verdict, "bound": bound})
    told = verdict if verdict == "met" else verdict + short
    span = f"[{show(low)}–{show(high)}]"
    print(f"  {what:<46} {show(goal):>12} {show(median):>12}  {span:<24} {told:<26} {show(bound) if bound else '–'}")


def measure(names, start, rounds):
    """Return {name: [seconds of a round]}."""
    order = random.Random(SEED)
    seconds = {name: [] for name in ["naive", *names]}
    every = two_threads.PROCESSORS
    for number in range(rounds):
        turns = list(seconds)
        order.shuffle(turns)
        for name in turns:
            os.sched_setaffinity(0, every if name == "openmp" else {min(every)})
            seconds[name].append(time_naive(start) if name == "naive" else
                                 time_kernel(name, start, 2 if name == "scalar" else 8))
        os.sched_setaffinity(0, every)
        if sys.stderr.isatty():
            print(f"\rround {number + 1}/{rounds} ", end="", file=sys.stderr)
    return seconds


def threads_gains(start, rounds):
    """With one thread, openmp is the best kernel of one thread. So many calls that waking the second one
    does not count: some 60 us where a hypervisor must be asked for its processor, a sixth of a call."""
    os.sched_setaffinity(0, {min(two_threads.PROCESSORS)})  # where libgomp would bind this thread
    copies = [[np.copy(a) for a in start[:3]] for _ in range(2)]

    def wall_s(arrays, threads):
        began = time.perf_counter()
        for _ in range(THREADS_CALLS):
            kernels.particles_evolve(*arrays, DURATION, kernel="openmp", threads=threads)
        return time.perf_counter() - began

    return two_threads.gains(lambda: wall_s(copies[0], 1), lambda: wall_s(copies[0], 2),
                             lambda which: wall_s(copies[which], 1), rounds)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    names = supported()
    isa = best_isa(names)
    start = problem.make(PARTICLES, SEED, DURATION)
    worst = check_results(names, start)
    seconds = measure(names, start, rounds)
    limits = [shares() for _ in range(ROOFLINES)]
    print(f"\r{PARTICLES} particles, {STEPS} steps, {rounds} rounds, {platform.node()}; "
          f"best instruction set: {isa}\n")
    print(f"  {'kernel':<18} {'a call':>12} {'ns a step':>10} {'x naive':>12} {'of limit':>9}")
    for name in ["naive", *names]:
        call = statistics.median(seconds[name])
        share = statistics.median([s[name] or math.nan for s in limits]) if name in limits[0] else math.nan
        ratio = statistics.median([a / b for a, b in zip(seconds["naive"], seconds[name])])
        print(f"  {name:<18} {call * 1e6:>9,.2f} us {call / PARTICLES / STEPS * 1e9:>10.5f} "
              f"{ratio:>12,.0f} {'' if math.isnan(share) else f'{share:.1%}':>9}")
    print(f"\n  {'goal':<46} {'at least':>12} {'median':>12}  {'interval':<24} {'':<26} at the bound")
    rows = []
    for way, goal in SHARE_GOALS.items():
        name = f"{isa}_{way}"
        judge(f"{name}: share of its limit, one core", [s[name] for s in limits], goal,
              lambda v: f"{v:.1%}", rows, 1)
    for way, goal in SPEEDUP_GOALS.items():
        name = f"{isa}_{way}"
        ratios = [a / b for a, b in zip(seconds["naive"], seconds[name])]
        share = [s[name] for s in limits if s.get(name)]
        judge(f"{name}: times naive, with the call", ratios, goal, lambda v: f"{v:,.0f}x", rows,
              statistics.median(ratios) / statistics.median(share) if share else None)
    if len(two_threads.PROCESSORS) > 1:
        kept, aside, apart = threads_gains(start, 4 * rounds)
        if len(kept) >= two_threads.KEPT_LEAST:
            judge(THREADS, kept, THREADS_GOAL, lambda v: f"{v:.2f}x", rows, statistics.median(apart))
        else:
            rows.append({"what": THREADS, "goal": THREADS_GOAL, "rounds": kept, "verdict": "not resolved"})
        rows[-1] |= {"set_aside": aside, "apart": apart}
        print(f"  {THREADS}: {two_threads.in_words(kept, aside, apart)}")
    path = ROOT / "results" / "kernels-particles.json"
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({
        "finished": datetime.now(timezone.utc).isoformat(timespec="seconds"), "host": platform.node(),
        "isa": isa, "particles": PARTICLES, "steps": STEPS, "seed": SEED, "seconds": seconds,
        "largest_difference_from_scalar": worst, "shares_of_limit": limits, "goals": rows}, indent=1) + "\n")
    draft.replace(path)
    print(f"\n{path.relative_to(ROOT)}")
    verdicts = [row["verdict"] for row in rows]
    return 1 if "missed" in verdicts else 4 if "not resolved" in verdicts else 0


sys.exit(main())
