"""How far up do the top rungs of the ladders reach? Each against a lower rung, in the same run.

Every row is a ratio of a run of `fortyfold`: samples alternate, each answer is checked against the
oracle, the ratio has a 95 % interval over fresh processes. Beside it stands the ratio at which the
processor's own bound would be reached (`limit` in run.json), and the share of it that was.

The Cython rung is ours, written in the manner of published programs (an incremental distance matrix,
-O3 -ffast-math), and faster than the best of them: ratios against it are told and not judged. The
goals that were set against that program stand beside them in brackets.

SMACOF (scikit-learn's, where it is installed) is an outside yardstick, see yardstick.py: another
algorithm from the same start, compared at a stress that both pass. It is told and not judged.

Prints a table with goals and writes results/ladder.json. Exit status 1 when a goal is missed, 4 when an
interval contains one, 3 when a variant failed. What this machine cannot run is said and left out.
Usage: bench_ladder.py [--quick] [ROW…]    (12 minutes; the row `naive` alone takes half of it; --quick:
three minutes to see that all of it works, with figures that mean little)
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
from typing import NamedTuple

import yardstick

ROOT = Path(__file__).resolve().parents[2]
FORTYFOLD = os.environ.get("FORTYFOLD", str(ROOT / "bin/fortyfold"))
WORK = ROOT / "build/bench-ladder"
RESULTS = ROOT / "results/ladder.json"


class Often(NamedTuple):
    blocks: int
    samples: int


MANY = Often(7, 5)
SOME = Often(5, 2)  # the oracle, or the naive program, takes seconds
FEW = Often(3, 1)  # one naive call takes a minute and a half, or two
QUICK = Often(2, 1)
QUICK_EPOCHS = 2  # of the naive case


class Row(NamedTuple):
    what: str
    lab: str
    parameters: dict
    size: int
    old: str
    new: str
    goal: float | None  # None: not judged
    often: Often
    published: float | None = None  # the goal against a published program, which is not here


EPOCHS, STEPS = {"epochs": 20}, {"duration": 0.1}
ROWS = {
    "double": Row("double", "mds", EPOCHS, 1000, "cython", "c_rsqrt", None, SOME, 25),
    "filter-200": Row("single precision first", "mds", EPOCHS, 200, "cython", "c_filter", None, MANY, 60),
    "filter-500": Row("single precision first", "mds", EPOCHS, 500, "cython", "c_filter", None, MANY, 60),
    "filter-1000": Row("single precision first", "mds", EPOCHS, 1000, "cython", "c_filter", None, SOME, 60),
    "filter-2000": Row("single precision first", "mds", EPOCHS, 2000, "cython", "c_filter", None, SOME, 60),
    "solve": Row("whole default solve", "mds", {"epochs": 1000}, 1000, "cython", "c_filter", None, SOME, 50),
    "naive": Row("the 90-second case", "mds", {"epochs": 39}, 500, "naive", "c_filter", 40000, FEW),
    "threads-mds": Row("two threads over one", "mds", EPOCHS, 2000, "c_rsqrt", "c_two_threads", 1.9, SOME),
    "identity": Row("stepped, radius identity", "particles", STEPS, 1000, "naive", "c_identity", 2300, SOME),
    "closed": Row("closed form, with the call", "particles", STEPS, 1000, "naive", "c_closed_avx512", 1e6, SOME),
    "threads-1000": Row("two threads over one", "particles", STEPS, 1000, "c_identity", "c_two_threads", 1.9, MANY),
    "threads-8000": Row("two threads over one", "particles", STEPS, 8000, "c_identity", "c_two_threads", 1.9, SOME),
}
THREADS = 2
EXTRA = [f"smacof-{size}" for size in yardstick.PROBLEMS]


def groups(names):
    """Rows that one run can hold, lists of names: the same problem, the same rung to start from."""
    found = {}
    for name in names:
        row = ROWS[name]
        found.setdefault((row.lab, str(row.parameters), row.size, row.old, row.often), []).append(name)
    return list(found.values())


def make_lab(names, often):
    """A copy of the lab with the variants of these rows and one preset, as they want them."""
    row = ROWS[names[0]]
    folder = WORK / names[0]
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "labs" / row.lab, folder, ignore=shutil.ignore_patterns("__pycache__", "*.md"))
    data = tomllib.loads((folder / "lab.toml").read_text(encoding="utf-8"))
    wanted = {row.old, *(ROWS[name].new for name in names)}
    variants = [variant for variant in data["variant"] if variant["name"] in wanted]
    for variant in variants:
        variant.pop("after", None)
        variant.pop("max_size", None)
    tables = {key: data[key] for key in ("title", "summary", "minutes", "tier")} | {"baseline": row.old}
    lines = [f"{key} = {as_toml(value)}" for key, value in tables.items()]
    preset = {"sizes": [row.size], "parameters": dict(row.parameters), "timeout_s": 600} | often._asdict()
    if row.often == FEW:
        preset["warmup_size"] = 10  # warming up at full size would cost as much as measuring
        if often == QUICK:
            preset["parameters"]["epochs"] = QUICK_EPOCHS
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


def judge(goal, ratio, high):
    """The word for a ratio beside its goal."""
    if goal is None:
        return "not judged"
    if ratio >= goal:
        return "met"
    short = f"{100 * (1 - ratio / goal):.2g} % short"
    return f"not resolved, {short}" if high is not None and high >= goal else f"MISSED, {short}"


def bound_of(name, old, new):
    """The ratio that the machine's bound allows, and its name; None where no bound is known."""
    if ROWS[name].new == "c_two_threads":
        return float(THREADS), "threads"
    if "epochs" in ROWS[name].parameters and ROWS[name].parameters["epochs"] >= 1000:
        return None, None  # it ends before its last epoch: the bound is of work that was not done
    limit = new["limit"]
    return (old["summary"]["best_s"] / limit["seconds"], limit["bound"]) if limit else (None, None)


