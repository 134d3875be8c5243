"""hint: one hint at a time, remembered between calls."""

import json

import pytest

from test_check import FILES, LAB


@pytest.fixture
def lab(tmp_path):
    folder = tmp_path / "doubling"
    folder.mkdir()
    (folder / "lab.toml").write_text(LAB)
    for name, text in {**FILES, "exercise.py": FILES["naive.py"]}.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def hint(fortyfold, lab, root):
    """Calls hint; afterwards what it remembered of this lab is forgotten."""
    yield lambda *arguments: fortyfold("hint", lab, *arguments)
    path = root / "results" / "hints.json"
    if path.exists():
        seen = json.loads(path.read_text())
        seen.pop(str(lab), None)
        path.write_text(json.dumps(seen))


def test_each_call_shows_one_more(hint):
    shown = [hint() for _ in range(4)]
    assert [done.returncode for done in shown] == [0] * 4
    assert [done.stdout.splitlines()[0] for done in shown[:3]] == [
        "Hint 1 of 3: Look at the loop.", "Hint 2 of 3: Once is enough.",
        "Hint 3 of 3: numbers can be multiplied in a list comprehension."]
    assert "solution.py" not in shown[1].stdout
    assert "solution.py" in shown[2].stdout
    assert "You have seen all 3 hints." in shown[3].stdout and "solution.py" in shown[3].stdout


def test_a_number_shows_that_hint_and_again_begins_anew(hint):
    assert hint().stdout.startswith("Hint 1 of 3")
    assert hint(2).stdout.startswith("Hint 2 of 3")
    assert hint(1).stdout.startswith("Hint 1 of 3")
    assert hint().stdout.startswith("Hint 3 of 3")
    assert hint("--again").stdout.startswith("Hint 1 of 3")
    assert hint().stdout.startswith("Hint 2 of 3")


@pytest.mark.parametrize("arguments, says", [
    ((4,), "has 3 hints; there is no hint 4"),
    ((0,), "a hint has a number"),
    (("two",), "a hint has a number"),
    ((1, 2), "a hint has a number"),
])
def test_a_hint_that_there_is_not(hint, arguments, says):
    done = hint(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def test_labs_without_hints(fortyfold, labs, lab):
    done = fortyfold("hint", labs / "tiny")
    assert done.returncode == 2 and "has no exercise" in done.stderr
    (lab / "lab.toml").write_text(LAB[:LAB.index("hints = ")])
    done = fortyfold("hint", lab)
    assert done.returncode == 2 and "has no hints" in done.stderr and "solution.py" in done.stderr
    assert fortyfold("hint").returncode == 2
    assert 'no lab "nosuch"' in fortyfold("hint", "nosuch").stderr
