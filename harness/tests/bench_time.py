"""Do fortyfold's time and timeit agree with the tools that people know? Measured in alternation.

`fortyfold time` against hyperfine, bash's time and GNU time, `fortyfold timeit` against
`python3 -m timeit`: in every round each tool measures the same command once, in random order.
Prints the median of the rounds' ratios ours / theirs, its 95 % interval (by order statistics), the
range, and whether the median is within the goal. Where it is not but the interval reaches the goal,
the machine was too noisy to tell: "not resolved". timeit against itself is a control. Writes
results/time.json. Tools that are missing are left out. Exit status 1 when a goal is missed, 4 when
one is not resolved.
Usage: bench_time.py [ROUNDS]
"""

import json
import math
import os
import random
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORTYFOLD = os.environ.get("FORTYFOLD", str(ROOT / "bin/fortyfold"))
PYTHON = sys.executable
SEED = 40

COMMANDS = {
    "sleep": ["sleep", "0.1"],
    "loop": [PYTHON, "-c", "for i in range(3000000): pass"],
    "memory": [PYTHON, "-c", "b = bytearray(200 << 20)"],
}

# (command, quantity): lowest and highest allowed median ratio, and why so wide
GOALS = {
    ("sleep", "real"): (0.98, 1.02),  # starting a process takes a few of its 100 ms
    ("loop", "real"): (0.97, 1.03),  # as bench-parity
    ("loop", "cpu"): (0.97, 1.03),
    ("memory", "real"): (0.95, 1.05),  # page faults: what the kernel does meanwhile varies
    ("memory", "peak"): (0.99, 1.01),  # the loader's addresses differ by pages
}

# Statement: loops in a sample, some 30 ms of them. Both take CPU time (-p), which other processes
# disturb less: what is compared is the loop and the interpreter.
STATEMENTS = {
    "pass": ("pass", "pass", 3000000),
    "sum": ("pass", "sum(range(1000))", 5000),
    "join": ("pass", "'-'.join(str(n) for n in range(100))", 3000),
    "dict": ("d = {i: i for i in range(1000)}", "for k in d: d[k] += 1", 500),
}
SAMPLES = 7
STATEMENT_GOAL = (0.97, 1.03)
# timeit against itself goes along: by so much as that differs, nothing can be told.
THEIRS, AGAIN = "python3 -m timeit", "timeit, itself"


def output_of(command, stream="stdout"):
    done = subprocess.run(command, text=True, capture_output=True, check=True)
    return getattr(done, stream)


def by_fortyfold(command):
    out = output_of([FORTYFOLD, "time", "-r", "1", "--warmup", "0", "--format", "json", "--"] + command)
    run = json.loads(out)["commands"][0]["runs"][0]
    return {"real": run["real_s"], "cpu": run["cpu_s"], "peak": run["peak_rss_bytes"]}


def by_hyperfine(command):
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        output_of(["hyperfine", "-N", "--runs", "1", "--export-json", file.name, shlex.join(command)])
        result = json.load(open(file.name, encoding="utf-8"))["results"][0]
    return {"real": result["times"][0], "cpu": result["user"] + result["system"]}


def by_bash(command):
    script = f"TIMEFORMAT='%3R %3U %3S'; time {shlex.join(command)}"
    real, user, system = map(float, output_of(["bash", "-c", script], "stderr").split())
    return {"real": real, "cpu": user + system}


def by_gnu_time(command):
    words = output_of(["/usr/bin/time", "-f", "%M"] + command, "stderr").split()
    return {"peak": int(words[-1]) * 1024}


def by_resource(command):
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    return {"peak": int(output_of([PYTHON, "-c", script] + command)) * 1024}


def tools():
    """Return {name: function} of the tools that are here."""
    found = {"bash": by_bash, "resource": by_resource}
    if shutil.which("hyperfine"):
        found["hyperfine"] = by_hyperfine
    if os.access("/usr/bin/time", os.X_OK):
        found["GNU time"] = by_gnu_time
    return found


def best_of(program, setup, statement, number):
    words = program + ["-n", str(number), "-r", str(SAMPLES), "-p", "-u", "nsec", "-s", setup, statement]
    return float(re.search(r"best of \d+: (\S+) nsec", output_of(words))[1]) * 1e-9


