"""Memory: memory_profiler (the process, from outside) and tracemalloc (Python's own, from inside)."""

import importlib.util
import io
import linecache
import os
import signal
import sys
import time
import tracemalloc

from by_function import timed
from output import run, whole, write
from subject import ROOT, Refused, Subject

ROWS = 10
# mprof looks this often; a short program would be over between two looks at its usual 0.1 s.
INTERVAL_S = 0.01
# A line that grew the process by less than this is left out of the table.
SHOWN_MIB = 0.5


def large_blocks():
    """An environment in which the C library gives large blocks back at once: it usually begins so
    (the number is its own), then learns to keep them, and the process seems never to shrink."""
    return {**os.environ, "MALLOC_MMAP_THRESHOLD_": "131072"}


def need_memory_profiler():
    if importlib.util.find_spec("memory_profiler") is None or importlib.util.find_spec("mprof") is None:
        raise Refused("memory_profiler is not installed; ./setup --profiling installs it")


def grown_lines(subject, function):
    """A row for each line of the function after which the process had grown."""
    from memory_profiler import LineProfiler

    profiler = LineProfiler(backend="psutil")
    profiler.add_function(function)
    profiler.enable()
    result = subject.function(*subject.make())
    profiler.disable()
    del result
    rows = []
    for file, lines in profiler.code_map.items():
        for number, memory in lines:
            # The line with "def" has what the process had at the start.
            if memory is None or number == function.__code__.co_firstlineno or memory[0] < SHOWN_MIB:
                continue
            where = f"{file.rsplit('/', 1)[-1]}:{number}"
            text = linecache.getline(file, number).strip()
            rows.append(f"{memory[0]:+9.1f}  {memory[2]:6d}  {where:<16} {text}")
    return rows


def look_at_lines(place, lab, variant, size, preset=None):
    """The rows of one function, named by file:function. The process must be a fresh one: memory
    that an earlier call gave back to Python, but Python not to the system, would hide growth."""
    subject = Subject(lab, variant, int(size), preset)
    for function in subject.lab_functions():
        if place == place_of(function):
            for row in grown_lines(subject, function):
                print(row)


def place_of(function):
    return f"{function.__code__.co_filename}:{function.__qualname__}"


def look_memory(subject, folder, options):
    """The memory of the whole process over time, drawn, and the lines that made it grow."""
    need_memory_profiler()
    data, picture, text = folder / "mprof.dat", folder / "memory.png", folder / "memory.txt"
    call = ROOT / "labs" / "profiling" / "call.py"
    preset = [subject.preset] if subject.preset else []
    about = [subject.lab, subject.variant, subject.size]
    with whole(data) as part:
        run([sys.executable, "-m", "mprof", "run", "--interval", INTERVAL_S, "--output", part,
             call, *about, *([1, *preset] if preset else [])], "mprof run", env=large_blocks())  # fmt: skip
    files = [(data, "memory of the process, 100 times a second")]
    if importlib.util.find_spec("matplotlib") is None:
        print("matplotlib is not installed (./setup --profiling installs it): no picture")
    else:
        with whole(picture) as part:
            run([sys.executable, "-m", "mprof", "plot", "--backend", "Agg", "--title", str(subject),
                 "--output", part, data], "mprof plot")  # fmt: skip
        files.insert(0, (picture, "drawn: look at it"))
    names = {"make", options.function or subject.function.__name__}
    rows = [f"{'MiB':>9}  {'times':>6}  line"]
    # One function at a time: memory_profiler adds up wrongly where one calls another that it watches.
    for function in subject.lab_functions():
        if function.__name__ in names:
            if sys.stderr.isatty():
                print(f"looking at the lines of {function.__name__} …", file=sys.stderr)
            words = [sys.executable, __file__, place_of(function), *about, *preset]
            rows += run(words, "memory_profiler", env=large_blocks()).splitlines()
    table = f"{subject}: lines after which the process was larger by {SHOWN_MIB} MiB or more\n\n"
    table += "\n".join(rows) + "\n"
    write(text, table)
    print(table.rstrip())
    return [(text, "this table"), *files]


def look_tracemalloc(subject, folder, options):
    """What Python had allocated in the middle of the call, by line, to the byte."""
    plain_s = timed(subject.function, *subject.make())
    tracemalloc.start()
    # Its own allocations, and those of the arguments, are counted from here on.
    arguments = subject.make()
    before, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    traced_s = timed(subject.function, *arguments)
    after, peak = tracemalloc.get_traced_memory()
    # A second call is stopped in the middle, where what it works with is alive.
    snapshots = []
    arguments = subject.make()
    signal.signal(signal.SIGALRM, lambda *_: snapshots.append(tracemalloc.take_snapshot()))
    signal.setitimer(signal.ITIMER_REAL, max(traced_s / 2, 1e-3))
    kept = subject.function(*arguments)
    signal.setitimer(signal.ITIMER_REAL, 0)
    snapshot = snapshots[0] if snapshots else tracemalloc.take_snapshot()
    when = "in the middle of the call" if snapshots else "after the call, which was over too soon"
    del kept
    tracemalloc.stop()
    snapshot = snapshot.filter_traces([tracemalloc.Filter(False, tracemalloc.__file__)])
    out = io.StringIO()
    print(f"{subject}: one call takes {plain_s:.3f} s; under tracemalloc {traced_s:.3f} s, "
          f"{traced_s / plain_s:.1f} times as long", file=out)  # fmt: skip
    print(f"arguments {before / 2**20:.2f} MiB; the call's peak {(peak - before) / 2**20:.2f} MiB "
          f"above them, {(after - before) / 2**20:.2f} MiB left when it was over", file=out)  # fmt: skip
    print(f"\nallocated {when}:\n\n{'KiB':>9}  {'blocks':>7}  line", file=out)
    for row in snapshot.statistics("lineno")[:ROWS]:
        frame = row.traceback[0]
        where = f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
        line = (row.traceback.format() + [""])[1].strip()
        print(f"{row.size / 1024:9.1f}  {row.count:7d}  {where:<22} {line}", file=out)
    text = folder / "tracemalloc.txt"
    write(text, out.getvalue())
    print(out.getvalue().rstrip())
    return [(text, "this table")]


if __name__ == "__main__":
    look_at_lines(*sys.argv[1:])
