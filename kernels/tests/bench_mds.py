"""How fast are the C kernels of MDS? `make bench-kernels` prints each figure with its goal.

Three comparisons, each of times taken in turn in one process, so that they share the machine's mood:
  - a kernel's time against the bound of its instructions, measured around it (bench-mds, in C);
  - a whole search, and one epoch of it, against the `cython` variant of lab mds, which is ours, in the
    manner of published programs (a distance matrix kept up to date, -O3 -ffast-math), and faster than
    the best of them: told, not judged; the goals set against that program stand in brackets;
  - the published case, 500 points and 39 epochs, against the naive program, of which the first epoch
    is timed, with what is done once, and the second, which is counted 38 times: all do the same.
A single thread is timed by the processor time it got. Two threads are compared with one by the clock
on the wall, in rounds that nobody disturbed (two_threads.py).

Where the share of the bound is known, the ratio at the bound stands beside what was seen; beside two
threads, what two copies of the work gain that have nothing to do with each other.
Writes results/kernels-mds.json with every round's value. Exit status 1 when a goal is missed, 4 when
an interval contains one or too few rounds were undisturbed.
Usage: bench_mds.py [ROUNDS]
"""

import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "bin/bench-mds"
sys.path[:0] = [str(ROOT / "bin/python"), str(ROOT / "labs/mds")]
import two_threads  # noqa: E402  (before the kernels)
import kernels  # noqa: E402
import naive  # noqa: E402
import problem  # noqa: E402

try:
    import mds_cython
except ImportError:
    mds_cython = None

RESULTS = ROOT / "results/kernels-mds.json"
EPOCHS = 4
# With two threads, what is done once takes as long as several epochs, and is subtracted.
THREADS_EPOCHS = 8

# What must be reached: (kind, operation, kernel, size).
GOALS = {
    # The rows in double of a search: raw ones, then Newton's; corrected ones where both cannot tell.
    ("rows", "mds_solve", "raw rows", 1000): 0.93,
    ("rows", "mds_solve", "newton rows", 1000): 0.93,
    ("rows", "mds_solve", "corrected rows", 1000): 0.93,
    # And rows as a search has them, with the decisions between them: here the next row has begun
    # when the point of the last one moves. The first four epochs' rows are raw.
    ("share", "mds_solve", "avx512_rsqrt", 1000): 0.93,
    ("naive", "mds_solve", "avx512_filter", 500): 40000,
    ("fallback", "mds_solve", "avx512_filter", 1000): 0.04,
    ("threads", "mds_solve", "openmp", 2000): 1.9,
    ("threads", "mds_solve", "openmp", 4000): 1.9,
}
# What was to be reached against a published program, which is not part of this.
PUBLISHED = {
    ("epoch", "mds_solve", "avx512_rsqrt", 1000): 25,
    ("epoch", "mds_solve", "avx512_filter", 200): 60,
    ("epoch", "mds_solve", "avx512_filter", 500): 60,
    ("epoch", "mds_solve", "avx512_filter", 1000): 60,
    ("epoch", "mds_solve", "avx512_filter", 2000): 60,
    ("search", "mds_solve", "avx512_filter", 1000): 50,
}


def interval(values):
    """Return median, low, high: a bootstrap of the median, 95 %, from a fixed seed."""
    rng = random.Random(0)
    medians = sorted(
        statistics.median(rng.choices(values, k=len(values))) for _ in range(1000)
    )
    return statistics.median(values), medians[25], medians[974]


def timed(function):
    begin = time.thread_time()
    function()
    return time.thread_time() - begin


def by_kernel(name, size, seed, epochs):
    d_goal, xs, _ = problem.make(size, seed, epochs)
    return timed(lambda: kernels.mds_solve(d_goal, xs, epochs, kernel=name))


