"""check and hint: what a student is told about a program, right or wrong, fast or slow.

The lab is made here: doubling numbers, in a loop that does everything thirty times over. Nothing
asserts how long anything takes; a program is fast here because it leaves out nearly all the work.
"""

import json
import os
import pathlib
import re
import signal
import subprocess
import time

import pytest

LAB = '''title = "Doubling"
summary = "Twice each number"
minutes = 1
tier = "hands-on"
baseline = "naive"

[problem]
file = "problem.py"
parameters = { factor = 2.0, words = ["a'b", "c"], deep = true }
oracle = "file:reference.py"
absolute = 1e-12
relative = 1e-12

[presets.quick]
sizes = [200, 2000]

[[variant]]
name = "naive"
file = "naive.py"
function = "scale"

[exercise]
file = "exercise.py"
solution = "solution.py"
target = 0.5
hints = ["Look at the loop.", "Once is enough.", "numbers can be multiplied in a list comprehension."]
'''
FILES = {
    "problem.py": """def make(size, seed, factor, words, deep):
    assert words == ["a'b", "c"] and deep is True
    return [float(seed % 97 + i) for i in range(size)], factor
""",
    "reference.py": "def solve(numbers, factor):\n    return [factor * number for number in numbers]\n",
    "helper.py": "def once(number, factor):\n    return number * factor\n",
    "naive.py": """import helper


def scale(numbers, factor):
    scaled = []
    for number in numbers:
        for _ in range(30):
            result = helper.once(number, factor)
        scaled.append(result)
    return scaled
""",
    "solution.py": "def scale(numbers, factor):\n    return [number * factor for number in numbers]\n",
}
FAST = FILES["solution.py"]
# Each fails; with what the student is told, and the exit status.
FAILURES = {
    "syntax": ("def scale(numbers, factor)\n    return 1\n", 3, ["FAILED", "line 1", "SyntaxError", "Python cannot read"]),
    "indentation": ("def scale(numbers, factor):\nreturn 1\n", 3, ["IndentationError", "same indentation"]),
    "no_function": ("def scael(numbers, factor):\n    return numbers\n", 3, ["has no function scale()", "keep the name"]),
    "arguments": ("def scale(numbers):\n    return numbers\n", 3, ["FAILED at N = 1", "positional argument", "keep the arguments"]),
    "no_module": ("import nosuchmodule\ndef scale(numbers, factor):\n    return numbers\n", 3,
                  ["ModuleNotFoundError", "not installed"]),
    "raises": ("def scale(numbers, factor):\n    return numbers.doubled\n", 3, ["line 2", "AttributeError", "See what it answers"]),
    "exits": ("import os\ndef scale(numbers, factor):\n    os._exit(0)\n", 3, ["FAILED at N = 1 (crashed)", "status 0"]),
    "hangs": ("def scale(numbers, factor):\n    while True:\n        pass\n", 3,
              ["FAILED at N = 1 (timeout)", "no answer within ", "in scale", "never ends?"]),
    "none": ("def scale(numbers, factor):\n    numbers[0] *= factor\n", 1, ["WRONG at N = 1", "None", "is one missing?"]),
    "shape": ("def scale(numbers, factor):\n    return [numbers]\n", 1, ["WRONG at N = 1", "(1, 1)", "same shape"]),
    "value": ("def scale(numbers, factor):\n    print('here', len(numbers))\n"
              "    return [n * factor + (i == 2) for i, n in enumerate(numbers)]\n", 1,
              ["WRONG at N = 3: element [2] is", "off by 1", "the 4 answers before this one were right",
               "It printed:\n    here 1", "See what it answers"]),
    "remembered": ("SEEN = {}\ndef scale(numbers, factor):\n"
                   "    return SEEN.setdefault(len(numbers), [n * factor for n in numbers])\n", 1,
                   ["WRONG at N = 1", "the answer before this one was right"]),
    "large": ("def scale(numbers, factor):\n    return [n * factor + (len(numbers) > 100) for n in numbers]\n", 1,
              ["WRONG at N = 2000", "its 8 answers to smaller problems were right"]),
}


@pytest.fixture
def lab(tmp_path):
    folder = tmp_path / "my lab"
    folder.mkdir()
    (folder / "lab.toml").write_text(LAB)
    for name, text in {**FILES, "exercise.py": FILES["naive.py"]}.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def check(fortyfold, lab, tmp_path):
    """Checks the lab's exercise, or a file, in at most three blocks."""

    def run(*arguments, output="run"):
        return fortyfold("check", lab, *arguments, "--blocks", 3, "--output", tmp_path / output)

    return run


