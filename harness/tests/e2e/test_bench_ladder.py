"""What make bench-ladder says of a ratio, and what its yardstick tells."""

import importlib.util
import os
import pathlib
import sys

import numpy as np
import pytest

PATH = pathlib.Path(__file__).resolve().parents[1] / "bench_ladder.py"
PROGRAMS = pathlib.Path(os.environ.get("FORTYFOLD", PATH.parents[2] / "bin/fortyfold")).parent
sys.path.insert(0, str(PATH.parent))
import yardstick  # noqa: E402


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


LINES = ["it: {}, stress {}", "Iteration {}, stress: {}, more"]  # what releases of scikit-learn print


@pytest.mark.parametrize("line", LINES)
def test_smacof_is_ended_when_it_falls_no_further(line):
    def smacof(goal, init, max_iter, verbose, **_):
        assert goal == "goal" and init == "start" and verbose == 2
        for iteration in range(max_iter):
            print(line.format(iteration, max(10.0, 1000.0 - iteration)))

    seconds, stress, ended = yardstick.descend(smacof, "goal", "start")
    assert stress[:2] == [1000, 999] and stress[-1] == 10 and ended
    assert len(stress) == len(seconds) == 991 + yardstick.WINDOW and seconds == sorted(seconds)


def test_smacof_that_still_falls_after_the_last_iteration_has_not_ended(monkeypatch):
    monkeypatch.setattr(yardstick, "MOST", 200)

    def smacof(goal, max_iter, **_):
        for iteration in range(max_iter):
            print(f"it: {iteration}, stress {1e6 - iteration * 1e3}")

    _, stress, ended = yardstick.descend(smacof, None, None)
    assert len(stress) == 200 and not ended


def test_smacof_that_does_not_tell_its_stress_has_no_figures():
    with pytest.raises(ValueError, match="stress"):
        yardstick.descend(lambda goal, **_: print("done"), None, None)


@pytest.mark.parametrize("search, smacof, passes", [([9, 6, 5.001], [9, 8, 7, 6], (1, 3)), ([9, 8, 7], [9, 7, 3], (2, 1))])
def test_times_are_compared_at_a_stress_that_both_pass_whichever_ends_lower(monkeypatch, search, smacof, passes):
    asked = []
    monkeypatch.setattr(yardstick, "descend", lambda *_: ([2.0 * (n + 1) for n in range(len(smacof))], smacof, True))
    monkeypatch.setattr(yardstick, "search_seconds", lambda solve, goal, start, epochs: asked.append(epochs) or [0.5, 1, 9])

    def solve(goal, points, epochs):
        done = min(epochs, len(search) - 1)
        return 2 * search[done], done

    found = yardstick.compare(None, solve, None, [0.0])
    assert (found["search"]["passes_epochs"], found["smacof"]["passes_iterations"]) == passes and asked[-1] == passes[0]
    assert found["search"]["end"] == search[-1] and found["smacof"]["end"] == smacof[-1]
    assert found["level"] == pytest.approx(1.001 * max(search[-1], smacof[-1]))
    assert found["ratio"] == 2.0 * (passes[1] + 1)


@pytest.mark.skipif(bool(os.environ.get("SANITIZE")), reason="instrumented kernels need an instrumented interpreter")
def test_the_searchs_error_is_twice_its_stress_and_falls_to_its_end(monkeypatch):
    monkeypatch.syspath_prepend(str(PROGRAMS / "python"))
    import kernels

    random = np.random.default_rng(1)
    points, start = random.random((30, 5)), random.random((30, 2))
    goal = np.sqrt(((points[:, np.newaxis, :] - points) ** 2).sum(axis=2))
    told = yardstick.search_stress(kernels.mds_solve, goal, start)
    away = start[:, np.newaxis, :] - start
    assert told[0] == pytest.approx(((goal - np.sqrt((away**2).sum(axis=2))) ** 2).sum() / 2)
    assert told[-1] < told[0] / 2 and len(yardstick.search_seconds(kernels.mds_solve, goal, start, 1)) == yardstick.ROUNDS


def test_the_table_says_both_ends_and_which_is_lower():
    record = {
        "size": 500, "seed": 2, "scikit_learn": "1.2.1", "level": 27411.0, "ratio": 113.4,
        "search": {"end": 27384.0, "end_epochs": 46, "end_s": 0.00704, "passes_epochs": 37, "passes_s": 0.00492},
        "smacof": {"end": 26904.0, "end_iterations": 1136, "end_s": 2.99, "ended": False, "passes_iterations": 212,
                   "passes_s": 0.555},
    }  # fmt: skip
    text = "\n".join(yardstick.table([record, {"size": 1000, "verdict": "skipped", "reason": "no sklearn"}]))
    for words in ("27,384 after 7.04 ms, 46 epochs", "26,904 after 2.99 s, 1,136 iterations", "27,411",
                  "4.92 ms, 37 epochs", "555 ms, 212 iterations", "113×", "lower one in 1 of 1", "stopped after",
                  "N = 1000: skipped: no sklearn"):  # fmt: skip
        assert words in text
    assert yardstick.table([]) == []