def threads_gains(size, rounds):
    """Of epochs, without what is done once: gains kept, gains set aside, and those of two copies.

    With one thread the kernel is that of a single thread.
    """

    def wall_s(work, threads, epochs):
        d_goal, points = work[0], work[1].copy()
        begin = time.perf_counter()
        kernels.mds_solve(d_goal, points, epochs, kernel="openmp", threads=threads)
        return time.perf_counter() - begin

    def epoch_s(work, threads):
        wall_s(work, threads, 1)  # others' matrices may be in the caches
        once = wall_s(work, threads, 1)
        return (wall_s(work, threads, 1 + THREADS_EPOCHS) - once) / THREADS_EPOCHS

    copies = [problem.make(size, seed, 1) for seed in (1, 2)]
    return two_threads.gains(
        lambda: epoch_s(copies[0], 1),
        lambda: epoch_s(copies[0], 2),
        lambda which: epoch_s(copies[which], 1),
        rounds,
    )


def by_cython(size, seed, epochs):
    d_goal, xs, _ = problem.make(size, seed, epochs)
    return timed(lambda: mds_cython.solve(d_goal, xs, epochs))


def names():
    return [
        k["name"]
        for k in kernels.describe()
        if k["operation"] == "mds_solve" and k["supported"] and not k["threaded"]
    ]


def against_cython(size, rounds, epochs):
    """Ratios of each kernel, one list a kernel: whole searches, or epochs without what is done once."""
    ratios = {name: [] for name in names() if name != "scalar"}
    for seed in range(rounds):

        def cost(take):
            if epochs is None:
                return take(10**6)
            return (take(1 + epochs) - take(1)) / epochs

        base = cost(lambda e: by_cython(size, seed, e))
        for name, values in ratios.items():
            values.append(base / cost(lambda e: by_kernel(name, size, seed, e)))
    return ratios


def against_naive(size, epochs, rounds):
    """Of the naive program two epochs are timed, and what it does once is counted once."""
    ratios = {name: [] for name in names()}
    for seed in range(rounds):
        d_goal, xs, _ = problem.make(size, seed, 1)
        one, two = (timed(lambda: naive.solve(d_goal, xs, count)) for count in (1, 2))
        for name, values in ratios.items():
            fastest = min(by_kernel(name, size, seed, epochs) for _ in range(5))
            values.append((one + (epochs - 1) * (two - one)) / fastest)
    return ratios


def in_c(rounds):
    out = subprocess.run([PROGRAM, str(rounds)], capture_output=True, text=True)
    if out.returncode != 0:
        sys.exit(f"bench_mds: {PROGRAM} ended with {out.returncode}: {out.stderr}")
    return json.loads(out.stdout)


def measure(rounds):
    """Yield (kind, kernel, operation, size, values, values set aside, those of two copies)."""
    for figure in of_one_thread(rounds):
        yield *figure, [], []
    if len(two_threads.PROCESSORS) > 1:
        for size in (2000, 4000):
            yield "threads", "openmp", "mds_solve", size, *threads_gains(size, rounds)