@pytest.fixture
def mine(tmp_path):
    """Writes a student's program outside the lab."""

    def write(text, name="mine.py"):
        folder = tmp_path / "student's"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text)
        return folder / name

    return write


def test_the_starter_is_right_and_not_fast_enough(check, run_json, tmp_path):
    done = check()
    assert done.returncode == 1, done.stdout + done.stderr
    assert "NOT YET: right, but" in done.stdout
    assert "8 of 8 answers" in done.stdout
    assert "bin/fortyfold hint " in done.stdout
    document = run_json(tmp_path / "run")
    assert document["plan"]["variants"] == ["naive", "yours", "solution"]
    assert document["plan"]["sizes"] == [2000]
    assert document["command"].startswith("bin/fortyfold check ")


def test_a_fast_program_is_told_yes(check, lab):
    (lab / "exercise.py").write_text(FAST)
    done = check()
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^YES: right, and \S+× as fast as naive\.$", done.stdout, re.MULTILINE)
    rows = re.findall(r"^  (\S+) +\S+ .s +(\S+×)", done.stdout, re.MULTILINE)
    assert [name for name, _ in rows] == ["naive", "yours", "solution"]
    assert re.search(r"^  target   \S+×: 50 % of the way from naive to solution", done.stdout, re.MULTILINE)
    assert "solution.py" in done.stdout and "hint" not in done.stdout


@pytest.mark.parametrize("name", FAILURES)
def test_what_is_wrong_is_told_and_no_time(check, mine, sanitized, name):
    text, status, told = FAILURES[name]
    done = check(mine(text), "--timeout", 5 if sanitized else 1.5, "--seed", 7)
    assert done.returncode == status, done.stdout + done.stderr
    for words in told:
        assert words in done.stdout
    assert "×" not in done.stdout and "speedup" not in done.stdout
    assert "<fortyfold>" not in done.stdout and "importlib" not in done.stdout
    assert "Stuck? bin/fortyfold hint '" in done.stdout  # in quotes: the lab's name has a space


def test_a_wrong_answer_can_be_seen_by_hand(check, mine, tmp_path):
    done = check(mine("def scale(numbers, factor):\n    return ['mine', len(numbers)]\n"))
    command = re.search(r"See what it answers:\n  (.*)", done.stdout)[1]
    seen = subprocess.run(["bash", "-c", command], cwd=tmp_path, text=True, capture_output=True, timeout=60)
    assert (seen.stdout, seen.stderr) == ("['mine', 1]\n", "")


def test_memory_is_bounded(check, mine, sanitized):
    if sanitized:
        pytest.skip("no limits on memory in this build")
    done = check(mine("def scale(numbers, factor):\n    hoard = []\n    while True:\n"
                      "        hoard.append(bytearray(1 << 24))\n"), "--memory", "300M")
    assert done.returncode == 3
    assert "(out_of_memory)" in done.stdout and "MemoryError" in done.stdout


def test_a_file_anywhere_finds_the_labs_modules_and_its_own(check, mine):
    mine("def twice(number, factor):\n    return number * factor\n", "own.py")
    mine("raise RuntimeError('the lab has this module')\n", "helper.py")
    done = check(mine("import helper, own\n\n\ndef scale(numbers, factor):\n"
                      "    return [own.twice(n, factor) for n in numbers]\n", "naive.py"), "--format", "json")
    assert json.loads(done.stdout)["answer"] == "reached", done.stdout + done.stderr


def test_a_program_that_prints_is_timed_and_told(check, mine):
    done = check(mine("def scale(numbers, factor):\n    print(len(numbers))\n"
                      "    return [n * factor for n in numbers]\n"))
    assert "It prints something; that takes time too." in done.stdout


def test_changed_arguments_are_no_mistake(check, mine):
    done = check(mine("def scale(numbers, factor):\n    for i in range(len(numbers)):\n"
                      "        numbers[i] *= factor\n    return numbers\n"), "--format", "json")
    assert json.loads(done.stdout)["failure"] is None


