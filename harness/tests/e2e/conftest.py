"""Fixtures of the end-to-end tests: the program as a person calls it, and the files it leaves.

They also run without make: `python3 -m pytest harness/tests/e2e` tests bin/fortyfold, and
FORTYFOLD=PATH tests another build.
"""

import ctypes
import json
import os
import pathlib
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
PR_SET_CHILD_SUBREAPER = 36
SANITIZED = bool(os.environ.get("SANITIZE"))


@pytest.fixture(scope="session")
def root():
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def labs():
    """The folder with the labs of the tests."""
    return ROOT / "harness" / "tests" / "labs"


@pytest.fixture(scope="session")
def sanitized():
    """Whether the build under test is instrumented: slower, and without limits on memory."""
    return SANITIZED


@pytest.fixture(scope="session")
def program():
    """The path of the program under test."""
    path = pathlib.Path(os.environ.get("FORTYFOLD") or ROOT / "bin" / "fortyfold")
    if not path.exists():
        pytest.fail(f"{path} is not built: run make")
    return path.resolve()


@pytest.fixture(scope="session")
def environment():
    """The tester's environment, without terminal and locale."""

    def make(added=None):
        return {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "dumb", **(added or {})}

    return make


@pytest.fixture(scope="session")
def fortyfold(program, environment):
    """Runs the program with the arguments given and returns the CompletedProcess, with text.

    Keywords: cwd (default: the repository), env (added to the environment), timeout in seconds,
    input (text for standard input).
    """

    def run(*arguments, cwd=ROOT, env=None, timeout=120, input=None):
        words = [str(program), *map(str, arguments)]
        stdin = {"stdin": subprocess.DEVNULL} if input is None else {"input": input}
        return subprocess.run(words, cwd=cwd, env=environment(env), timeout=timeout, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, **stdin)

    return run


# No pictures and no report: nearly half of the time of a short run, and tested elsewhere.
PLAIN = {"PATH": "/dev/null"}


@pytest.fixture(scope="session")
def plain():
    """What to add to the environment for a run without pictures."""
    return PLAIN


@pytest.fixture(scope="session")
def measure(fortyfold, run_json):
    """Measures a lab into a folder, without pictures; returns the CompletedProcess and run.json."""

    def run(lab, folder, *options, **keywords):
        keywords.setdefault("env", PLAIN)
        done = fortyfold("run", lab, "--output", folder, *options, **keywords)
        return done, run_json(folder) if (pathlib.Path(folder) / "run.json").exists() else None

    return run


@pytest.fixture(scope="session")
def run_json():
    """Reads run.json of a run's folder."""

    def read(folder):
        return json.loads((pathlib.Path(folder) / "run.json").read_text(encoding="utf-8"))

    return read


def children():
    """The processes that are ours, dead ones that nobody waited for included."""
    return [int(pid) for pid in
            pathlib.Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


@pytest.fixture(scope="session", autouse=True)
def adopt_orphans():
    """What the program leaves behind becomes a child of the tests, which can then see it."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


@pytest.fixture(autouse=True)
def nothing_left_behind(adopt_orphans):
    """After every test: no process is left, and no zombie that the program should have reaped.

    A harness that was killed cannot wait for its workers; the kernel ends them, and the test
    reaps them here, which takes a moment.
    """
    yield
    deadline = time.monotonic() + 3
    while left := children():
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if time.monotonic() > deadline:
            commands = [pathlib.Path(f"/proc/{pid}/cmdline").read_bytes() for pid in left]
            for pid in left:
                os.kill(pid, 9)
                os.waitpid(pid, 0)
            pytest.fail(f"processes are left: {commands}")
        time.sleep(0.01)
