"""The extension module `kernels`: what it accepts, what it refuses and in which words.

Run from the repository after `make`: /usr/bin/python3 -m pytest kernels/tests
"""

import array
import concurrent.futures
import contextlib
import inspect
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

if os.environ.get("SANITIZE"):
    pytest.skip(
        "an instrumented kernels.so needs an instrumented interpreter", allow_module_level=True
    )

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = Path(os.environ.get("FORTYFOLD", ROOT / "bin" / "fortyfold"))
MODULE = PROGRAM.parent / "python"
sys.path.insert(0, str(MODULE))
import kernels  # noqa: E402


def particles(n=3):
    return np.linspace(0.5, 1, n), np.linspace(-1, 1, n), np.linspace(1, 2, n)


def pair():
    return np.array([[0.0, 1], [1, 0]]), np.array([[0.0, 0], [3, 0]])


def read_only(numbers):
    numbers.flags.writeable = False
    return numbers


def unaligned(n):
    return np.frombuffer(bytearray(8 * n + 1), offset=1, dtype=float)


def test_particles_in_place():
    x, y, w = np.array([3.0]), np.array([4.0]), np.array([5e5])
    assert kernels.particles_evolve(x, y, w, 1e-5) == 1
    assert x == pytest.approx(-1) and y == pytest.approx(7)
    assert kernels.particles_evolve(x, y, w, 0.01, 1e-3) == 10
    assert kernels.particles_evolve(x, y, w, 0.01) == 1000


def test_anything_with_doubles_will_do():
    x, y, w = (array.array("d", [number]) for number in (3, 4, 5e5))
    kernels.particles_evolve(x, memoryview(y), w, 1e-5)
    assert (x[0], y[0]) == pytest.approx((-1, 7))


def test_empty():
    empty = np.zeros(0)
    assert kernels.particles_evolve(empty, empty.copy(), empty.copy(), 0.1) == 10000
    assert kernels.mds_solve(np.zeros((0, 0)), np.zeros((0, 2)), 5) == (0.0, 5)


@pytest.mark.parametrize(
    "change,error,words",
    [
        ({"x": [1.0]}, TypeError, "x: .* shape \\(N\\).* not list"),
        ({"x": np.zeros(3, np.float32)}, TypeError, "x: .*type of number"),
        ({"x": np.zeros(3, np.int64)}, TypeError, "x: .*type of number"),
        ({"x": np.ones((3, 1))}, ValueError, "x: .*dimensions"),
        ({"y": np.ones(2)}, ValueError, "y: .*rows"),
        ({"y": np.ones(6)[::2]}, ValueError, "y: .*strided"),
        ({"y": read_only(np.ones(3))}, ValueError, "y: .*read-only"),
        ({"y": unaligned(3)}, ValueError, "y: .*alignment"),
        ({"w": np.array([1, np.nan, 1])}, ValueError, "w: number 1 is not finite"),
        ({"x": np.array([np.inf, 1, 1])}, ValueError, "x: number 0 is not finite"),
        ({"x": np.zeros(3), "y": np.zeros(3)}, ZeroDivisionError, "particle 0"),
        ({"duration": -1}, ValueError, "duration"),
        ({"duration": float("nan")}, ValueError, "duration"),
        ({"duration": float("inf")}, ValueError, "duration"),
        ({"duration": 1e300}, ValueError, "duration"),
        ({"duration": "long"}, TypeError, ""),
        ({"timestep": 0.0}, ValueError, "timestep"),
        ({"timestep": float("nan")}, ValueError, "timestep"),
    ],
)
def test_particles_refuses(change, error, words):
    x, y, w = particles()
    arguments = {"x": x, "y": y, "w": w, "duration": 0.1, "timestep": 1e-5} | change
    before = np.array(arguments["y"], copy=True)
    with pytest.raises(error, match=words):
        kernels.particles_evolve(*arguments.values())
    assert np.array_equal(arguments["y"], before)


def test_read_only_weights_are_fine():
    x, y, w = particles()
    kernels.particles_evolve(x, y, read_only(w), 0.1)


def test_shared_memory_is_refused():
    x, _, w = particles()
    with pytest.raises(ValueError, match="share memory"):
        kernels.particles_evolve(x, x, w, 0.1)
    both = np.ones(5)
    with pytest.raises(ValueError, match="share memory"):
        kernels.particles_evolve(both[:3], both[2:], w, 0.1)


def test_mds_solve():
    d_goal, xs = pair()
    assert kernels.mds_solve(d_goal, xs, 3) == (0.0, 3)
    assert xs.tolist() == [[1, 1.5], [2, 1.5]]


@pytest.mark.parametrize(
    "change,error,words",
    [
        ({"d_goal": np.zeros((2, 3))}, ValueError, "d_goal: .*square"),
        ({"d_goal": np.eye(2)}, ValueError, "d_goal.*\\[0, 0\\]"),
        ({"d_goal": np.array([[0, 1.0], [2, 0]])}, ValueError, "d_goal.*\\[1, 0\\]"),
        ({"d_goal": -pair()[0]}, ValueError, "d_goal"),
        ({"d_goal": pair()[0] * np.nan}, ValueError, "d_goal"),
        ({"d_goal": np.zeros((2, 2), order="F")[:, ::-1]}, ValueError, "strided"),
        ({"xs": np.zeros((3, 2))}, ValueError, "xs: .*\\(N, 2\\).*rows"),
        ({"xs": np.zeros((2, 3))}, ValueError, "xs: .*columns"),
        ({"xs": np.full((2, 2), np.inf)}, ValueError, "xs: number 0"),
        ({"xs": read_only(np.zeros((2, 2)))}, ValueError, "xs: .*read-only"),
        ({"epochs": -1}, ValueError, "epochs"),
        ({"epochs": 1.5}, TypeError, ""),
        ({"epochs": 2**70}, OverflowError, ""),
    ],
)
def test_mds_refuses(change, error, words):
    d_goal, xs = pair()
    arguments = {"d_goal": d_goal, "xs": xs, "epochs": 2} | change
    with pytest.raises(error, match=words):
        kernels.mds_solve(*arguments.values())
    assert np.array_equal(xs, pair()[1])


