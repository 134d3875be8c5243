"""fortyfold timeit: the options and lines of `python3 -m timeit`, and an interval."""

import os
import re
import subprocess
import sys

import pytest

NUMBER = r"[0-9.]+(e[+-][0-9]+)?"
UNIT = r"(nsec|usec|msec|sec)"
BEST = re.compile(rf"^(\d+) loops?, best of (\d+): ({NUMBER}) {UNIT} per loop$", re.M)
MEDIAN = re.compile(rf"^median over (\d+) fresh processes: {NUMBER} {UNIT} per loop, "
                    rf"95 % interval {NUMBER} {UNIT} to {NUMBER} {UNIT}$")

QUICK = ["-n", "10", "-r", "2"]


def test_two_lines(fortyfold):
    done = fortyfold("timeit", "--blocks", "3", "sum(range(100))")
    assert done.returncode == 0
    best, median = done.stdout.splitlines()
    assert BEST.match(best)[2] == "5"
    assert re.fullmatch(r"[125]0*", BEST.match(best)[1])
    assert MEDIAN.match(median)[1] == "3"


def without_numbers(text):
    return re.sub(rf"{NUMBER} ({UNIT}|secs)", "T", re.sub(r"^.*unreliable.*\n", "", text))


@pytest.mark.parametrize("arguments", [
    QUICK + ["pass"],
    QUICK,
    QUICK + ["-v", "pass"],
    QUICK + ["-vv", "-u", "msec", "pass"],
    ["-n1", "-r1", "--", "-1"],
    ["--number=3", "--repeat=-4", "--setup=x = 1", "--process", "--unit", "nsec", "x"],
    QUICK + ["-s", "def f():", "-s", "    return 1", "for i in range(3):", "    f()"],
    QUICK + ["-t", "-c", ""],
    QUICK + ["time.time(); gc.isenabled(); itertools, sys"],  # timeit's own names
    QUICK + ["-s", "import gc; gc.enable()", "assert gc.isenabled()"],
    QUICK + ["print('noise' * 100)"],
])
def test_the_same_lines_as_python(fortyfold, arguments):
    ours = fortyfold("timeit", "--blocks", "1", *arguments)
    theirs = subprocess.run([sys.executable, "-m", "timeit", *arguments], text=True,
                            capture_output=True, timeout=60)
    assert ours.returncode == theirs.returncode == 0
    shown = "".join(line for line in theirs.stdout.splitlines(True) if "noise" not in line)
    assert without_numbers(ours.stdout) == without_numbers(shown)


def test_verbose_shows_the_way_to_the_number(fortyfold):
    done = fortyfold("timeit", "--blocks", "1", "-v", "import time; time.sleep(0.01)")
    steps = re.findall(rf"^(\d+) loops? -> {NUMBER} secs$", done.stdout, re.M)
    assert [step[0] for step in steps] == ["1", "2", "5", "10", "20"][: len(steps)]
    assert len(steps) >= 4
    assert "\n\nraw times: " in done.stdout


def test_units(fortyfold):
    for unit in ("nsec", "usec", "msec", "sec"):
        done = fortyfold("timeit", "--blocks", "1", *QUICK, "-u", unit, "pass")
        assert BEST.search(done.stdout)[5] == unit


def test_files_of_the_current_folder_can_be_imported(fortyfold, tmp_path):
    (tmp_path / "mine.py").write_text("VALUE = 42\n")
    done = fortyfold("timeit", "--blocks", "2", *QUICK, "-s", "import mine", "assert mine.VALUE == 42",
                     cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_an_exception_is_the_statements_own_traceback(fortyfold):
    done = fortyfold("timeit", "-s", "def f():", "-s", "    return 1 / 0", "f()")
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-1] == "ZeroDivisionError: division by zero"
    assert '  File "<timeit-src>", line 7, in inner' in lines
    assert "    return 1 / 0" in lines


@pytest.mark.parametrize("statement, error", [
    ("1 +", "SyntaxError"),
    ("return 1", "SyntaxError: 'return' outside function"),
    ("import no_such_module_at_all", "ModuleNotFoundError"),
    ("raise SystemExit(5)", "SystemExit: 5"),
])
def test_statements_that_fail(fortyfold, statement, error):
    done = fortyfold("timeit", statement)
    assert done.returncode == 1
    assert error in done.stderr.splitlines()[-1]


def test_a_crash_and_a_hang(fortyfold):
    done = fortyfold("timeit", "import os; os.abort()")
    assert done.returncode == 3
    assert "signal 6" in done.stderr
    done = fortyfold("timeit", "--timeout", "0.5", "while True: pass")
    assert done.returncode == 3
    assert "--timeout" in done.stderr


def test_endless_printing_does_not_add_up(fortyfold):
    done = fortyfold("timeit", "--blocks", "1", "-n", "100", "-r", "40", "print('x' * 100000)")
    assert done.returncode == 0, done.stderr  # 400 MB in all, more than the harness lets stand


@pytest.mark.parametrize("arguments, words", [
    (["-n", "x"], "-n takes a whole number"),
    (["-n", "-1"], "-n takes a number of loops above 0"),
    (["-r", "1.5"], "-r takes a whole number"),
    (["-u", "hours"], "-u is nsec, usec, msec or sec"),
    (["--blocks", "0"], "--blocks takes 1 to"),
    (["--timeout", "x"], "--timeout takes"),
    (["--no-such-option"], "no-such-option"),
])
def test_bad_usage(fortyfold, arguments, words):
    done = fortyfold("timeit", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_help_teaches(fortyfold):
    for option in ("-h", "--help"):
        done = fortyfold("timeit", option)
        assert done.returncode == 0
        for words in ("--setup", "fresh processes", "Exit status", "best of 5"):
            assert words in done.stdout


def test_it_is_the_distributions_python(fortyfold):
    python = os.environ.get("PYTHON", "/usr/bin/python3")
    version = subprocess.run([python, "-c", "import sys; print(sys.version)"], text=True,
                             capture_output=True).stdout.strip()
    done = fortyfold("timeit", "--blocks", "1", *QUICK, "-s", "import sys",
                     f"assert sys.version == {version!r}")
    assert done.returncode == 0, done.stderr
