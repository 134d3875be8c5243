"""The outside yardstick of make bench-ladder: SMACOF (scikit-learn's) beside the search of mds.

Both lower the same stress from the same start, in other ways, and end at local minima: not at the
same, and now the one lower, now the other. So neither end is a goal that both reach. Here each goes
on until it ends, and their times are compared at the stress that both pass: a thousandth above the
higher of the two ends. A thousandth, since SMACOF may take as long for that as for all before; both
ends are told beside it, with their times.

SMACOF runs in one call, on one core. It prints its stress at each iteration (verbose=2); who listens
notes the time, and ends the call when the stress falls no further.
"""

import contextlib
import math
import os
import re
import statistics
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROBLEMS = {500: (1, 2, 3), 1000: (1, 2)}  # size → seeds
ABOVE = 1e-3  # of the higher end: where times are compared
WINDOW = 100  # iterations in which SMACOF's stress must fall by the share STILL, or it has ended
STILL = 1e-5
MOST = 5000  # iterations: a minute at 1000 points
EPOCHS = 1000  # the search ends before
ROUNDS = 5  # of the search, which takes milliseconds; before SMACOF and after it
STRESS = re.compile(r"\bstress:? ([0-9.eE+-]+)")


class Ended(Exception):
    """SMACOF falls no further."""


class Listener:
    """Where SMACOF prints to: what it said, each with the seconds since `begin`."""

    def __init__(self, clock=time.perf_counter):
        self.clock, self.begin = clock, clock()
        self.seconds, self.stress = [], []

    def write(self, text):
        found = STRESS.search(text)
        if not found:
            return
        self.seconds.append(self.clock() - self.begin)
        self.stress.append(float(found[1]))
        if len(self.stress) > WINDOW and self.stress[-1 - WINDOW] - self.stress[-1] < STILL * self.stress[-1]:
            raise Ended

    def flush(self):
        """Nothing is kept back."""


def descend(smacof, goal, start):
    """Seconds and stress at each of SMACOF's iterations, and whether it ended by itself."""
    listener = Listener()
    # `eps` is left out of it: in scikit-learn 1.2 it is not of the stress, but of stress over size.
    with contextlib.redirect_stdout(listener), contextlib.suppress(Ended):
        smacof(goal, init=start, n_init=1, max_iter=MOST, eps=-math.inf, normalized_stress=False, verbose=2)
    if not listener.stress:
        raise ValueError("it did not tell its stress")
    return listener.seconds, listener.stress, len(listener.stress) < MOST


def first_below(values, level):
    """The index of the first of `values` that is `level` or less; None if none is."""
    return next((index for index, value in enumerate(values) if value <= level), None)


def common_level(one, other):
    """The stress that two descents both pass, from their stresses."""
    return (1 + ABOVE) * max(one[-1], other[-1])


def search_stress(solve, goal, start):
    """The search's stress at its start and after each epoch until it ends."""
    _, done = solve(goal, start.copy(), EPOCHS)
    return [solve(goal, start.copy(), epochs)[0] / 2 for epochs in range(done + 1)]


def search_seconds(solve, goal, start, epochs):
    """The search's times for so many epochs, ROUNDS of them."""
    found = []
    for _ in range(ROUNDS):
        points = start.copy()
        begin = time.perf_counter()
        solve(goal, points, epochs)
        found.append(time.perf_counter() - begin)
    return found


def compare(smacof, solve, goal, start):
    """Both from `start`: where and when each ends, and when each passes the common level."""
    search = search_stress(solve, goal, start)
    whole = search_seconds(solve, goal, start, len(search) - 1)
    seconds, stress, ended = descend(smacof, goal, start)
    whole += search_seconds(solve, goal, start, len(search) - 1)
    level = common_level(search, stress)
    epochs, iterations = first_below(search, level), first_below(stress, level)
    passed = statistics.median(search_seconds(solve, goal, start, epochs))
    return {
        "level": level, "ratio": seconds[iterations] / passed,
        "search": {"end": search[-1], "end_epochs": len(search) - 1, "end_s": statistics.median(whole),
                   "passes_epochs": epochs, "passes_s": passed},
        "smacof": {"end": stress[-1], "end_iterations": len(stress) - 1, "end_s": seconds[-1], "ended": ended,
                   "passes_iterations": iterations, "passes_s": seconds[iterations]},
    }  # fmt: skip


def records(size, quick, fortyfold):
    """Yields a record for each problem of this size, or one that says why there is none."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported: one core, as the search
    try:
        import sklearn.manifold
    except ImportError:
        yield {"size": size, "verdict": "skipped", "reason": "python3-sklearn is not installed (./setup --ladder)"}
        return
    sys.path[:0] = [str(Path(fortyfold).parent / "python"), str(ROOT / "labs/mds")]
    import kernels
    import problem

    for seed in PROBLEMS[size][: 1 if quick else None]:
        goal, start, _ = problem.make(size, seed, epochs=0)
        found = compare(sklearn.manifold.smacof, kernels.mds_solve, goal, start)
        yield {"size": size, "seed": seed, "scikit_learn": sklearn.__version__, "verdict": "not judged"} | found


def span(seconds):
    return f"{1e3 * seconds:#.3g} ms".replace(". ", " ") if seconds < 1 else f"{seconds:#.3g} s"


def half(values, unit):
    """Of one of the two: where it ends, and when it passes the common stress."""
    end = f"{values['end']:,.0f} after {span(values['end_s'])}, {values[f'end_{unit}']:,} {unit}"
    return end, f"{span(values['passes_s'])}, {values[f'passes_{unit}']:,} {unit}"


def row(size, seed, ends, level, passes, ratio):
    return f"  {size:>5} {seed:>7}  {ends[0]:34}  {ends[1]:38}  {level:>9}  {passes[0]:20}  {passes[1]:24}  {ratio:>6}"


def table(found):
    """The lines on these records; empty without any."""
    told = [record for record in found if "ratio" in record]
    lines = [f"  SMACOF, N = {record['size']}: {record['verdict']}: {record['reason']}" for record in found if "ratio" not in record]
    if told:
        lines += [
            f"  SMACOF (scikit-learn {told[0]['scikit_learn']}) beside the search: one start, one core, each until it ends",
            row("N", "problem", ("the search ends at", "SMACOF ends at"), "both pass", ("the search", "SMACOF"), "ratio"),
        ]
    for record in told:
        ends, passes = zip(half(record["search"], "epochs"), half(record["smacof"], "iterations"))
        lines.append(row(record["size"], record["seed"], ends, f"{record['level']:,.0f}", passes, f"{record['ratio']:,.0f}×"))
    if told:
        lower = sum(record["smacof"]["end"] < record["search"]["end"] for record in told)
        cut = sum(not record["smacof"]["ended"] for record in told)
        lines += [
            "  both pass: a stress a thousandth above the higher of the two ends; ratio: of the times until there",
            f"  both stop at local minima, SMACOF at the lower one in {lower} of {len(told)} problems",
        ]
        lines += [f"  in {cut} of them SMACOF was stopped after {MOST:,} iterations, still falling"] if cut else []
    return lines
