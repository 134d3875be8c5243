"""Every lab's variants, exercise and solution agree on small fresh problems.

The harness compares with the oracle; here the labs are checked without it, as plain Python.
Run from the repository after `make`: /usr/bin/python3 -m pytest labs/tests
"""

import importlib.util
import itertools
import json
import os
import secrets
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

if os.environ.get("SANITIZE"):
    pytest.skip(
        "an instrumented kernels.so needs an instrumented interpreter", allow_module_level=True
    )

LABS = Path(__file__).resolve().parent.parent
PROGRAM = Path(os.environ.get("FORTYFOLD", LABS.parent / "bin" / "fortyfold"))
KERNELS = PROGRAM.parent / "python"

# Sizes, and parameters of problem.make().
PROBLEMS = {
    "mds": ((1, 2, 3, 7, 20), ({"epochs": 0}, {"epochs": 1}, {"epochs": 12})),
    "particles": (
        (0, 1, 2, 7, 20),
        ({"duration": 0.0}, {"duration": 1e-5}, {"duration": 0.003}),
    ),
}


def read(lab):
    with open(LABS / lab / "lab.toml", "rb") as file:
        return tomllib.load(file)


@pytest.fixture
def load(monkeypatch):
    """Return a function that imports a lab's file as the harness's worker does.

    Labs use the same file names, so their modules are forgotten after each test.
    """
    before = set(sys.modules)

    def load_file(lab, file):
        monkeypatch.syspath_prepend(str(KERNELS))
        monkeypatch.syspath_prepend(str(LABS / lab))
        name = f"{lab}_{Path(file).stem}"
        spec = importlib.util.spec_from_file_location(name, LABS / lab / file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    yield load_file
    for name in set(sys.modules) - before:
        if str(LABS) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def is_there(name):
    """Is there a module or a program of that name, as the harness asks?"""
    if ":" in name:  # a kernel that this processor has
        sys.path.insert(0, str(KERNELS))
        import kernels

        sys.path.remove(str(KERNELS))
        known = {f"{kernel['operation']}/{kernel['name']}": kernel["supported"] for kernel in kernels.describe()}
        return known.get(name.partition(":")[2], False)
    known = name in sys.modules or any(KERNELS.glob(f"{name}.so"))
    return known or shutil.which(name) is not None or importlib.util.find_spec(name) is not None


def programs(lab):
    """(name, file, function) of each variant that can run here, the exercise and the solution."""
    data = read(lab)
    found = [
        (v["name"], v["file"], v["function"])
        for v in data["variant"]
        if all(map(is_there, v.get("requires", [])))
    ]
    function = data["variant"][0]["function"]
    return found + [
        (key, data["exercise"][key if key == "solution" else "file"], function)
        for key in ("exercise", "solution")
    ]


def each_program(*labs):
    """Parametrise a test by lab, file and function, with ids such as mds-exercise."""
    return pytest.mark.parametrize(
        "lab,file,function",
        [
            pytest.param(lab, file, function, id=f"{lab}-{name}")
            for lab in labs
            for name, file, function in programs(lab)
        ],
    )


def assert_same(result, expected, problem, where):
    assert len(result) == len(expected), where
    for got, wanted in zip(result, expected):
        np.testing.assert_allclose(
            np.asarray(got, float),
            np.asarray(wanted, float),
            rtol=problem["relative"],
            atol=problem["absolute"],
            err_msg=where,
        )


@each_program(*PROBLEMS)
def test_agrees_with_the_baseline(load, lab, file, function):
    data = read(lab)
    problem = load(lab, data["problem"]["file"])
    baseline = getattr(load(lab, "naive.py"), data["variant"][0]["function"])
    program = getattr(load(lab, file), function)
    seed = secrets.randbits(32)
    sizes, parameters = PROBLEMS[lab]
    for size, keywords in itertools.product(sizes, parameters):
        expected = baseline(*problem.make(size, seed, **keywords))
        result = program(*problem.make(size, seed, **keywords))
        where = f"size {size}, seed {seed}, {keywords}"
        assert_same(result, expected, data["problem"], where)


@pytest.mark.parametrize("lab", PROBLEMS)
def test_make_repeats_itself(load, lab):
    data = read(lab)
    problem = load(lab, data["problem"]["file"])
    parameters = data["problem"]["parameters"]
    first, again, other = (problem.make(5, seed, **parameters) for seed in (1, 1, 2))
    for a, b, c in zip(first[:-1], again, other):
        assert np.array_equal(a, b)
        assert not np.array_equal(a, c)


def test_mds_goal_is_a_distance_matrix(load):
    d_goal, xs, _ = load("mds", "problem.py").make(30, 4, epochs=1)
    assert np.array_equal(d_goal, d_goal.T)
    assert not d_goal.diagonal().any()
    assert xs.shape == (30, 2)


def test_mds_points_are_the_same_to_the_last_bit(load):
    arguments = load("mds", "problem.py").make(25, secrets.randbits(32), epochs=100)
    results = [
        getattr(load("mds", file), function)(*arguments)
        for _, file, function in programs("mds")
    ]
    for points, _, epochs in results:
        assert np.array_equal(points, results[0][0])
        assert epochs == results[0][2]


@each_program("particles")
def test_classic_three_particles(load, lab, file, function):
    x, y, w = np.array([[0.3, 0.5, 1], [0, -0.5, -1], [-0.1, -0.4, 3]]).T.copy()
    x, y = getattr(load(lab, file), function)(x, y, w, 0.1)
    assert x == pytest.approx([0.210269, -0.099334, 0.191358], abs=1e-5)
    assert y == pytest.approx([0.543863, -0.490034, -0.365227], abs=1e-5)


def test_evolve_of_the_naive_simulator(load):
    naive = load("particles", "naive.py")
    particles = [
        naive.Particle(0.3, 0.5, 1),
        naive.Particle(0.0, -0.5, -1),
        naive.Particle(-0.1, -0.4, 3),
    ]
    naive.ParticleSimulator(particles).evolve(0.1)
    expected = [(0.210269, 0.543863), (-0.099334, -0.490034), (0.191358, -0.365227)]
    for particle, (x, y) in zip(particles, expected):
        assert particle.x == pytest.approx(x, abs=1e-5)
        assert particle.y == pytest.approx(y, abs=1e-5)


@each_program("particles")
def test_a_particle_at_the_origin_is_refused(load, lab, file, function):
    zero = np.zeros(1)
    simulate = getattr(load(lab, file), function)
    with pytest.raises(ZeroDivisionError):
        simulate(zero.copy(), zero.copy(), np.ones(1), 0.001)


@pytest.mark.parametrize("lab", PROBLEMS)
def test_lab_names_files_that_exist(lab):
    data = read(lab)
    assert data["baseline"] in [variant["name"] for variant in data["variant"]]
    assert set(data["presets"]) == {"quick", "full", "ladder", "claim"}
    for _, file, _ in programs(lab):
        assert (LABS / lab / file).is_file()
    # Every rung but the first says what it changes, and has its paragraph and its figures.
    handout = (LABS / lab / "LADDER.md").read_text(encoding="utf-8")
    for variant in data["variant"]:
        name = variant["name"]
        assert ("after" in variant) == (name != data["baseline"])
        assert len(variant["label"]) <= 26, "longer ones are cut in pictures (CHART_LABEL_COLUMNS)"
        assert name == data["baseline"] or f"### `{name}`\n" in handout
        assert name == data["baseline"] or f"<!-- bought {lab}-ladder {name} -->\n" in handout
    assert (LABS / lab / "README.md").is_file()


@pytest.mark.parametrize("lab", PROBLEMS)
def test_every_rung_agrees_with_the_oracle(lab, tmp_path):
    """The harness's own check, of every variant that can run here, at small and odd sizes."""
    names = ",".join(variant["name"] for variant in read(lab)["variant"])
    command = [PROGRAM, "run", lab, "--variant", names, "--size", "1,2,3,10,33", "--blocks", "1",
               "--samples", "1", "--no-pictures", "--format", "json", "--output", tmp_path / "run"]  # fmt: skip
    done = subprocess.run(command, cwd=LABS.parent, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    for cell in json.loads(done.stdout)["cells"]:
        where = f"{cell['variant']} at {cell['size']}: {cell['reason']}"
        assert cell["status"] == "ok" or "it needs" in cell["reason"], where


@pytest.mark.parametrize("lab", PROBLEMS)
def test_no_library_of_a_lab_changes_how_denormal_numbers_are_rounded(load, lab):
    """-ffast-math when linking would: to 0, in the whole process."""
    for _, file, _ in programs(lab):
        load(lab, file)
    assert np.float64(5e-324) * np.float64(1.0) > 0
    assert (np.full(8, 2.5e-310) * 0.5 > 0).all()
