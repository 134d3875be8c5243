"""How far up do the top rungs of the ladders reach? Each against a lower rung, in the same run.

Every row is a run of `fortyfold` with two variants of a lab: samples alternate, each answer is checked
against the oracle, the ratio has a 95 % interval over fresh processes. The Cython rung stands for
published implementations of the search in Cython and C (an incremental distance matrix, -O3
-ffast-math): it is our own, written in their manner.

SMACOF (scikit-learn's, where it is installed) is an outside yardstick: another algorithm with other
results. It starts where the search starts and runs until its stress is within 1 % of the search's (both
stop at local minima, and not at the same).

Prints a table with goals and writes results/ladder.json. Exit status 1 when a goal is missed, 4 when an
interval contains one, 3 when a variant failed. What this machine cannot run is said and left out.
Usage: bench_ladder.py [ROW…]    (a quarter of an hour; the row `naive` alone takes half of it)
"""

import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORTYFOLD = os.environ.get("FORTYFOLD", str(ROOT / "bin/fortyfold"))
WORK = ROOT / "build/bench-ladder"
MANY = {"blocks": 7, "samples": 5}
FEW = {"blocks": 3, "samples": 1}  # one naive call takes up to 90 s
NEAR = 1.01  # of the search's stress
SOME = {"blocks": 5, "samples": 3}

# name: what, lab, parameters, size, from variant, to variant, goal, how often
ROWS = {
    "double": ("double, 20 epochs", "mds", {"epochs": 20}, 1000, "cython", "c_rsqrt", 25, MANY),
    "filter-200": ("single precision first, 20 epochs", "mds", {"epochs": 20}, 200, "cython", "c_filter", 60, MANY),
    "filter-500": ("single precision first, 20 epochs", "mds", {"epochs": 20}, 500, "cython", "c_filter", 60, MANY),
    "filter-1000": ("single precision first, 20 epochs", "mds", {"epochs": 20}, 1000, "cython", "c_filter", 60, MANY),
    "filter-2000": ("single precision first, 20 epochs", "mds", {"epochs": 20}, 2000, "cython", "c_filter", 60, MANY),
    "solve": ("whole default solve", "mds", {"epochs": 1000}, 1000, "cython", "c_filter", 50, MANY),
    "naive": ("the 90-second naive case", "mds", {"epochs": 39}, 500, "naive", "c_filter", 40000, FEW),
    "threads-mds": ("two threads over one", "mds", {"epochs": 20}, 2000, "c_filter", "c_two_threads", 1.9, MANY),
    "identity": ("stepped, radius identity", "particles", {"duration": 0.1}, 1000, "naive", "c_identity", 2300, SOME),
    "closed": ("closed form, with the call", "particles", {"duration": 0.1}, 1000, "naive", "c_closed_avx512", 1e6, SOME),
    "threads-1000": ("two threads over one", "particles", {"duration": 0.1}, 1000, "c_identity", "c_two_threads", 1.9, MANY),
    "threads-8000": ("two threads over one", "particles", {"duration": 0.1}, 8000, "c_identity", "c_two_threads", 1.9, MANY),
}  # fmt: skip