def measure(names, quick):
    """The record of each row of a group: its ratio with interval, or why there is none."""
    often = QUICK if quick else ROWS[names[0]].often
    folder = make_lab(names, often)
    command = [FORTYFOLD, "run", str(folder), "--no-pictures", "--format", "json", "--output", str(folder / "run")]
    shutil.rmtree(folder / "run", ignore_errors=True)
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    run = json.loads(done.stdout) if done.stdout else None
    for name in names:
        row = ROWS[name]
        record = {"row": name, "what": row.what, "lab": row.lab, "size": row.size, "from": row.old, "to": row.new,
                  "goal": row.goal, "published_goal": row.published}  # fmt: skip
        if run is None:
            yield record | {"verdict": "failed", "reason": f"the run ended with status {done.returncode}"}
        else:
            yield record | compare(name, run)


def compare(name, run):
    """What a run says of a row."""
    row = ROWS[name]
    cells = {cell["variant"]: cell for cell in run["cells"]}
    old, new = cells[row.old], cells[row.new]
    for cell in (old, new):
        if cell["status"] != "ok":
            verdict = "skipped" if cell["status"] == "skipped" else "failed"
            return {"verdict": verdict, "reason": f"{cell['variant']}: {cell['reason']}"}
    speedup = new["speedup"]
    bound, bound_name = bound_of(name, old, new)
    return {
        "ratio": speedup["ratio"], "low": speedup["low"], "high": speedup["high"], "clock": speedup["clock"],
        "verdict": judge(row.goal, speedup["ratio"], speedup["high"]), "bound": bound, "bound_name": bound_name,
        "from_s": old["summary"]["best_s"], "to_s": new["summary"]["best_s"],
        "parameters": run["plan"]["parameters"], "seed": run["plan"]["seed"],
        "warnings": [warning["code"] for warning in run["warnings"]],
    }  # fmt: skip


def shown(number):
    """Three digits, thousands apart."""
    return "–" if number is None else f"{float(f'{number:.3g}'):,.0f}" if number >= 100 else f"{number:#.3g}"


def line(record):
    """A row of the table."""
    against = f"{record['to']} over {record['from']}" if "from" in record else ""
    start = f"  {record['row']:12} {record['what']:29} {against:30} {record['size']:>5}"
    if "ratio" not in record:
        return f"{start}  {record['verdict']}: {record['reason']}"
    ratio = shown(record["ratio"]) + "×"
    interval = f"[{shown(record['low'])}–{shown(record['high'])}]"
    goal = f"≥ {shown(record['goal'])}×" if record["goal"] else ""
    goal = f"({shown(record['published_goal'])}×)" if record.get("published_goal") else goal
    limit = ""
    if record.get("bound"):
        share = 100 * record["ratio"] / record["bound"]
        limit = f"{shown(record['bound'])}× ({record['bound_name']}), {share:.0f} % of it"
    return f"{start}  {ratio:>11}  {interval:23} {goal:>12}  {record['verdict']:24} {limit}".rstrip()


HEAD = f"  {'row':12} {'what':29} {'':30} {'N':>5}  {'ratio':>11}  {'95 % interval':23} {'goal':>12}  {'':24} at the bound"
FOOT = """  ratios of one run, each answer checked; at the bound: the ratio if nothing but the processor's bound were left
  (goal): set for the best published program, which is not part of this and slower than our rung `cython`: not judged"""


def tell(text):
    """What goes on, to whoever watches."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", file=sys.stderr)


def records_of(names, quick):
    """Yields every row's record, a group of rows at a time."""
    for group in groups([name for name in names if name in ROWS]):
        tell(", ".join(group))
        yield from measure(group, quick)


def host():
    """The machine, as a run names it."""
    command = [FORTYFOLD, "time", "-r", "1", "--format", "json", "--", "true"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)["host"]


def main(words):
    quick = "--quick" in words
    names = [word for word in words if word != "--quick"] or [*ROWS, *EXTRA]
    unknown = [name for name in names if name not in [*ROWS, *EXTRA]]
    if unknown:
        print(f"no row {', '.join(unknown)}; the rows are {', '.join([*ROWS, *EXTRA])}", file=sys.stderr)
        return 2
    records = []
    for record in records_of(names, quick):
        if not records:
            print(HEAD)
        records.append(record)
        print(line(record), flush=True)
    if records:
        print(FOOT)
    beside = []
    for size in (size for size in yardstick.PROBLEMS if f"smacof-{size}" in names):
        tell(f"smacof-{size}")
        beside += yardstick.records(size, quick, FORTYFOLD)
    print("\n".join(yardstick.table(beside)))
    document = {
        "measured": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "command": "make bench-ladder",
        "quick": quick,
        "python": sys.version.split()[0],
        "processors": os.cpu_count(),
        "host": host(),
        "rows": records,
        "smacof": beside,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    draft = RESULTS.with_suffix(".json.new")
    draft.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(RESULTS)
    if quick:
        print(f"  --quick: few samples, and {QUICK_EPOCHS} epochs of the 90-second case: no figures to quote")
    print(f"  figures: {RESULTS.relative_to(ROOT)}; each run: {WORK.relative_to(ROOT)}/ROW/run/run.json")
    verdicts = {record["verdict"].split(",")[0] for record in records}
    return 3 if "failed" in verdicts else 1 if "MISSED" in verdicts else 4 if "not resolved" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
