"""Every lab's exercise: `check` accepts the worked answer and not the starter.

A speed is a measurement, so little is asked of it here: the starter, which is about as fast as the
program it is compared with, is never told yes; the worked answer is never told that it is wrong, or
no. Run after `make`: /usr/bin/python3 -m pytest labs/tests
"""

import json
import os
import subprocess
import tomllib
from pathlib import Path

import pytest

LABS = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("FORTYFOLD", LABS.parent / "bin" / "fortyfold"))

if os.environ.get("SANITIZE"):
    pytest.skip("instrumented programs take too long here", allow_module_level=True)


def read_exercises():
    """{lab: its table [exercise]} of the labs that have one."""
    found = {}
    for path in sorted(LABS.glob("*/lab.toml")):
        with path.open("rb") as file:
            data = tomllib.load(file)
        if "exercise" in data:
            found[path.parent.name] = data["exercise"]
    return found


EXERCISES = read_exercises()


def check(lab, file, folder):
    """The exit status of a check of two blocks, and what it says."""
    done = subprocess.run(
        [PROGRAM, "check", LABS / lab, LABS / lab / file, "--blocks", "2", "--format", "json",
         "--output", folder],
        text=True, capture_output=True, timeout=300,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def test_there_are_exercises():
    assert {"mds", "particles"} <= set(EXERCISES)


@pytest.mark.parametrize("lab", EXERCISES)
def test_the_starter_is_not_accepted(lab, tmp_path):
    status, found = check(lab, EXERCISES[lab]["file"], tmp_path / "run")
    assert found["answer"] in ("not reached", "not resolved", "wrong")
    assert status in (1, 4)


@pytest.mark.parametrize("lab", EXERCISES)
def test_the_worked_answer_is_accepted(lab, tmp_path):
    status, found = check(lab, EXERCISES[lab]["solution"], tmp_path / "run")
    assert found["failure"] is None
    assert found["answer"] in ("reached", "not resolved")
    assert status in (0, 4)
    # It gains so much that no noise hides it: there is something to learn.
    assert found["score"]["solution"]["ratio"] > 1.5


@pytest.mark.parametrize("lab", EXERCISES)
def test_hints_are_there_and_short(lab):
    hints = EXERCISES[lab]["hints"]
    assert 2 <= len(hints) <= 12
    assert all(20 < len(hint) < 200 for hint in hints)
    assert len(set(hints)) == len(hints)


@pytest.mark.parametrize("lab", EXERCISES)
def test_the_starter_says_how_to_go_on(lab):
    text = (LABS / lab / EXERCISES[lab]["file"]).read_text()
    for command in ("check", "hint"):
        assert f"fortyfold {command} {lab}" in text or f"make {command}-{lab}" in text