def shuffled(items, order):
    items = list(items)
    order.shuffle(items)
    return items


def measure_commands(rounds, order):
    """Return {command: {tool: [readings of a round]}}."""
    found = {"fortyfold": by_fortyfold, **tools()}
    readings = {name: {tool: [] for tool in found} for name in COMMANDS}
    for number in range(rounds + 1):
        for name, command in COMMANDS.items():
            for tool in shuffled(found, order):
                reading = found[tool](command)
                if number > 0:  # the first brings files into memory
                    readings[name][tool].append(reading)
        progress("commands", number, rounds)
    return readings


def measure_statements(rounds, order):
    """Return {statement: {tool: [seconds of a loop]}}."""
    programs = {
        "fortyfold": [FORTYFOLD, "timeit", "--blocks", "1"],
        THEIRS: [PYTHON, "-m", "timeit"],
        AGAIN: [PYTHON, "-m", "timeit"],
    }
    seconds = {name: {tool: [] for tool in programs} for name in STATEMENTS}
    for number in range(rounds):
        for name, (setup, statement, loops) in STATEMENTS.items():
            for tool in shuffled(programs, order):
                seconds[name][tool].append(best_of(programs[tool], setup, statement, loops))
        progress("statements", number + 1, rounds)
    return seconds


def progress(what, number, rounds):
    if sys.stderr.isatty():
        end = "\r\033[K" if number == rounds else ""
        print(f"\r{what}: round {number}/{rounds}{end}", end="", file=sys.stderr)


def interval_of_median(ratios):
    """Return the order statistics that hold the median in 95 of 100 cases (sign test)."""
    ratios, n = sorted(ratios), len(ratios)
    tail, k = 0.0, 0
    while tail + math.comb(n, k) / 2**n <= 0.025:
        tail += math.comb(n, k) / 2**n
        k += 1
    return ratios[max(k - 1, 0)], ratios[min(n - k, n - 1)]


def report(label, tool, ours, theirs, goal):
    """Print one line; return it as a record. Without a goal it is a control."""
    ratios = [a / b for a, b in zip(ours, theirs) if b > 0]
    median = statistics.median(ratios)
    low, high = interval_of_median(ratios)
    if goal is None:
        words, verdict = "control", "control"
    else:
        inside = goal[0] <= median <= goal[1]
        reaches = low <= goal[1] and high >= goal[0]
        verdict = "met" if inside else "not resolved" if reaches else "MISSED"
        words = f"{goal[0]}–{goal[1]}  {verdict}"
    print(
        f"  {label:12} {tool:18} {median:.3f}   {low:.3f}–{high:.3f}   "
        f"{min(ratios):.3f}–{max(ratios):.3f}   {words}"
    )
    return {"what": label, "tool": tool, "median": median, "interval": [low, high],
            "ratios": ratios, "goal": goal, "verdict": verdict}


def report_commands(readings):
    for (name, quantity), goal in GOALS.items():
        ours = [reading[quantity] for reading in readings[name]["fortyfold"]]
        for tool, theirs in readings[name].items():
            if tool != "fortyfold" and quantity in theirs[0]:
                yield report(f"{name} {quantity}", tool, ours, [t[quantity] for t in theirs], goal)


def report_statements(seconds):
    for name, by_tool in seconds.items():
        ours, theirs, again = by_tool.values()
        yield report(f"timeit {name}", THEIRS, ours, theirs, STATEMENT_GOAL)
        yield report(f"timeit {name}", AGAIN, again, theirs, None)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    order = random.Random(SEED)
    readings = measure_commands(rounds, order)
    seconds = measure_statements(rounds, order)
    print(f"ours / theirs, {rounds} rounds in alternation")
    print("  what         tool               median  95 % interval  range         goal")
    lines = [*report_commands(readings), *report_statements(seconds)]
    record = {
        "measured": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "command": "make bench-time",
        "python": sys.version.split()[0],
        "processors": os.cpu_count(),
        "rounds": rounds,
        "seed": SEED,
        "lines": lines,
        "commands": readings,
        "statements": seconds,
    }
    path = ROOT / "results/time.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(f"  figures: {path.relative_to(ROOT)}")
    verdicts = {line["verdict"] for line in lines}
    return 1 if "MISSED" in verdicts else 4 if "not resolved" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
