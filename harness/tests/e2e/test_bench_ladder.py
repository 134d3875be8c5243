"""What make bench-ladder says of a ratio, and how its yardstick is stopped."""

import importlib.util
import pathlib

import numpy as np
import pytest

PATH = pathlib.Path(__file__).resolve().parents[1] / "bench_ladder.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench_ladder", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "goal, ratio, high, verdict",
    [
        (None, 3.0, 4.0, "not judged"),
        (2.0, 2.0, 2.1, "met"),
        (2.0, 1.9, 2.1, "not resolved, 5 % short"),
        (2.0, 1.5, 1.6, "MISSED, 25 % short"),
        (2.0, 1.5, None, "MISSED, 25 % short"),
    ],
)
def test_verdicts(bench, goal, ratio, high, verdict):
    assert bench.judge(goal, ratio, high) == verdict


def test_no_ratio_against_our_own_rung_is_judged_by_a_goal_for_another_program(bench):
    for row in bench.ROWS.values():
        assert (row.old == "cython") == (row.goal is None) == (row.published is not None)


def test_rows_of_one_run_start_from_the_same_rung(bench):
    found = bench.groups(bench.ROWS)
    assert sorted(name for names in found for name in names) == sorted(bench.ROWS)
    assert ["double", "filter-1000"] in found and ["identity", "closed"] in found
    for names in found:
        assert len({(bench.ROWS[name].old, bench.ROWS[name].size) for name in names}) == 1


def test_the_bound_is_that_of_the_kernel_and_absent_where_the_work_is_not_known(bench):
    old = {"summary": {"best_s": 6.0}}
    new = {"limit": {"seconds": 2.0, "bound": "fma"}}
    assert bench.bound_of("double", old, new) == (3.0, "fma")
    assert bench.bound_of("double", old, {"limit": None}) == (None, None)
    assert bench.bound_of("solve", old, new) == (None, None)
    assert bench.bound_of("threads-mds", old, new) == (2.0, "threads")


def test_smacof_ends_at_equal_stress_or_when_it_falls_no_further(bench):
    goal, start = np.ones((2, 2)) - np.eye(2), np.array([[0.0, 0.0], [3.0, 0.0]])

    def halve(points, count):
        return points + (np.array([[0.0, 0.0], [1.0, 0.0]]) - points) * (1 - 0.5 ** (count / bench.STRIDE))

    spent, iterations, now = bench.descend(halve, goal, start, wanted=0.1)
    assert iterations == 3 * bench.STRIDE and now == pytest.approx(0.0625) and spent >= 0
    _, iterations, now = bench.descend(lambda points, count: points, goal, start, wanted=0.1)
    assert iterations == bench.STRIDE and now == 4
