"""Fixtures of the end-to-end tests: the program as a person calls it, and the files it leaves.

They also run without make: `python3 -m pytest harness/tests/e2e` tests bin/fortyfold, and
FORTYFOLD=PATH tests another build.
"""

import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def root():
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def program():
    """The path of the program under test."""
    path = pathlib.Path(os.environ.get("FORTYFOLD") or ROOT / "bin" / "fortyfold")
    if not path.exists():
        pytest.fail(f"{path} is not built: run make")
    return path.resolve()


@pytest.fixture(scope="session")
def fortyfold(program):
    """Runs the program with the arguments given and returns the CompletedProcess, with text.

    Keywords: cwd (default: the repository), env (added to the environment), timeout in seconds,
    input (text for standard input).
    """

    def run(*arguments, cwd=ROOT, env=None, timeout=120, input=None):
        words = [str(program), *map(str, arguments)]
        # No terminal and no locale of the tester's in the output.
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "TERM": "dumb", **(env or {})}
        stdin = {"stdin": subprocess.DEVNULL} if input is None else {"input": input}
        return subprocess.run(words, cwd=cwd, env=environment, timeout=timeout, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, **stdin)

    return run


@pytest.fixture(scope="session")
def run_json():
    """Reads run.json of a run's folder."""

    def read(folder):
        return json.loads((pathlib.Path(folder) / "run.json").read_text(encoding="utf-8"))

    return read
