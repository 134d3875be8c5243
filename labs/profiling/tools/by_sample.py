"""Profiles by sampling, from outside: `fortyfold flame`, and perf for what is compiled."""

import shutil
import subprocess
import sys

from by_function import timed
from output import folder_of, make_folder, run, show, whole, write
from subject import ROOT, Refused

PROGRAM = ROOT / "bin" / "fortyfold"
PERF_HZ = 999
FLAME_S = 3
PERF_S = 1  # of calls: a thousand samples, enough for whole per cents


def fortyfold(*words):
    """Its own progress and messages pass through to the terminal."""
    done = subprocess.run([str(PROGRAM), *map(str, words)])
    if done.returncode != 0:
        raise Refused(f"fortyfold {words[0]} ended with status {done.returncode}; its words are above")


def calls(subject, seconds):
    """The words of a command that calls the subject again and again, for about so long."""
    once_s = timed(lambda: subject.function(*subject.make()))
    times = max(1, round(seconds / max(once_s, 1e-6)))
    preset = [subject.preset] if subject.preset else []
    call = ROOT / "labs" / "profiling" / "call.py"
    return [sys.executable, call, subject.lab, subject.variant, subject.size, times, *preset]


def look_flame(subject, folder, options):
    """A flame graph: which functions were running, and who had called them."""
    # The variant names the file: a difference of two has their names as its title.
    picture, folded = folder / f"{subject.variant}.svg", folder / f"{subject.variant}.folded"
    make_folder(folder)
    words = ["--title", subject, "-o", picture, "-o", folded]
    if options.duration:
        words += ["--duration", options.duration]
    if subject.preset:
        fortyfold("flame", *words, "--", *calls(subject, options.duration or FLAME_S))
    else:
        variant = "yours" if subject.variant == "exercise" else subject.variant
        fortyfold("flame", f"{subject.lab}/{variant}", "--size", subject.size, *words)
    return [(picture, "open it in a browser: click a box, search with Ctrl-F")]


def look_diff(subject, folder, options):
    """What became more and what less between two flame graphs."""
    stacks = []
    for variant in (options.old, options.new):
        stacks.append(folder_of(subject.lab, variant, subject.size, subject.preset) / f"{variant}.folded")
        if not stacks[-1].is_file():
            preset = f" PRESET={subject.preset}" if subject.preset else ""
            raise Refused(
                f"{show(stacks[-1])} is not there; make it with: "
                f"make flame LAB={subject.lab} VARIANT={variant} SIZE={subject.size}{preset}"
            )
    picture = folder / f"{options.old}-to-{options.new}.svg"
    fortyfold("flame", "--diff", *stacks, "-o", picture)
    return [(picture, f"{options.new} in a browser, coloured by what changed since {options.old}")]


def look_perf(subject, folder, options):
    """Which compiled functions the processor was in; perf knows nothing of Python's own functions."""
    if shutil.which("perf") is None:
        raise Refused("perf is not installed; ./setup --profiling installs it (package linux-perf)")
    data, text = folder / "perf.data", folder / "perf.txt"
    words = ["-e", "cpu-clock:u", "-F", PERF_HZ]
    try:
        run(["perf", "record", "-q", "-e", "cpu-clock:u", "-o", "/dev/null", "true"], "perf")
    except Refused as refused:
        raise Refused(
            f"this machine does not let you use perf ({refused}); "
            "an administrator may: sysctl kernel.perf_event_paranoid=2"
        ) from None
    with whole(data) as part:
        run(["perf", "record", "-q", *words, "-o", part, *calls(subject, PERF_S)], "perf record")
        table = run(["perf", "report", "--stdio", "-q", "-i", part, "-F", "overhead,dso,symbol",
                     "--percent-limit", "1"], "perf report")  # fmt: skip
    write(text, table)
    print(f"{subject}, calls of it for {PERF_S} s and the imports before them: shares of the samples\n")
    print("\n".join(line.rstrip() for line in table.strip("\n").splitlines()[:15]))
    return [(text, "this table"), (data, f"all of it: perf report -i {show(data)}")]
