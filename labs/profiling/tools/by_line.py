"""Profiles by line: line_profiler on every function that is written in the lab's folder."""

import io

from by_function import timed
from output import write
from subject import Refused


def look_lines(subject, folder, options):
    """What each line took, and how often it ran."""
    try:
        from line_profiler import LineProfiler
    except ModuleNotFoundError:
        raise Refused("line_profiler is not installed; ./setup --profiling installs it") from None
    plain_s = timed(subject.function, *subject.make())
    profiler = LineProfiler(*subject.lab_functions())
    arguments = subject.make()
    profiler.enable()
    profiled_s = timed(subject.function, *arguments)
    profiler.disable()
    table = io.StringIO()
    profiler.print_stats(table, output_unit=1e-6, stripzeros=True)
    text = folder / "lines.txt"
    head = (
        f"{subject}: one call takes {plain_s:.3f} s; under line_profiler {profiled_s:.3f} s, "
        f"{profiled_s / plain_s:.1f} times as long\n"
    )
    write(text, head + table.getvalue())
    print(head + table.getvalue().rstrip())
    return [(text, "this table; Time and Per Hit are in microseconds, % Time is of the function")]