def make_lab(name, row):
    """A copy of the lab with two variants and one preset, as the row wants them."""
    _, lab, parameters, size, old, new, _, how_often = row
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "labs" / lab, folder, ignore=shutil.ignore_patterns("__pycache__", "*.md"))
    data = tomllib.loads((folder / "lab.toml").read_text(encoding="utf-8"))
    variants = [variant for variant in data["variant"] if variant["name"] in (old, new)]
    for variant in variants:
        variant.pop("after", None)
        variant.pop("max_size", None)
    tables = {key: data[key] for key in ("title", "summary", "minutes", "tier")} | {"baseline": old}
    lines = [f"{key} = {as_toml(value)}" for key, value in tables.items()]
    preset = {"sizes": [size], "parameters": parameters, "timeout_s": 600} | how_often
    for head, table in [("[problem]", data["problem"]), ("[presets.quick]", preset)] + [
        ("[[variant]]", variant) for variant in variants
    ]:
        lines += ["", head, *(f"{key} = {as_toml(value)}" for key, value in table.items())]
    (folder / "lab.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def as_toml(value):
    """Strings, numbers and arrays are written as in JSON; a table stands in one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {as_toml(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def measure(name, row):
    """The record of a row: its ratio with interval, or why there is none."""
    what, lab, _, size, old, new, goal, _ = row
    folder = make_lab(name, row)
    record = {"row": name, "what": what, "lab": lab, "size": size, "from": old, "to": new, "goal": goal}
    command = [FORTYFOLD, "run", str(folder), "--no-pictures", "--format", "json", "--output", str(folder / "run")]
    shutil.rmtree(folder / "run", ignore_errors=True)
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if not done.stdout:
        return record | {"verdict": "failed", "reason": f"the run ended with status {done.returncode}"}
    run = json.loads(done.stdout)
    cells = {cell["variant"]: cell for cell in run["cells"]}
    for cell in cells.values():
        if cell["status"] != "ok":
            verdict = "skipped" if cell["status"] == "skipped" else "failed"
            return record | {"verdict": verdict, "reason": f"{cell['variant']}: {cell['reason']}"}
    speedup = cells[new]["speedup"]
    low, high = speedup["low"], speedup["high"]
    verdict = "met" if speedup["ratio"] >= goal else "not resolved" if high is not None and high >= goal else "MISSED"
    return record | {
        "ratio": speedup["ratio"], "low": low, "high": high, "clock": speedup["clock"], "verdict": verdict,
        "from_s": cells[old]["summary"]["best_s"], "to_s": cells[new]["summary"]["best_s"],
        "seed": run["plan"]["seed"], "warnings": [warning["code"] for warning in run["warnings"]],
    }  # fmt: skip


def stress(goal, points):
    """The sum over all pairs, each once, of (goal distance − distance)²."""
    import numpy as np

    difference = points[:, np.newaxis, :] - points
    return float(((goal - np.sqrt((difference**2).sum(axis=2))) ** 2).sum() / 2)


def smacof(size, seed=1, rounds=5, most=2000, step=20):
    """SMACOF's time to about the stress of the search, over the search's time; interleaved rounds."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is imported: one core, as the search
    try:
        from sklearn.manifold import smacof as sklearn_smacof
    except ImportError:
        return {"verdict": "skipped", "reason": "python3-sklearn is not installed (./setup --ladder)"}
    sys.path[:0] = [str(Path(FORTYFOLD).parent / "python"), str(ROOT / "labs/mds")]
    import kernels
    import problem

    goal, start, _ = problem.make(size, seed, epochs=1000)
    ratios, search_s, smacof_s = [], [], []
    for _ in range(rounds):
        begin = time.perf_counter()
        points = start.copy()
        kernels.mds_solve(goal, points, 1000)
        search_s.append(time.perf_counter() - begin)
        wanted, found, iterations, spent = NEAR * stress(goal, points), start, 0, 0.0
        while stress(goal, found) > wanted and iterations < most:
            begin = time.perf_counter()
            found, _ = sklearn_smacof(goal, init=found, n_init=1, max_iter=step, eps=0, normalized_stress=False)
            spent += time.perf_counter() - begin
            iterations += step
        smacof_s.append(spent)
        ratios.append(spent / search_s[-1])
    ratios.sort()
    return {
        "verdict": "reached" if stress(goal, found) <= wanted else "not reached: at least this",
        "iterations": iterations, "stress_search": wanted / NEAR, "stress_smacof": stress(goal, found),
        "from_s": min(smacof_s), "to_s": min(search_s), "ratio": ratios[len(ratios) // 2], "low": ratios[0], "high": ratios[-1],
    }  # fmt: skip


def shown(number):
    """Three digits, thousands apart."""
    return "–" if number is None else f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"


def show(record):
    if "ratio" not in record:
        print(f"  {record['row']:13} {record['what']:34} {record['size']:>6}  {record['verdict']}: {record['reason']}")
        return
    interval = f"{shown(record['low'])}–{shown(record['high'])}"
    goal = f"≥ {shown(record['goal'])}×" if record.get("goal") else ""
    print(f"  {record['row']:13} {record['what']:34} {record['size']:>6}  {shown(record['ratio']) + '×':>10}  "
          f"{interval:20} {goal:>12}  {record['verdict']}", flush=True)  # fmt: skip


def progress(number, count, name):
    if sys.stderr.isatty():
        print(f"\r\033[Krow {number + 1} of {count}: {name}", file=sys.stderr)


def main():
    names = sys.argv[1:] or [*ROWS, "smacof"]
    unknown = [name for name in names if name not in ROWS and name != "smacof"]
    if unknown:
        print(f"no row {', '.join(unknown)}; the rows are {', '.join(ROWS)}, smacof", file=sys.stderr)
        return 2
    print(f"  {'row':13} {'what':34} {'N':>6}  {'ratio':>10}  {'95 % interval':20} {'goal':>12}")
    records = []
    for number, name in enumerate(names):
        progress(number, len(names), name)
        if name == "smacof":
            record = {"row": name, "what": "SMACOF to within 1 % of the stress", "size": 500, "goal": None} | smacof(500)
        else:
            record = measure(name, ROWS[name])
        records.append(record)
        show(record)
    document = {
        "measured": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "command": "make bench-ladder",
        "python": sys.version.split()[0],
        "processors": os.cpu_count(),
        "rows": records,
    }
    path = ROOT / "results/ladder.json"
    draft = path.with_suffix(".json.new")
    draft.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(path)
    print("  ratios of one run, each answer checked; the goals for the Cython rung were set for a published program")
    print(f"  figures: {path.relative_to(ROOT)}; each run: {WORK.relative_to(ROOT)}/ROW/run/run.json")
    verdicts = {record["verdict"] for record in records}
    return 3 if "failed" in verdicts else 1 if "MISSED" in verdicts else 4 if "not resolved" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