def test_json_says_what_the_text_says(check, lab, mine, tmp_path):
    (lab / "exercise.py").write_text(FAST)
    done = check("--format", "json", "--seed", 5)
    document = json.loads(done.stdout)
    assert (document["schema"], document["answer"], document["failure"]) == ("fortyfold-check/1", "reached", None)
    assert (document["lab"], document["seed"], document["right_count"]) == ("my lab", 5, 8)
    assert document["run"] == str(tmp_path / "run")
    score = document["score"]
    assert score["yours"]["low"] <= score["yours"]["ratio"] <= score["yours"]["high"]
    assert score["fraction"]["low"] <= score["fraction"]["value"] <= score["fraction"]["high"]
    assert score["target_ratio"] == pytest.approx(score["solution"]["ratio"] ** 0.5, rel=1e-6)
    wrong = json.loads(check(mine(FAILURES["value"][0]), "--format", "json").stdout)
    assert (wrong["answer"], wrong["score"], wrong["run"]) == ("wrong", None, None)
    assert (wrong["failure"]["status"], wrong["failure"]["size"]) == ("wrong", 3)


def test_the_same_seed_gives_the_same_problems(check, mine):
    program = mine(FAILURES["value"][0])
    seeds = [json.loads(check(program, "--format", "json", "--seed", seed).stdout)["failure"]["seed"]
             for seed in (5, 5, 6)]
    assert seeds[0] == seeds[1] != seeds[2]


def test_one_block_resolves_nothing(fortyfold, lab, tmp_path):
    done = fortyfold("check", lab, "--blocks", 1, "--output", tmp_path / "run")
    assert done.returncode == 4
    assert "NOT RESOLVED: right, but whether it is fast enough cannot be told." in done.stdout
    assert "--budget" in done.stdout


def test_one_block_tells_what_is_far_too_slow(fortyfold, lab, mine, tmp_path):
    slow = mine(FILES["naive.py"].replace("range(30)", "range(300)"))
    done = fortyfold("check", lab, slow, "--blocks", 1, "--output", tmp_path / "run")
    assert done.returncode == 1
    assert "NOT YET: right, but slower: 0." in done.stdout


def test_a_worked_answer_that_gains_nothing_is_no_measure(check, lab):
    (lab / "solution.py").write_text(FILES["naive.py"].replace("range(30)", "range(90)"))
    done = check()
    assert done.returncode == 4
    assert "the worked answer is no faster than naive" in done.stdout and "--size 8000" in done.stdout


def test_a_worked_answer_that_fails_is_no_measure(check, lab):
    (lab / "solution.py").write_text("import nosuchmodule\n")
    done = check()
    assert done.returncode == 4
    assert "The worked answer does not run here" in done.stdout and "nosuchmodule" in done.stdout


def test_a_baseline_that_fails_is_the_labs_fault(check, lab, mine):
    (lab / "naive.py").write_text("def scale(numbers, factor):\n    raise ValueError('no idea')\n")
    done = check(mine(FAST))
    assert (done.returncode, done.stdout) == (2, "")
    assert "the lab's own program naive fails" in done.stderr and "no idea" in done.stderr


OWN = '''[exercise]
file = "exercise.py"
solution = "solution.py"
problem = "words.py"
baseline = "words_start.py"
function = "longest"
parameters = { letters = 3 }
trials = [2, 5]
size = 300
'''


@pytest.fixture
def own(lab):
    """The exercise is about another program than the lab's variants."""
    (lab / "lab.toml").write_text(LAB[:LAB.index("[exercise]")] + OWN)
    (lab / "words.py").write_text("def make(size, seed, letters):\n"
                                  "    return ([(seed * i) % 89 * letters for i in range(size)],)\n")
    slow = "def longest(lengths):\n    return max([sorted(lengths)[i] for i in range(len(lengths))])\n"
    for name in ("words_start.py", "exercise.py"):
        (lab / name).write_text(slow)
    (lab / "solution.py").write_text("def longest(lengths):\n    return max(lengths)\n")
    return lab


def test_an_exercise_may_be_another_program(check, own, run_json, tmp_path):
    done = check()
    assert done.returncode == 1, done.stdout + done.stderr
    assert "4 of 4 answers" in done.stdout and "NOT YET" in done.stdout
    document = run_json(tmp_path / "run")
    assert document["plan"]["variants"] == ["start", "yours", "solution"]
    assert (document["plan"]["sizes"], document["plan"]["parameters"]) == ([300], {"letters": 3})
    (own / "exercise.py").write_text((own / "solution.py").read_text())
    assert check(output="again").returncode == 0
    (own / "exercise.py").write_text("def longest(lengths):\n    return lengths[0]\n")
    assert "WRONG at N = 2: the number is" in check(output="wrong").stdout