def test_two_functions():
    rng = np.random.default_rng()
    xs = rng.random((9, 2))
    d_goal = rng.random((9, 9))
    d_current = np.full((9, 9), 7.0)
    kernels.mds_update_distances(xs, d_current, 4)
    expected = np.hypot(*(xs - xs[4]).T)
    assert d_current[4] == pytest.approx(expected)
    assert np.array_equal(d_current[:, 4], d_current[4])
    assert (d_current == 7).sum() == 64
    assert kernels.mds_row_error(d_goal, d_current, 4) == pytest.approx(
        ((d_goal[4] - expected) ** 2).sum()
    )
    for i in (-1, 9):
        with pytest.raises(IndexError, match="one of 9 points"):
            kernels.mds_update_distances(xs, d_current, i)
        with pytest.raises(IndexError, match="one of 9 points"):
            kernels.mds_row_error(d_goal, d_current, i)
    with pytest.raises(ValueError, match="d_current"):
        kernels.mds_row_error(d_goal, d_current[:8], 4)


def test_the_interpreter_lock_is_released():
    """Another thread runs while a call of about a second is under way."""
    x, y, w = particles(1000)
    started, finished = threading.Event(), threading.Event()

    def evolve():
        started.set()
        kernels.particles_evolve(x, y, w, 2.0)
        finished.set()

    thread = threading.Thread(target=evolve)
    thread.start()
    started.wait()
    ran_meanwhile = not finished.wait(timeout=0.01)
    thread.join()
    assert ran_meanwhile


def test_searches_side_by_side_have_workspaces_of_their_own():
    rng = np.random.default_rng(5)
    problems = []
    for size in (150, 180, 210, 240):
        points, xs = rng.random((size, 10)), rng.random((size, 2))
        problems.append((np.sqrt(((points[:, np.newaxis] - points) ** 2).sum(axis=2)), xs))

    def solve(problem):
        xs = problem[1].copy()
        return kernels.mds_solve(problem[0], xs, 1000), xs.tobytes()

    alone = [solve(problem) for problem in problems]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            assert list(pool.map(solve, problems)) == alone


def test_buffers_are_given_back():
    x, y, w = (bytearray(array.array("d", [1.0]).tobytes()) for _ in range(3))
    views = [memoryview(block).cast("d") for block in (x, y, w)]
    kernels.particles_evolve(*views, 0.001)
    with pytest.raises(ValueError):
        kernels.particles_evolve(*views, -1)
    with pytest.raises(ValueError):
        kernels.particles_evolve(views[0], views[0], views[2], 0.1)
    for view in views:
        view.release()  # BufferError if one were still held
    x.append(0)


@pytest.mark.parametrize("forced,words", [("sse9", "no kernel has this name"), ("neon", "neon")])
def test_a_forced_instruction_set_is_refused_with_a_reason(forced, words):
    environment = os.environ | {"FORTYFOLD_KERNEL": forced, "PYTHONPATH": str(MODULE)}
    done = subprocess.run(
        [sys.executable, "-c", "import kernels"],
        env=environment,
        capture_output=True,
        text=True,
    )
    if forced == "neon" and done.returncode == 0:
        pytest.skip("a machine with NEON kernels")
    assert "ImportError: FORTYFOLD_KERNEL=" + forced in done.stderr
    assert words in done.stderr


def test_documentation():
    for name in ("particles_evolve", "mds_solve", "mds_update_distances", "mds_row_error"):
        function = getattr(kernels, name)
        assert "Raises" in function.__doc__
        assert inspect.signature(function).parameters
    chosen = [k["operation"] for k in kernels.describe() if k["chosen"]]
    assert len(chosen) == len(set(chosen)) == 5


FORKS = """
import multiprocessing, os
import numpy as np
import kernels

x = np.random.default_rng(1).random((600, 2))
goal = np.hypot(*(x[:, None] - x[None]).transpose(2, 0, 1))

def solve(seed):
    xs = np.random.default_rng(seed).random((600, 2))
    w = np.ones(600)
    places = [xs[:, 0].copy(), xs[:, 1].copy()]
    kernels.particles_evolve(*places, w, 1e-3, kernel="openmp", threads=2)
    kernels.mds_solve(goal, xs, 2, kernel="openmp", threads=2)
    return (xs.sum(), places[0].sum()), len(os.listdir("/proc/self/task"))

fork = multiprocessing.get_context("fork")
def in_children():
    with fork.Pool(2) as pool:
        return pool.map(solve, range(4))

before = in_children() if {early} else None
here = [solve(seed) for seed in range(4)]
assert here[0][1] == 2, here
for children in (before, None if {early} else in_children()):
    assert children is None or [c[0] for c in children] == [h[0] for h in here]
    assert children is None or {{c[1] for c in children}} == {{2 if {early} else 1}}, children
"""


@pytest.mark.parametrize("early", [True, False])
def test_children_of_fork_do_not_wait_for_their_parents_threads(early):
    """Forked before any threads: it makes its own. Forked afterwards: one thread, the same answer."""
    process = subprocess.Popen(
        [sys.executable, "-c", FORKS.format(early=early)],
        env=os.environ | {"PYTHONPATH": str(MODULE), "OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,
    )
    try:
        assert process.wait(timeout=60) == 0
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # children that wait for ever, too
