#!/usr/bin/python3
"""Measures the committed runs anew: results/baselines/LAB-PRESET. `make baselines` calls it.

    measure.py NAME… [-- OPTION…]      mds-quick, particles-quick, mds-claim, profiling-distortion, …

Options go to `run`: `-- --blocks 2 --samples 1` tries in minutes whether all of it works. What it
writes is then not to be committed.

The measuring itself happens in build/baselines/NAME, so that an interrupted run is gone on with
when this is called again, and a failed one leaves the committed run as it was. Kept are run.json,
samples.csv, the pictures, and table.txt, which is what the run printed.

Exit status: 0 done; 1 a run has a cell that is not ok; 2 wrong usage; else the status of the run.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# What is committed beside runs of labs: its folder → the program that writes it, whole or not at all.
OTHER = {
    "profiling-distortion": ["labs/profiling/tools/distortion.py", "--output"],
    "profiling-flame": ["labs/profiling/tools/before_after.py", "--output"],
}
MAYBE = ["steps.png", "steps.svg"]  # only where variants say what they change
MEANT = re.compile(r"^lab\.toml runs it up to|^it needs kernels:\S+/neon")
KEPT = ["run.json", "samples.csv", "speedup.png", "speedup.svg", "time.png", "time.svg"]


def read(folder):
    try:
        return json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except OSError:
        return None


def command_for(name, work, options):
    """`run` for a new measurement, `run --resume` for one that was interrupted."""
    lab, preset = name.rsplit("-", 1)
    run = read(work)
    if (work / "log.jsonl").is_file() and (run is None or run.get("ended_by") == "interrupt"):
        return ["bin/fortyfold", "run", "--resume", str(work.relative_to(ROOT))]
    shutil.rmtree(work, ignore_errors=True)
    work.parent.mkdir(parents=True, exist_ok=True)
    output = str(work.relative_to(ROOT))
    return ["bin/fortyfold", "run", lab, "--preset", preset, "--output", output, *options]


def printed_table(text):
    """What was printed, without the names of files that are not kept."""
    lines = text.rstrip().split("\n")
    while "build/baselines/" in lines[-1]:
        lines.pop()
    return "\n".join(lines).rstrip() + "\n"


def publish(name, work, printed):
    run = read(work)
    # Too large for a variant by lab.toml, or another processor's, is no failure; something that is
    # not installed is one.
    bad = [cell for cell in run["cells"] if cell["status"] != "ok" and not MEANT.search(str(cell["reason"]))]
    for cell in bad:
        print(f"{name}: {cell['variant']} at {cell['size']} is {cell['status']}", file=sys.stderr)
    if bad or run["ended_by"] == "interrupt":
        print(f"{name}: the committed run stays as it was", file=sys.stderr)
        return 1
    target = HERE / name
    target.mkdir(exist_ok=True)
    for file in KEPT:
        shutil.copyfile(work / file, target / file)
    for file in MAYBE:
        if (work / file).is_file():
            shutil.copyfile(work / file, target / file)
    # Where the lab lay on the machine that measured it means nothing to anyone else.
    text = (target / "run.json").read_text(encoding="utf-8")
    text = text.replace(json.dumps(f"{ROOT}/labs/{run['lab']['name']}"), f'"labs/{run["lab"]["name"]}"')
    (target / "run.json").write_text(text, encoding="utf-8")
    (target / "table.txt").write_text(printed_table(printed), encoding="utf-8")
    return 0


def main(words):
    end = words.index("--") if "--" in words else len(words)
    names, options = words[:end], words[end + 1 :]
    if not names or any("-" not in name for name in names):
        print(*__doc__.split("\n\n")[1:3], sep="\n\n", file=sys.stderr)
        return 2
    for name in names:
        if name in OTHER:
            done = subprocess.run([sys.executable, *OTHER[name], HERE / name], cwd=ROOT)
            if done.returncode != 0:
                return done.returncode
            continue
        work = ROOT / "build" / "baselines" / name
        done = subprocess.run(command_for(name, work, options), cwd=ROOT, stdout=subprocess.PIPE, text=True)
        sys.stdout.write(done.stdout)
        sys.stdout.flush()
        if done.returncode != 0:
            print(f"{name}: the run ended with status {done.returncode}", file=sys.stderr)
            return done.returncode
        if publish(name, work, done.stdout) != 0:
            return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
