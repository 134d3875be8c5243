"""What variants do wrong, is told as it is; the other variants' figures stand.

harness/tests/labs/faults has a variant for each fault. All are measured in one run, side by side.
"""

import pytest

# Variant: status, and what its reason must tell.
FAULTS = {
    "one_element": ("wrong", "element [3]"),
    "nan": ("wrong", "nan"),
    "infinite": ("wrong", "inf"),
    "too_short": ("wrong", "(3,)"),
    "too_long": ("wrong", "larger than the oracle's"),
    "too_deep": ("wrong", "(1, 4)"),
    "endless": ("wrong", "nested deeper"),
    "text": ("wrong", "'str'"),
    "nothing": ("wrong", "None"),
    "late": ("wrong", "'generator'"),
    "complex_numbers": ("wrong", "'complex'"),
    "lazy_list": ("wrong", "'Lazy'"),
    "convertible": ("wrong", "'Convertible'"),
    "equal_to_all": ("wrong", "'Equal'"),
    "right_once": ("wrong", "is 0, the oracle says"),
    "wrong_at_random": ("wrong", "is 0, the oracle says"),
    "remembered": ("wrong", "the oracle says"),
    "raises": ("error", "ValueError: this is what went wrong"),
    "sys_exit": ("error", "SystemExit: 0"),
    "interrupted": ("error", "KeyboardInterrupt"),
    "recursion": ("error", "RecursionError"),
    "undefined": ("error", "NameError: name 'nosuchname'"),
    "takes_two": ("error", "missing 1 required positional argument: 'more'"),
    "enormous_message": ("error", "the end of it"),
    "surrogate": ("error", "ValueError: half a letter: "),
    "unprintable": ("error", "Unprintable"),
    "raises_later": ("error", "call 31 was one too many"),
    "os_exit": ("crashed", "status 3"),
    "exit_zero": ("crashed", "exited with status 0"),
    "segfault": ("crashed", "Segmentation fault"),
    "abort": ("crashed", "Aborted"),
    "killed": ("crashed", "signal 9"),
    "loop_in_python": ("timeout", "in loop_in_python"),
    "loop_in_c": ("timeout", "--timeout"),
    "stopped": ("timeout", "in stopped"),
    "reads": ("error", "EOFError"),
    "memory": ("out_of_memory", "MemoryError"),
    "flood": ("error", "File too large"),
    "closes": ("crashed", "closed its connection"),
    "forges": ("error", "cannot be trusted"),
    "babbles": ("error", "cannot be trusted"),
    "kills_its_group": ("crashed", "signal 9"),
    "not_a_function": ("error", "has no function not_a_function()"),
    "no_function": ("error", "has no function nosuchfunction()"),
    "no_import": ("error", "No module named 'nosuchmodule_anywhere'"),
    "no_syntax": ("error", "SyntaxError"),
    "exits_early": ("crashed", "status 5"),
    "hangs_early": ("timeout", "hangs_early.py"),
}
RIGHT = ["as_list", "as_tuple", "as_array", "in_place", "beside_a_thread", "beside_a_child", "forked", "chatty"]
# Those whose reason shows where in the student's file it happened.
TRACEBACKS = {"raises": "raising.py", "undefined": "raising.py", "recursion": "raising.py",
              "segfault": "dying.py", "abort": "dying.py", "loop_in_python": "dying.py",
              "stopped": "dying.py", "memory": "dying.py", "no_syntax": "no_syntax.py",
              "no_import": "no_import.py", "hangs_early": "hangs_early.py", "surrogate": "raising.py"}


@pytest.fixture(scope="module")
def faults(sanitized):
    """Without limits on memory, a variant that takes all there is would take it from everybody."""
    return {name: told for name, told in FAULTS.items() if not (sanitized and name == "memory")}


@pytest.fixture(scope="module")
def measured(measure, labs, faults, sanitized, tmp_path_factory):
    """One run of all: (CompletedProcess, the cells by their variant's name, the document)."""
    done, document = measure(labs / "faults", tmp_path_factory.mktemp("faults") / "run",
                             "--variant", ",".join(RIGHT + list(faults)), "--blocks", 2, "--samples", 2,
                             "--timeout", 5 if sanitized else 1.5, "--memory", "128M")
    return done, {cell["variant"]: cell for cell in document["cells"]}, document


def test_every_variant_of_the_lab_is_tested_here(measured, faults):
    assert set(measured[1]) == set(RIGHT) | set(faults)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_status_and_its_reason(measured, faults, name):
    if name not in faults:
        pytest.skip("no limits on memory in this build")
    status, told = faults[name]
    cell = measured[1][name]
    assert (cell["status"], told in cell["reason"]) == (status, True), cell["reason"][-2000:]
    assert len(cell["reason"]) < 9000
    if name in TRACEBACKS:
        assert TRACEBACKS[name] in cell["reason"] and "line" in cell["reason"]


@pytest.mark.parametrize("name", FAULTS)
def test_what_failed_has_neither_time_nor_speedup(measured, faults, name):
    if name not in faults:
        pytest.skip("no limits on memory in this build")
    cell = measured[1][name]
    assert (cell["summary"], cell["speedup"], cell["residual"]) == (None, None, None)
    table = [line for line in measured[0].stdout.splitlines() if f" {name} " in line and "×" in line]
    assert not table


@pytest.mark.parametrize("name", RIGHT)
def test_the_others_figures_stand(measured, name):
    cell = measured[1][name]
    assert (cell["status"], cell["reason"]) == ("ok", None)
    assert len(cell["samples"]) == 4
    assert all(sample["residual"] == 0 for sample in cell["samples"])
    assert cell["summary"]["median_s"] > 0 and cell["speedup"]["ratio"] > 0


def test_what_was_printed_before_the_end_is_told(measured):
    assert "last words" in measured[1]["os_exit"]["reason"]


def test_rounds_go_on_with_those_that_are_left(measured):
    rounds = measured[2]["plan"]["order"]
    assert len(rounds) == 4
    assert sorted(rounds[-1]["variants"]) == sorted(RIGHT)


def test_a_failed_worker_makes_the_exit_status_3(measured):
    assert measured[0].returncode == 3
    assert "Traceback" not in measured[0].stderr


def test_a_wrong_answer_alone_makes_it_1(measure, labs, tmp_path):
    done, document = measure(labs / "faults", tmp_path / "run", "--variant", "one_element,as_tuple",
                             "--blocks", 1, "--samples", 1)
    assert done.returncode == 1
    assert [cell["status"] for cell in document["cells"]] == ["ok", "wrong", "ok"]


def test_a_failed_baseline_leaves_times_without_speedups(measure, labs, tmp_path):
    lab = tmp_path / "lab"
    lab.mkdir()
    for path in (labs / "faults").iterdir():
        text = path.read_text() if path.is_file() else ""
        (lab / path.name).write_text(text.replace('baseline = "as_list"', 'baseline = "raises"'))
    done, document = measure(lab, tmp_path / "run", "--variant", "as_tuple", "--blocks", 2, "--samples", 1)
    cells = {cell["variant"]: cell for cell in document["cells"]}
    assert done.returncode == 3
    assert cells["raises"]["status"] == "error"
    assert cells["as_tuple"]["status"] == "ok" and cells["as_tuple"]["summary"]["median_s"] > 0
    assert cells["as_tuple"]["speedup"] is None
