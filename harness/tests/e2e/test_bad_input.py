"""What cannot be done is said at once, in one clear line, with exit status 2 and no traceback."""

import os
import pathlib

import pytest

TINY = "harness/tests/labs/tiny"


def one_line(done, *says):
    """The complaint is one line; for wrong usage argp adds where help is, folded as it likes."""
    assert done.returncode == 2, (done.returncode, done.stderr)
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    hint = " ".join(lines[1:])
    assert hint == "" or (hint.startswith("Try `fortyfold ") and hint.endswith("more information.")), done.stderr
    assert lines[0].startswith("fortyfold"), lines[0]
    for word in says:
        assert word in lines[0], lines[0]


@pytest.mark.parametrize("words, says", [
    (["nosuch"], ["nosuch", "--help"]),
    (["--nosuch"], ["--nosuch", "--help"]),
    (["run"], ["name a lab", "fortyfold list"]),
    (["run", "nosuch"], ["nosuch", "mds", "particles"]),
    (["run", "/nosuch/lab"], ["/nosuch/lab"]),
    (["run", "reference"], ["reference"]),
    (["run", "mds", "nosuch"], ["nosuch"]),
    (["run", TINY, "--variant", "numba"], ["numba", "naive, listed, limited, lacking"]),
    (["run", TINY, "--variant", ","], ["--variant"]),
    (["run", TINY, "--preset", "huge"], ["huge", "quick, half"]),
    (["run", TINY, "--size", "0"], ["--size", '"0"']),
    (["run", TINY, "--size=-1"], ["--size", '"-1"']),
    (["run", TINY, "--size", "abc"], ["--size", '"abc"']),
    (["run", TINY, "--size", "4,x"], ["--size", '"x"']),
    (["run", TINY, "--size", ""], ["--size"]),
    (["run", TINY, "--size", "1e3"], ["--size", '"1e3"']),
    (["run", TINY, "--seed", "x"], ["--seed", '"x"']),
    (["run", TINY, "--seed=-1"], ["--seed", '"-1"']),
    (["run", TINY, "--blocks", "0"], ["--blocks", '"0"']),
    (["run", TINY, "--blocks", "many"], ["--blocks", '"many"']),
    (["run", TINY, "--samples", "0"], ["--samples", '"0"']),
    (["run", TINY, "--timeout", "0"], ["--timeout", '"0"']),
    (["run", TINY, "--timeout", "soon"], ["--timeout", '"soon"']),
    (["run", TINY, "--budget=-3"], ["--budget", '"-3"']),
    (["run", TINY, "--memory", "lots"], ["lots"]),
    (["run", TINY, "--format", "xml"], ["--format", '"xml"', "json"]),
    (["run", TINY, "--nosuch"], ["--nosuch"]),
    (["run", TINY, "--blocks"], ["--blocks", "argument"]),
    (["run", TINY, "--resume", "/tmp"], ["--resume"]),
    (["run", "--resume", "/nosuch/run"], ["/nosuch/run"]),
    (["run", TINY, "mds", "--output", "/tmp/nosuch"], ["--output"]),
    (["list", "--nosuch"], ["--nosuch"]),
    (["report", "/nosuch/run"], ["/nosuch/run"]),
    (["report"], []),
    (["claims", "nosuchclaim"], ["nosuchclaim"]),
], ids=" ".join)
def test_it_is_said_in_one_line(fortyfold, words, says):
    one_line(fortyfold(*words, timeout=20), *says)


def test_an_output_folder_that_cannot_be_made(fortyfold, tmp_path):
    (tmp_path / "file").write_text("")
    one_line(fortyfold("run", TINY, "--output", tmp_path / "file" / "run"), str(tmp_path / "file"))
    one_line(fortyfold("run", TINY, "--output", "/proc/nosuch/run"), "/proc/nosuch")
    one_line(fortyfold("run", TINY, "--output", ""), "folder")


def test_an_output_folder_that_cannot_be_written(fortyfold, tmp_path):
    if os.geteuid() == 0:
        one_line(fortyfold("run", TINY, "--output", "/proc/self"), "/proc/self")
        return
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    one_line(fortyfold("run", TINY, "--output", folder), str(folder))


def test_a_folder_with_a_run_in_it_is_left_alone(measure, fortyfold, tmp_path):
    done, document = measure(TINY, tmp_path / "run", "--blocks", 1, "--samples", 1)
    assert done.returncode == 0
    one_line(fortyfold("run", TINY, "--output", tmp_path / "run"), "already holds a run", "--resume")
    # A run that came without its log, as the committed ones do.
    (tmp_path / "run" / "log.jsonl").unlink()
    before = (tmp_path / "run" / "run.json").read_bytes()
    one_line(fortyfold("run", TINY, "--output", tmp_path / "run"), "already holds a run")
    assert (tmp_path / "run" / "run.json").read_bytes() == before


def test_nothing_is_written_before_the_input_is_known_to_be_good(fortyfold, tmp_path):
    one_line(fortyfold("run", TINY, "--variant", "nosuch", "--output", tmp_path / "run"))
    one_line(fortyfold("run", "nosuch", "--output", tmp_path / "run"))
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_damaged_is_not_resumed(measure, fortyfold, tmp_path):
    measure(TINY, tmp_path / "run", "--blocks", 1, "--samples", 2)
    log = tmp_path / "run" / "log.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join(lines[:2]) + "{broken\n" + "".join(lines[3:]))
    one_line(fortyfold("run", "--resume", tmp_path / "run"), "log.jsonl, line 3")
    log.write_text("".join(['{"schema": "fortyfold/9"}\n'] + lines[1:]))
    one_line(fortyfold("run", "--resume", tmp_path / "run"), "line 1", "fortyfold/9")


def test_a_run_whose_lab_has_changed_is_not_resumed(measure, fortyfold, labs, tmp_path):
    lab = tmp_path / "lab"
    lab.mkdir()
    for path in pathlib.Path(labs / "tiny").glob("*.*"):
        (lab / path.name).write_text(path.read_text())
    measure(lab, tmp_path / "run", "--blocks", 1, "--samples", 1)
    text = (lab / "lab.toml").read_text()
    (lab / "lab.toml").write_text(text.replace('name = "listed"', 'name = "relisted"'))
    one_line(fortyfold("run", "--resume", tmp_path / "run"), "changed")
    (lab / "lab.toml").unlink()
    one_line(fortyfold("run", "--resume", tmp_path / "run"), str(lab))


def test_a_report_of_what_is_no_run(fortyfold, tmp_path):
    one_line(fortyfold("report", tmp_path), str(tmp_path))
    (tmp_path / "run.json").write_text('{"schema": "fortyfold/1", "cells": [')
    one_line(fortyfold("report", tmp_path), "run.json")
