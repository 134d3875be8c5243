"""Variants in another interpreter: the worker that is written in Python (harness/worker/plain.py).

The distribution's own python3 is one too, so that these tests run where PyPy is not installed.
"""

import re
import shutil

import pytest

INTERPRETERS = [
    "python3",
    pytest.param(
        "pypy3", marks=pytest.mark.skipif(not shutil.which("pypy3"), reason="pypy3 is not installed")
    ),
]


@pytest.fixture
def lab(labs, tmp_path):
    """Makes a copy of a lab whose variants all run in an interpreter."""

    def make(name, interpreter):
        folder = tmp_path / name
        shutil.copytree(labs / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
        text = (folder / "lab.toml").read_text()
        text = re.sub(r"^function = .*$", rf'\g<0>\ninterpreter = "{interpreter}"', text, flags=re.M)
        (folder / "lab.toml").write_text(text)
        return folder

    return make


def cells(document):
    return {(cell["variant"], cell["size"]): cell for cell in document["cells"]}


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_its_variants_are_measured_and_right(measure, lab, tmp_path, interpreter):
    done, document = measure(lab("tiny", interpreter), tmp_path / "run", "--blocks", 2, "--samples", 2)
    assert done.returncode == 0, done.stdout + done.stderr
    found = cells(document)
    for size in (4, 16):
        for variant in ("naive", "listed"):
            cell = found[variant, size]
            assert cell["status"] == "ok" and cell["residual"]["max_absolute"] == 0
            assert len(cell["samples"]) == 4
            assert all(0 < sample["real_s"] < 1 and sample["cpu_s"] > 0 for sample in cell["samples"])
            assert cell["calls_per_sample_count"] > 100
            assert 0 < cell["startup_s"] < 60 and cell["first_call_s"] > 0
    assert {variant["interpreter"] for variant in document["lab"]["variants"]} == {interpreter}


# What a variant may do wrong, and what its cell says.
FAULTS = {
    "as_list": "ok",
    "as_tuple": "ok",
    "in_place": "ok",
    "forked": "ok",
    "chatty": "ok",
    "one_element": "wrong",
    "nan": "wrong",
    "too_short": "wrong",
    "too_deep": "wrong",
    "text": "wrong",
    "nothing": "wrong",
    "lazy_list": "wrong",
    "equal_to_all": "wrong",
    "right_once": "wrong",
    "raises": "error",
    "sys_exit": "error",
    "recursion": "error",
    "takes_two": "error",
    "surrogate": "error",
    "no_function": "error",
    "no_import": "error",
    "no_syntax": "error",
    "os_exit": "crashed",
    "abort": "crashed",
    "loop_in_python": "timeout",
    "closes": "crashed",
    "forges": "error",
    "babbles": "error",
}


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_its_faults_are_those_of_any_variant(measure, lab, tmp_path, interpreter):
    done, document = measure(lab("faults", interpreter), tmp_path / "run", "--blocks", 1, "--samples", 2,
                             "--timeout", 5, "--variant", ",".join(FAULTS), timeout=300)
    statuses = {cell["variant"]: cell["status"] for cell in document["cells"]}
    assert statuses == FAULTS
    reasons = {cell["variant"]: cell["reason"] for cell in document["cells"]}
    assert "no answer within 5 s" in reasons["loop_in_python"]
    assert "4" in reasons["os_exit"] or "status" in reasons["os_exit"]
    assert done.returncode == 3


def test_an_absent_interpreter_is_a_reason_to_skip(measure, labs, tmp_path):
    folder = tmp_path / "lab"
    shutil.copytree(labs / "tiny", folder, ignore=shutil.ignore_patterns("__pycache__"))
    text = (folder / "lab.toml").read_text()
    (folder / "lab.toml").write_text(text.replace('name = "listed"', 'name = "listed"\ninterpreter = "nosuchpython"'))
    done, document = measure(folder, tmp_path / "run", "--blocks", 1, "--samples", 1)
    assert done.returncode == 0
    cell = cells(document)["listed", 4]
    assert cell["status"] == "skipped" and "nosuchpython" in cell["reason"]


def test_a_problem_that_fails_is_told(measure, lab, tmp_path):
    folder = lab("tiny", "python3")
    path = folder / "problem.py"
    path.write_text(path.read_text() + "\n\nimport os\nreal = make\n\n\ndef make(*words, **keywords):\n"
                    "    if 'make' in open(f'/proc/{os.getpid()}/cmdline').read().split(chr(0)):\n"
                    "        raise ValueError('not in this process')\n    return real(*words, **keywords)\n")
    done, document = measure(folder, tmp_path / "run", "--blocks", 1, "--samples", 1)
    assert done.returncode == 3
    cell = cells(document)["naive", 4]
    assert cell["status"] == "error" and "not in this process" in cell["reason"]


def test_both_workers_speak_the_same_language(root):
    header = (root / "harness/base/wire.h").read_text()
    body = re.search(r"enum wire_kind \{(.*?)\};", header, re.S)[1]
    names = re.findall(r"^\s*WIRE_([A-Z]+)\b", re.sub(r"/\*.*?\*/", "", body, flags=re.S), re.M)
    plain = (root / "harness/worker/plain.py").read_text()
    ours = re.search(r'KINDS = \(\s*"([A-Z ]+)"', plain)[1].split()
    assert ours == [name for name in names if name != "KIND"]
    magic = re.search(r"WIRE_MAGIC = (0x[0-9a-fA-F]+)", header)[1]
    assert int(magic, 16) == int(re.search(r"^MAGIC = (0x\w+)", plain, re.M)[1], 16)
    lost = re.search(r"WIRE_EXIT_LOST = (\d+)", header)[1]
    assert lost == re.search(r"^EXIT_LOST = (\d+)", plain, re.M)[1]
