"""What the harness itself costs, and whether anything is lost when it is killed.

Part of `make bench-trust`. Prints each figure with its goal and writes results/cost.json; exit
status 1 when a goal is missed. Usage: bench_cost.py PROGRAM, the built harness/tests/bench_cost.c
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAB = ROOT / "harness/tests/trust"
FORTYFOLD = os.environ.get("FORTYFOLD", str(ROOT / "bin/fortyfold"))
KILLS = 20
ROUNDS = 10_000
SAMPLES = 100_000


def command(folder, blocks, samples):
    return [FORTYFOLD, "run", str(LAB), "--variant", "c-tenth-more", "--no-pictures"] + [
        "--blocks", str(blocks), "--samples", str(samples), "--output", folder, "--seed", "1",
        "--budget", "3600",
    ]  # fmt: skip


def rounds_in(log):
    """Return the (block, size, round) of every whole line of a log that is a round."""
    lines = log.read_bytes().split(b"\n")[:-1] if log.exists() else []
    events = (json.loads(line) for line in lines)
    return [(e["block"], e["size"], e["round"]) for e in events if e.get("event") == "round"]


def killed_and_resumed():
    """Measure ROUNDS rounds, killed KILLS times; return what was lost, doubled, torn."""
    lost = doubled = torn = kills = 0
    randomness = random.Random(40)
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        log = run / "log.jsonl"
        words = command(str(run), ROUNDS // 1000, 1000)
        done = []
        while True:
            process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            try:
                if kills < KILLS:
                    process.wait(timeout=randomness.uniform(0.5, 4.5))
                else:
                    process.wait()
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
            before, done = set(done), rounds_in(log)
            lost += len(before - set(done))
            doubled += len(done) - len(set(done))
            for path in run.glob("run.json*"):
                try:
                    json.loads(path.read_text())
                except ValueError:
                    torn += path.name == "run.json"
            if process.returncode == 0:
                break
            if process.returncode > 0:
                sys.exit(process.stderr.read().decode())
            words = [FORTYFOLD, "run", "--resume", str(run), "--no-pictures"]
        record = json.loads((run / "run.json").read_text())
        samples = record["cells"][0]["samples"]
        return {
            "kills_count": kills,
            "rounds_count": len(set(done)),
            "samples_count": len({(s["block"], s["round"]) for s in samples}),
            "lost_count": lost,
            "doubled_count": doubled + len(samples) - len(done),
            "torn_count": torn,
        }


def many_samples(folder):
    """Write a run of SAMPLES samples by repeating those of a short one; return its folder."""
    short, long = Path(folder) / "short", Path(folder) / "long"
    subprocess.run(command(str(short), 2, 100), check=True, capture_output=True)
    record = json.loads((short / "run.json").read_text())
    cell = record["cells"][0]
    samples = [s for s in cell["samples"] if s["block"] == 0]
    cell["samples"] = [
        samples[i % len(samples)] | {"block": i // 1000, "round": i % 1000}
        for i in range(SAMPLES)
    ]
    record["plan"] |= {"blocks_count": SAMPLES // 1000, "samples_count": 1000}
    record["blocks_done_count"] = SAMPLES // 1000
    long.mkdir()
    (long / "run.json").write_text(json.dumps(record))
    return long


def measured_peak(words):
    """Run a command; return (seconds, peak resident bytes of that process)."""
    begin = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        try:
            status = Path(f"/proc/{process.pid}/status").read_text()
            peak = max(peak, int(status.split("VmHWM:")[1].split()[0]) * 1024)
        except (OSError, IndexError):
            pass
        time.sleep(0.002)
    return time.perf_counter() - begin, peak


def parent_memory(folder):
    """Return the harness's peak memory after it replayed a log of SAMPLES samples."""
    short, long = Path(folder) / "log-short", Path(folder) / "log-long"
    subprocess.run(command(str(short), 1, 100), check=True, capture_output=True)
    header, *events = (short / "log.jsonl").read_text().splitlines()
    head = json.loads(header)
    head["plan"] |= {"blocks_count": SAMPLES // 1000, "samples_count": 1000}
    rounds = [json.loads(e) for e in events if '"event":"round"' in e]
    others = [e for e in events if '"event":"worker"' in e or '"event":"peak"' in e]
    long.mkdir()
    with open(long / "log.jsonl", "w") as log:
        print(json.dumps(head), *others, sep="\n", file=log)
        for i in range(SAMPLES):
            event = rounds[i % len(rounds)] | {"block": i // 1000, "round": i % 1000}
            for sample in event["samples"].values():
                sample |= {"block": i // 1000, "round": i % 1000}
            print(json.dumps(event), file=log)
            if i % 1000 == 999:
                done = {"event": "block", "at_s": event["at_s"], "block": i // 1000}
                print(json.dumps(done), file=log)
    words = [FORTYFOLD, "run", "--resume", str(long), "--no-pictures", "--format", "csv"]
    return measured_peak(words)


def main():
    misses = 0

    def check(text, good):
        nonlocal misses
        misses += not good
        print(f"  {text:<90}  {'met' if good else 'MISSED'}", flush=True)

    out = subprocess.run([sys.argv[1], str(LAB)], check=True, capture_output=True, text=True)
    cost = json.loads(out.stdout)
    # The machine's counters are read once in a tick of 10 ms: once for two samples of 5 ms.
    cost["with_counters_s"] = with_counters_s = cost["command_s"] + cost["reading_s"] / 2
    check(f"a command and its bookkeeping: {cost['command_s'] * 1e6:.1f} µs, with half a reading "
          f"of the counters {with_counters_s * 1e6:.1f} µs (below 20)", with_counters_s < 20e-6)
    check(f"an empty C function: {cost['call_s'] * 1e9:.2f} ns a call (below 5)",
          cost["call_s"] < 5e-9)
    with tempfile.TemporaryDirectory() as folder:
        seconds, peak = parent_memory(folder)
        cost["parent_peak_bytes"] = peak
        check(f"memory of the harness with {SAMPLES:,} samples: {peak / 2**20:.1f} MiB (below 20)",
              0 < peak < 20e6)
        seconds, _ = measured_peak([FORTYFOLD, "report", str(many_samples(folder))])
        cost["report_s"] = seconds
        check(f"a report from {SAMPLES:,} samples: {seconds:.1f} s (below 5)", seconds < 5)
    cost["kills"] = kills = killed_and_resumed()
    check(
        f"{kills['rounds_count']:,} rounds, killed {kills['kills_count']} times: "
        f"{kills['lost_count']} lost, {kills['doubled_count']} twice, {kills['torn_count']} torn",
        kills["rounds_count"] == kills["samples_count"] == ROUNDS
        and not kills["lost_count"] + kills["doubled_count"] + kills["torn_count"],
    )
    path = ROOT / "results/cost.json"
    path.write_text(json.dumps(cost, indent=1) + "\n")
    print(f"  figures: {path.relative_to(ROOT)}")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
