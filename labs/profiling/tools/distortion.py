"""The same program by its own clock, by cProfile and by sampling. `make profile-distortion` calls it.

    distortion.py [--rounds 5] [--seconds 2] [--output results/profiling]

Each round runs labs/profiling/busy.py once in each way, in an order drawn by lot. Shares are medians
over the rounds. Writes distortion.json and table.txt; where sampling is not possible its column stays
empty, with the reason. Exit status: 0 done; 2 it could not be done.
"""

import argparse
import json
import os
import platform
import pstats
import random
import re
import statistics
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path

from output import RESULTS, make_folder, run, show, write
from subject import ROOT, Refused

PROGRAM = ROOT / "bin" / "fortyfold"
BUSY = ROOT / "labs" / "profiling" / "busy.py"
PARTS = ["arithmetic", "tree", "objects", "words"]
RATE_HZ = 1000
WAYS = {"clock": "own clock", "cprofile": "cProfile", "sampled": "sampled"}


def lap_ms(printed):
    return float(re.search(r"one lap +([\d.]+) ms", printed)[1])


def by_clock(seconds, folder):
    """(shares in PARTS' order, milliseconds of a lap), as the program says itself."""
    printed = run([sys.executable, BUSY, seconds], "busy.py")
    return [float(re.search(rf"{part} +([\d.]+)%", printed)[1]) / 100 for part in PARTS], lap_ms(printed)


def by_cprofile(seconds, folder):
    """The shares of cumulative time that cProfile gives to the parts."""
    file = folder / "busy.prof"
    printed = run([sys.executable, "-m", "cProfile", "-o", file, BUSY, seconds], "cProfile")
    stats = pstats.Stats(str(file)).stats
    cumulative = {name: row[3] for (path, _, name), row in stats.items() if path == str(BUSY)}
    return shares_of(cumulative), lap_ms(printed)


def by_sampling(seconds, folder):
    """The shares of samples in which a part was running, or something that it called."""
    file = folder / "busy.folded"
    words = [PROGRAM, "flame", "--rate", RATE_HZ, "-o", file, "--", sys.executable, BUSY, seconds]
    printed = run(words, "fortyfold flame")
    counts = dict.fromkeys(PARTS, 0)
    for line in file.read_text(encoding="utf-8").splitlines():
        stack, _, count = line.rpartition(" ")
        for part in PARTS:
            if re.search(rf"busy\.py:{part}\b", stack):
                counts[part] += int(count)
                break
    if sum(counts.values()) == 0:
        raise Refused("fortyfold flame saw none of the parts of busy.py")
    return shares_of(counts), lap_ms(printed)


def shares_of(amounts):
    total = sum(amounts[part] for part in PARTS)
    return [amounts[part] / total for part in PARTS]


def measure(rounds, seconds, order):
    """{way: {"shares": [[of each part] of each round], "lap_ms": [of each round]}}, {way: why not}."""
    looks = {"clock": by_clock, "cprofile": by_cprofile, "sampled": by_sampling}
    found = {way: {"shares": [], "lap_ms": []} for way in looks}
    refused = {}
    done = 0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            for way in order.sample(sorted(looks), len(looks)):
                if sys.stderr.isatty():
                    left_s = seconds * (rounds * len(looks) - done)
                    print(f"\r{WAYS[way]}, about {left_s:.0f} s left \033[K", end="", file=sys.stderr)
                done += 1
                if way in refused:
                    continue
                try:
                    shares, lap = looks[way](seconds, Path(folder))
                except Refused as why:
                    if way != "sampled":
                        raise
                    refused[way] = str(why)
                    continue
                found[way]["shares"].append(shares)
                found[way]["lap_ms"].append(lap)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return found, refused


def summary(found, refused):
    """{way: {part: median share, …, "slowdown": median lap / the clock's, "worst_points": …}}."""
    result = {}
    clock_lap = statistics.median(found["clock"]["lap_ms"])
    for way, figures in found.items():
        if way in refused:
            continue
        shares = {
            part: statistics.median(row[column] for row in figures["shares"])
            for column, part in enumerate(PARTS)
        }
        result[way] = {"shares": shares, "slowdown": statistics.median(figures["lap_ms"]) / clock_lap}
    for way, figures in result.items():
        truth = result["clock"]["shares"]
        figures["worst_points"] = 100 * max(abs(figures["shares"][part] - truth[part]) for part in PARTS)
    return result


def table(record):
    """What is printed and committed."""
    ways = [way for way in WAYS if way in record["summary"]]
    head = f"{'':<24}" + "".join(f"{WAYS[way]:>12}" for way in ways)
    lines = [
        f"busy.py · {record['processor']} · Python {record['python']} · {record['measured'][:10]}",
        "",
        head,
        "─" * len(head),
    ]
    for part in PARTS:
        cells = (f"{record['summary'][way]['shares'][part]:>12.1%}" for way in ways)
        lines.append(f"{part:<24}" + "".join(cells))
    worst = (f"{record['summary'][way]['worst_points']:>12.1f}" for way in ways)
    lines.append(f"{'furthest off, in points':<24}" + "".join(worst).replace(f"{0:>12.1f}", f"{'':>12}", 1))
    slow = (f"{record['summary'][way]['slowdown']:>11.2f}×" for way in ways)
    lines.append(f"{'time it takes':<24}" + "".join(slow))
    lines += [
        "",
        f"medians of {record['rounds']} rounds of {record['seconds']:g} s; sampled {RATE_HZ:,} times a second",
    ]
    lines += [f"not {WAYS[way]}: {why}" for way, why in record["refused"].items()]
    return "\n".join(lines) + "\n"


def processor():
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    name = re.search(r"^model name\s*: (.*)$", text, flags=re.MULTILINE)
    return name[1].strip() if name else platform.machine()


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each run")
    parser.add_argument("--output", type=Path, default=RESULTS, help="the folder to write to")
    options = parser.parse_args(words)
    if options.rounds < 1 or not 0 < options.seconds < 1000:
        parser.error("--rounds must be at least 1, and --seconds above 0")
    seed = random.SystemRandom().getrandbits(32)
    folder = options.output.resolve()
    try:
        make_folder(folder)
        found, refused = measure(options.rounds, options.seconds, random.Random(seed))
        record = {
            "measured": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "command": "make profile-distortion",
            "python": platform.python_version(),
            "processor": processor(),
            "processors": os.cpu_count(),
            "rounds": options.rounds,
            "seconds": options.seconds,
            "rate_hz": RATE_HZ,
            "seed": seed,
            "summary": summary(found, refused),
            "refused": refused,
            "measurements": found,
        }
        write(folder / "table.txt", table(record))
        write(folder / "distortion.json", json.dumps(record, indent=1) + "\n")
    except Refused as refused:
        print(f"profile-distortion: {refused}", file=sys.stderr)
        return 2
    print(table(record))
    print(f"  {show(folder / 'distortion.json')}\n      the figures of every round")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
