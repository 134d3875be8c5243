"""Profiles by function: cProfile, and its numbers as a callgrind file."""

import cProfile
import io
import os
import pstats
import shutil
import subprocess
import time

from output import run, show, whole, write
from subject import ROOT, Refused

ROWS = 12


def timed(function, *arguments):
    begin = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - begin


def look_cprofile(subject, folder, options):
    """What each function took, by cProfile around one call; the imports before it are not in it."""
    if options.sort not in pstats.Stats.sort_arg_dict_default:
        known = sorted(pstats.Stats.sort_arg_dict_default)
        raise Refused(f"pstats cannot sort by {options.sort!r}; it can by: {', '.join(known)}")
    plain_s = timed(subject.function, *subject.make())
    profile = cProfile.Profile()
    arguments = subject.make()
    profiled_s = timed(profile.runcall, subject.function, *arguments)
    stats, text, table = folder / "cprofile.prof", folder / "cprofile.txt", io.StringIO()
    with whole(stats) as part:
        profile.dump_stats(part)
    pstats.Stats(profile, stream=table).strip_dirs().sort_stats(options.sort).print_stats(ROWS)
    head = (
        f"{subject}: one call takes {plain_s:.3f} s; under cProfile {profiled_s:.3f} s, "
        f"{profiled_s / plain_s:.1f} times as long\n"
    )
    write(text, head + table.getvalue())
    print(head + table.getvalue().rstrip())
    return [
        (text, "this table"),
        (stats, f"all of it; ask more: /usr/bin/python3 -m pstats {show(stats)}"),
    ]


def converted(stats, callgrind):
    """A callgrind file from cProfile's numbers."""
    if shutil.which("pyprof2calltree") is None:
        raise Refused("pyprof2calltree is not installed; ./setup --profiling installs it")
    with whole(callgrind) as part:
        run(["pyprof2calltree", "-i", stats, "-o", part], "pyprof2calltree")


def has_display():
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def look_callgrind(subject, folder, options):
    """cProfile's numbers with who called whom, for KCachegrind or callgrind_annotate."""
    profile = cProfile.Profile()
    profile.runcall(subject.function, *subject.make())
    callgrind, text = folder / "callgrind.out", folder / "callgrind.txt"
    with whole(folder / "cprofile.prof") as part:
        profile.dump_stats(part)
        converted(part, callgrind)
    files = [(callgrind, f"for KCachegrind: kcachegrind {show(callgrind)}")]
    if shutil.which("callgrind_annotate") is None:
        print("callgrind_annotate is not installed (./setup --profiling installs valgrind): no table")
    else:
        table = run(
            ["callgrind_annotate", "--auto=no", "--inclusive=yes", "--tree=calling", callgrind],
            "callgrind_annotate",
            cwd="/",  # elsewhere it would shorten some of the names of a file, and not others
        ).replace(f"{ROOT}/", "")
        write(text, table)
        files.append((text, "the table: of each function (*), what it called (>)"))
        # The head says what callgrind_annotate was told; the table begins at its third part.
        print("\n".join(table.split("\n" + "-" * 80)[-1].strip().splitlines()[:40]))
    if options.no_window or not has_display():
        files.append((None, "no display, or not wanted: KCachegrind was not opened"))
    elif shutil.which("kcachegrind") is None:
        files.append((None, "KCachegrind is not installed: sudo apt-get install kcachegrind"))
    else:
        subprocess.Popen(
            ["kcachegrind", str(callgrind)], start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        files.append((None, "KCachegrind opens in a window of its own"))
    return files
