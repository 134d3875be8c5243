"""A lab that cannot be used: the message names the file, the place in it, and what is wanted."""

import re

import pytest

from test_bad_input import one_line


@pytest.fixture
def lab(labs, tmp_path):
    """A copy of the tiny lab, to be spoilt."""
    folder = tmp_path / "lab"
    folder.mkdir()
    for path in (labs / "tiny").glob("*.*"):
        (folder / path.name).write_text(path.read_text())
    return folder


@pytest.fixture
def run(fortyfold, plain, lab, tmp_path):
    """Runs the lab after a change of a file: what is replaced must be there."""

    def make(old=None, new="", file="lab.toml"):
        if old is not None:
            text = (lab / file).read_text()
            assert old in text
            (lab / file).write_text(text.replace(old, new, 1))
        return fortyfold("run", lab, "--blocks", 1, "--samples", 1, "--output", tmp_path / "run", env=plain)

    return make


def test_the_copy_itself_is_good(run):
    assert run().returncode == 0


NAIVE = '[[variant]]\nname = "naive"'


@pytest.mark.parametrize("old, new, says", [
    ('title = "Doubling"\n', "", ["title", "missing"]),
    ('baseline = "naive"\n', "", ["baseline", "missing"]),
    ('oracle = "file:reference.py"\n', "", ["problem.oracle", "missing"]),
    ("absolute = 1e-12\n", "", ["problem.absolute", "missing"]),
    ("sizes = [4, 16]\n", "", ["presets.quick.sizes", "missing"]),
    (NAIVE, "[[variant]]", ["variant[0].name", "missing"]),
    ('function = "scale"', "", ["variant[0].function", "missing"]),
    ("minutes = 1", 'minutes = "1"', ["minutes", "a number, not a string"]),
    ('title = "Doubling"', "title = 3", ["title", "a string, not a whole number"]),
    ('baseline = "naive"', "baseline = 1", ["baseline", "a string"]),
    ("max_size = 10", 'max_size = "10"', ["variant[2].max_size", "whole number"]),
    ('requires = ["no_such_module_or_program"]', 'requires = "numpy"', ["variant[3].requires", "an array"]),
    ("parameters = { factor = 2.0 }", "parameters = 2.0", ["problem.parameters", "a table"]),
    ("[presets.quick]", "[presets.quick.more]", ["presets.quick"]),
    ('label = "a loop"', 'lable = "a loop"', ["variant[0].lable", "no such key"]),
    ('tier = "optional"', 'tier = "optional"\ncolour = 1', ["colour", "no such key"]),
    ('oracle = "file', 'tolerance = 1\noracle = "file', ["problem.tolerance", "no such key"]),
    ("sizes = [4, 16]", "sizes = [0, 16]", ["presets.quick.sizes", "above 0, not 0"]),
    ("sizes = [4, 16]", "sizes = [4, -16]", ["presets.quick.sizes", "above 0, not -16"]),
    ("sizes = [4, 16]", "sizes = []", ["presets.quick.sizes", "at least one"]),
    ("sizes = [4, 16]", "sizes = [4.5]", ["presets.quick.sizes", "whole number"]),
    ("max_size = 10", "max_size = 0", ["variant[2].max_size", "above 0"]),
    ("absolute = 1e-12", "absolute = -1", ["problem.absolute", "-1"]),
    ("absolute = 1e-12", "absolute = nan", ["lab.toml"]),
    ('name = "listed"', 'name = "naive"', ["variant[1].name", '"naive"']),
    ('name = "listed"', 'name = "my variant"', ["variant[1].name", '"my variant"']),
    ('name = "listed"', 'name = ""', ["variant[1].name", "empty"]),
    ('file = "naive.py"', 'file = "nosuch.py"', ["variant[0].file", "nosuch.py"]),
    ('file = "problem.py"', 'file = "nosuch.py"', ["problem.file", "nosuch.py"]),
    ('baseline = "naive"', 'baseline = "fast"', ["baseline", '"fast"']),
    ('label = "a loop"', 'after = "fast"', ["variant[0].after", '"fast"']),
    ('label = "a loop"', 'after = "naive"', ["variant[0].after", "back to itself"]),
    ("sizes = [8]", 'sizes = [8]\nvariants = ["fast"]', ["presets.half.variants", '"fast"']),
    ("sizes = [8]", 'sizes = [8]\nvariants = "listed"', ["presets.half.variants", "an array"]),
    ('tier = "optional"', 'tier = "hard"', ["tier", '"hard"', "hands-on"]),
    ("file:reference.py", "file:nosuch.py", ["problem.oracle", "nosuch.py"]),
    ("file:reference.py", "variant:nosuch", ["problem.oracle", "nosuch"]),
    ("file:reference.py", "reference:nosuch", ["problem.oracle", "nosuch"]),
    ("file:reference.py", "reference.py", ["problem.oracle", "file:FILE.py"]),
    ("[presets.quick]\nsizes = [4, 16]\n\n[presets.half]", "[preset.quick]", ["preset", "no such key"]),
])
def test_what_is_wrong_with_lab_toml_is_named(run, lab, old, new, says):
    done = run(old, new)
    one_line(done, *says)
    assert str(lab / "lab.toml") in done.stderr


@pytest.mark.parametrize("old, new, line", [
    ('title = "Doubling"', 'title = "Doubling', 1),
    ("minutes = 1", "minutes = ", 3),
    ("[problem]", "[problem", 7),
    ('[[variant]]\nname = "naive"', '[[variant]\nname = "naive"', 21),
])
def test_a_syntax_error_has_its_line(run, lab, old, new, line):
    done = run(old, new)
    one_line(done)
    found = re.search(re.escape(str(lab / "lab.toml")) + r":(\d+):(\d+): ", done.stderr)
    assert found and int(found[1]) == line, done.stderr


def test_a_file_that_is_no_text(run, lab):
    (lab / "lab.toml").write_bytes(b"title = \"\xff\xfe\"\n")
    one_line(run(None), str(lab / "lab.toml"))


def test_an_empty_file(run, lab):
    (lab / "lab.toml").write_text("")
    one_line(run(None), "missing")


@pytest.mark.parametrize("file, text, says", [
    ("problem.py", "raise RuntimeError('no problem today')\n", ["problem.py", "no problem today"]),
    ("problem.py", "def make(size, seed)\n", ["problem.py", "SyntaxError"]),
    ("problem.py", "x = 1\n", ["problem.py", "has no function make()"]),
    ("problem.py", "def make(size, seed, factor):\n    raise ValueError('not this size')\n", ["not this size"]),
    ("problem.py", "def make(size, seed, factor):\n    return [1.0], \n\ndef make(size, seed, factor):\n"
                   "    return 5\n", ["tuple"]),
    ("problem.py", "def make(size, seed):\n    return ([1.0], 2.0)\n", ["factor"]),
    ("problem.py", "import os\nos._exit(9)\n", ["problem.py", "status 9"]),
    ("reference.py", "def solve(numbers):\n    return numbers\n", ["solve()"]),
    ("reference.py", "def solve(numbers, factor):\n    return 'a'\n", ["'str'"]),
    ("reference.py", "y = 2\n", ["reference.py", "has no function solve()"]),
])
def test_a_lab_whose_own_code_fails_is_told_why(run, lab, file, text, says):
    """The traceback may follow; the person who reads it wrote the file."""
    (lab / file).write_text(text)
    done = run(None)
    assert (done.returncode, done.stdout) == (2, "")
    for word in says:
        assert word in done.stderr, done.stderr
    assert str(lab) in done.stderr