def of_one_thread(rounds):
    """Yield (kind, kernel, operation, size, values)."""
    raw = in_c(rounds)
    for e in raw["rows"]:
        yield "rows", e["kernel"], e["operation"], e["n"], e["shares"]
    for e in raw["shares"]:
        yield "share", e["kernel"], e["operation"], e["n"], e["shares"]
    for e in raw["searches"]:
        yield "whole", e["kernel"], e["operation"], e["n"], e["shares"]
    for e in raw["fallback"]:
        yield "fallback", e["kernel"], e["operation"], e["n"], [e["fallback"]]
    if mds_cython is not None:
        for size in (200, 500, 1000, 2000):
            few = max(3, rounds * 200 // size // 2)
            for name, values in against_cython(size, few, EPOCHS).items():
                yield "epoch", name, "mds_solve", size, values
        for name, values in against_cython(1000, 5, None).items():
            yield "search", name, "mds_solve", 1000, values
    for name, values in against_naive(500, 39, 3).items():
        yield "naive", name, "mds_solve", 500, values


WHAT = {
    "rows": "share of their bound",
    "share": "epochs: share of their bound",
    "whole": "whole search: its ports' bound in its time",
    "epoch": "epoch, times the cython variant's",
    "search": "whole search, times the cython variant's",
    "naive": "500 points, 39 epochs, times naive",
    "fallback": "rows computed in double",
    "threads": "two threads over one",
}


def show(kind, value):
    if value is None:
        return "–"
    if kind in ("rows", "share", "whole", "fallback"):
        return f"{100 * value:.1f} %"
    return f"{value:,.0f}×" if value >= 100 else f"{value:.2f}×"


def judge(kind, goal, median, low, high):
    """A verdict: "met", or by how much it is missed, of the goal."""
    if goal is None:
        return None
    if median is None:
        return "not resolved"
    below = kind == "fallback"
    if median < goal if below else median >= goal:
        return "met"
    short = f"{100 * abs(1 - median / goal):.2g} % {'over' if below else 'short'}"
    within = low < goal if below else high >= goal
    return f"not resolved, {short}" if within else f"missed, {short}"


def at_bound(kind, kernel, shares, median, apart):
    """The ratio when the kernel's bound is reached, in words; "" where that is not known."""
    if apart:
        return f"{show(kind, statistics.median(apart))} is what the machine allows"
    share = shares.get(("whole" if kind == "search" else "share", kernel))
    known = share and kind in ("epoch", "naive", "search")
    return f"{show(kind, median / share)} at its bound" if known else ""


def line(entry, bound):
    kind, goal = entry["kind"], entry["goal"]
    wanted = "" if goal is None else ("< " if kind == "fallback" else "≥ ") + show(kind, goal)
    wanted = f"({show(kind, entry['published_goal'])})" if entry["published_goal"] else wanted
    span = f"[{show(kind, entry['low'])}–{show(kind, entry['high'])}]"
    return (
        f"{entry['operation']:<17}{entry['kernel']:<17}{entry['n']:>5}  {WHAT[kind]:<42}"
        f"{show(kind, entry['median']):>10}  {span:<22}{wanted:<11}{entry['verdict'] or '':<26}{bound}"
    )


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    entries, shares = [], {}
    print(f"{'operation':<17}{'kernel':<17}{'N':>5}  {'figure':<42}{'median':>10}  {'95 %':<22}{'goal':<37}bound")
    for kind, kernel, operation, n, values, aside, apart in measure(rounds):
        key = (kind, operation, kernel, n)
        enough = kind != "threads" or len(values) >= two_threads.KEPT_LEAST
        median, low, high = interval(values) if enough else (None, None, None)
        if kind in ("share", "whole"):
            shares[kind, kernel] = median
        entries.append(
            {
                "kind": kind,
                "operation": operation,
                "kernel": kernel,
                "n": n,
                "median": median,
                "low": low,
                "high": high,
                "goal": GOALS.get(key),
                "published_goal": PUBLISHED.get(key),
                "verdict": judge(kind, GOALS.get(key), median, low, high),
                "values": values,
                "set_aside": aside,
                "apart": apart,
            }
        )
        print(line(entries[-1], at_bound(kind, kernel, shares, median, apart)), flush=True)
        if kind == "threads":
            print(f"{'':<41}{two_threads.in_words(values, aside, apart)}", flush=True)
    if mds_cython is None:
        print("no cython3 when this was built: nothing is compared with the cython variant")
    result = {"machine": platform.processor() or platform.machine(), "rounds": rounds}
    result["figures"] = entries
    RESULTS.parent.mkdir(exist_ok=True)
    partial = RESULTS.with_suffix(".json.new")
    partial.write_text(json.dumps(result, indent=1) + "\n")
    os.replace(partial, RESULTS)
    verdicts = [entry["verdict"].split(",")[0] for entry in entries if entry["verdict"]]
    missed, open_ = verdicts.count("missed"), verdicts.count("not resolved")
    print("(goal): set against the best published program, slower than the cython variant: not judged")
    print(f"{verdicts.count('met')} goals met, {open_} not resolved, {missed} missed; {RESULTS.relative_to(ROOT)}")
    return 1 if missed else 4 if open_ else 0


if __name__ == "__main__":
    sys.exit(main())
