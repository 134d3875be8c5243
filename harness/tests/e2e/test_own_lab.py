"""Labs of other people: any folder with a lab.toml is a lab."""

import os
import re
import struct

import pytest

LAB = '''title = "Squares"
summary = "Squares of numbers"
minutes = 1
tier = "demo"
baseline = "naive"

[problem]
file = "problem.py"
oracle = "{oracle}"
absolute = 0
relative = 0

[presets.quick]
sizes = [3]

[[variant]]
name = "naive"
file = "naive.py"
function = "squares"

[[variant]]
name = "powers"
label = "with **"
file = "naive.py"
function = "powers"
'''
NAIVE = '''def squares(numbers):
    return [number * number for number in numbers]


def powers(numbers):
    return {powers}
'''


@pytest.fixture
def own_lab(tmp_path):
    """Makes a lab outside the repository, in a folder whose name takes quoting."""

    def make(oracle="variant:naive", powers="tuple(number ** 2 for number in numbers)"):
        folder = tmp_path / "my own lab"
        folder.mkdir()
        (folder / "lab.toml").write_text(LAB.format(oracle=oracle))
        (folder / "problem.py").write_text("def make(size, seed):\n"
                                           "    return ([seed % 1000 + i for i in range(size)],)\n")
        (folder / "naive.py").write_text(NAIVE.format(powers=powers))
        (folder / "reference.py").write_text("def solve(numbers):\n"
                                             "    return [x * x for x in numbers]\n")
        return folder

    return make


def test_one_thread_is_kept_on_a_processor_and_several_have_all(fortyfold, own_lab, tmp_path):
    every = len(os.sched_getaffinity(0))
    folder = own_lab(powers=f'few(numbers, {every})')
    (folder / "naive.py").write_text((folder / "naive.py").read_text() + """

def few(numbers, wanted):
    import os
    found = len(os.sched_getaffinity(0))
    if found != wanted:
        raise RuntimeError(f"{found} processors, not {wanted}")
    return squares(numbers)


def one(numbers):
    return few(numbers, 1)
""")
    with open(folder / "lab.toml", "a") as lab:
        lab.write('threads = 2\n\n[[variant]]\nname = "one"\nfile = "naive.py"\nfunction = "one"\n')
    done = fortyfold("run", folder, "--blocks", 1, "--samples", 1, "--output", tmp_path / "run", "--no-pictures")
    assert done.returncode == 0, done.stdout


def test_a_class_of_forty_has_a_line_each(fortyfold, own_lab, tmp_path):
    folder = own_lab()
    names = [f"student-{number:02}" for number in range(39)]
    with open(folder / "lab.toml", "a") as lab:
        for name in names:
            lab.write(f'\n[[variant]]\nname = "{name}"\nfile = "naive.py"\nfunction = "squares"\n')
    done = fortyfold("run", folder, "--blocks", 1, "--samples", 1, "--output", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    curve = done.stdout[done.stdout.index("Speedup over"):]
    for name in ["naive", "with **", *names]:
        assert re.search(rf"^ +{re.escape(name)} .*(baseline|× )", curve, re.MULTILINE), f"{name}\n{curve}"
    for picture in ("speedup", "time"):
        png = (tmp_path / "run" / f"{picture}.png").read_bytes()
        height, = struct.unpack(">I", png[20:24])
        assert height >= 200 + 25 * 41, picture
        assert f"{tmp_path}/run/{picture}.png" in done.stdout
    for picture in ("total", "spread", "drift"):
        assert f"{tmp_path}/run/{picture}.png" in done.stdout


def statuses(document):
    return {cell["variant"]: cell["status"] for cell in document["cells"]}


@pytest.mark.parametrize("oracle", ["variant:naive", "file:reference.py"])
def test_a_lab_outside_the_repository_runs(measure, own_lab, tmp_path, oracle):
    done, document = measure(own_lab(oracle), tmp_path / "run", "--blocks", 2, "--samples", 1)
    assert done.returncode == 0, done.stderr
    assert statuses(document) == {"naive": "ok", "powers": "ok"}
    assert document["lab"]["name"] == "my own lab"


@pytest.mark.parametrize("oracle", ["variant:naive", "file:reference.py"])
def test_its_oracle_finds_what_is_wrong(measure, own_lab, tmp_path, oracle):
    folder = own_lab(oracle, powers="[numbers[0] ** 2, numbers[1] ** 2, numbers[2] ** 2 + 1]")
    done, document = measure(folder, tmp_path / "run", "--blocks", 1, "--samples", 1)
    assert done.returncode == 1
    assert statuses(document) == {"naive": "ok", "powers": "wrong"}


def test_it_runs_from_its_own_folder_and_leaves_no_trace_there(measure, own_lab, tmp_path):
    folder = own_lab()
    before = sorted(path.name for path in folder.iterdir())
    done, document = measure(".", tmp_path / "run", "--blocks", 1, "--samples", 1, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in folder.iterdir()) == before


def test_output_folders_are_made(measure, own_lab, tmp_path):
    done, _ = measure(own_lab(), tmp_path / "a" / "b" / "run", "--blocks", 1, "--samples", 1)
    assert done.returncode == 0
    assert (tmp_path / "a" / "b" / "run" / "run.json").exists()


def test_an_oracle_that_fails_is_the_labs_fault(measure, own_lab, tmp_path):
    folder = own_lab("file:reference.py")
    (folder / "reference.py").write_text("def solve(numbers):\n    raise ValueError('no idea')\n")
    done, document = measure(folder, tmp_path / "run", "--blocks", 1, "--samples", 1)
    assert (done.returncode, document) == (2, None)
    assert "ValueError: no idea" in done.stderr