@pytest.mark.parametrize("old, new, says", [
    ('baseline = "words_start.py"\n', "", ["exercise.baseline", "missing"]),
    ('function = "longest"\n', "", ["exercise.function", "missing", "words_start.py"]),
    ("words_start.py", "nosuch.py", ["exercise.baseline", "no variant and no file"]),
    ("words.py", "nosuch.py", ["exercise.problem", "nosuch.py"]),
    ("size = 300", "size = 0", ["exercise.size"]),
    ("trials = [2, 5]", "trials = []", ["exercise.trials"]),
    ("size = 300", "target = 0", ["exercise.target", "above 0"]),
    ("size = 300", "target = 1.5", ["exercise.target", "at most 1"]),
    ("size = 300", 'oracle = "variant:none"', ["exercise.oracle", "none"]),
    ("size = 300", "sizes = 300", ["exercise.sizes", "no such key"]),
    ('name = "naive"', 'name = "yours"', ["exercise", '"yours"']),
])
def test_what_is_wrong_with_an_exercise_is_named(fortyfold, own, old, new, says):
    text = (own / "lab.toml").read_text()
    assert old in text
    if "yours" in new:
        text = text.replace('baseline = "naive"', 'baseline = "yours"', 1)
    (own / "lab.toml").write_text(text.replace(old, new, 1))
    done = fortyfold("check", own)
    assert (done.returncode, done.stdout) == (2, "")
    for words in ["lab.toml", *says]:
        assert words in done.stderr


@pytest.mark.parametrize("arguments, says", [
    ((), "name a lab"),
    (("nosuchlab",), 'there is no lab "nosuchlab"'),
    (("LAB", "nosuch.py"), "there is no file nosuch.py"),
    (("LAB", "."), "is not a Python file"),
    (("LAB", "LAB/lab.toml"), "is not a Python file"),
    (("LAB", "a.py", "b.py"), "one file at a time"),
    (("LAB", "--size", "0"), "--size takes"),
    (("LAB", "--blocks", "none"), "--blocks takes"),
    (("LAB", "--timeout", "-1"), "--timeout takes"),
    (("LAB", "--format", "csv"), "--format is text or json"),
    (("LAB", "--output", ""), "--output needs"),
    (("TINY",), "has no exercise"),
])
def test_bad_usage_is_told(fortyfold, lab, labs, arguments, says):
    words = [word.replace("LAB", str(lab)).replace("TINY", str(labs / "tiny")) for word in arguments]
    done = fortyfold("check", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def test_an_unreadable_or_missing_exercise_is_told(fortyfold, lab):
    (lab / "exercise.py").unlink()
    done = fortyfold("check", lab)
    assert done.returncode == 2 and "the file exercise.py does not exist" in done.stderr


def test_an_interrupt_is_no_answer(program, environment, lab, mine, tmp_path):
    sleeper = mine("import pathlib, time\n\n\ndef scale(numbers, factor):\n"
                   f"    pathlib.Path({str(tmp_path / 'begun')!r}).touch()\n    time.sleep(60)\n")
    process = subprocess.Popen([program, "check", lab, sleeper], env=environment(), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not (tmp_path / "begun").exists():
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert "interrupted" in err


def test_a_program_that_was_changed_meanwhile_is_told(check, mine):
    # It changes its own file: nobody's editor is needed.
    done = check(mine("with open(__file__, 'a') as file:\n    file.write('#')\n" + FAST))
    assert "was changed meanwhile: check again" in done.stderr


def test_a_check_stays_beside_the_runs_and_latest_stays_what_it_was(fortyfold, lab, root):
    latest = root / "results" / "latest"
    before = os.readlink(latest) if latest.is_symlink() else None
    done = fortyfold("check", lab, "--format", "json", "--blocks", 2)
    folder = pathlib.Path(json.loads(done.stdout)["run"])
    try:
        assert folder.parent == root / "results" and folder.name.startswith("check-my lab-")
        assert (os.readlink(latest) if latest.is_symlink() else None) == before
        report = fortyfold("report", folder)
        assert report.returncode == 0, report.stderr
        assert (folder / "report.html").exists()
    finally:
        for path in folder.glob("*"):
            path.unlink()
        folder.rmdir()
