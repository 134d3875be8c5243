"""fortyfold compare: two runs, their verdicts, and what a gate in CI relies on."""

import copy
import json
import math
import statistics

import pytest

VARIANTS = ("naive", "c")
SIZES = (10, 20)


@pytest.fixture(scope="module")
def measured(fortyfold, run_json, tmp_path_factory):
    """run.json of a real run at tiny sizes."""
    folder = tmp_path_factory.mktemp("compare") / "run"
    done = fortyfold("run", "mds", "--variant", ",".join(VARIANTS), "--size", ",".join(map(str, SIZES)),
                     "--blocks", 5, "--samples", 3, "--output", folder)
    assert done.returncode == 0, done.stderr
    return run_json(folder)


@pytest.fixture
def compare(fortyfold, measured, tmp_path):
    """Compares the run, as two functions left it: each gets a copy of run.json to change.

    Its times are replaced by believable ones that are the same every time, so that verdicts do not
    hang on the tester's machine.
    """

    def call(change_old, change_new, *arguments):
        paths = []
        for name, change in (("old", change_old), ("new", change_new)):
            run = copy.deepcopy(measured)
            steady(run)
            if change is not None:
                change(run)
            paths.append(tmp_path / f"{name}.json")
            paths[-1].write_text(json.dumps(run), encoding="utf-8")
        return fortyfold("compare", *paths, *arguments)

    return call


@pytest.fixture
def compare_times(compare):
    """The same with --times."""
    return lambda *arguments: compare(*arguments, "--times")


def steady(run):
    for cell in run["cells"]:
        base = 1e-4 * cell["size"] * (1 if cell["variant"] == "c" else 30)
        for sample in cell["samples"]:
            # Blocks differ by per cents, the samples inside them by less.
            wobble = 1 + 0.01 * math.sin(7 * sample["block"] + cell["size"]) + 0.002 * sample["round"]
            for key in ("real_s", "cpu_s"):
                sample[key] = base * wobble
            for key in ("steal_s", "pressure_s", "delayed_s", "others_s"):
                sample[key] = 0.0
            sample["major_faults_count"] = 0


def scaled(factor, variant=None):
    def change(run):
        for cell in run["cells"]:
            if variant in (None, cell["variant"]):
                for sample in cell["samples"]:
                    sample["real_s"] *= factor
                    sample["cpu_s"] *= factor

    return change


def failed(status):
    def change(run):
        cell = next(cell for cell in run["cells"] if cell["variant"] == "c" and cell["size"] == 20)
        cell.update(status=status, reason="it was so", samples=[], summary=None, speedup=None)

    return change


def result(done):
    assert done.stderr == "" or "warning" in done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("factor, arguments, status, answer", [
    (1.0, (), 4, "not resolved"),
    (0.5, (), 0, "not slower"),
    (2.0, (), 1, "slower"),
    (1.0, ("--threshold", "5"), 0, "not slower"),
    (1.2, ("--threshold", "5"), 1, "slower"),
    (1.2, ("--threshold", "50"), 0, "not slower"),
    (1.05, ("--threshold", "5"), 4, "not resolved"),
])
def test_exit_status(compare_times, factor, arguments, status, answer):
    done = compare_times(None, scaled(factor), "--format", "json", *arguments)
    assert done.returncode == status, done.stdout + done.stderr
    assert result(done)["answer"] == answer


def test_one_slower_variant_among_faster_ones_fails_the_gate(compare_times):
    done = compare_times(scaled(2.0, "naive"), scaled(2.0, "c"), "--format", "json")
    assert done.returncode == 1
    counts = result(done)["counts"]
    assert counts == {"faster": 2, "slower": 2, "unchanged": 0, "not_resolved": 0, "broken": 0, "not_judged": 0}
    assert math.isclose(result(done)["geometric_mean"]["ratio"], 1.0, rel_tol=1e-9)


def test_json_has_its_keys_and_the_interval_is_welchs(compare_times, measured):
    done = compare_times(None, scaled(1.5), "--format", "json")
    document = result(done)
    assert set(document) == {"schema", "lab", "old", "new", "confidence", "threshold_percent", "answer",
                             "geometric_mean", "counts", "reference", "differences", "cells", "warnings"}
    assert document["schema"] == "fortyfold-compare/1" and document["confidence"] == 0.95
    assert [warning["code"] for warning in document["warnings"]] == ["unpaired"]
    assert len(document["cells"]) == len(VARIANTS) * len(SIZES)
    run = copy.deepcopy(measured)
    steady(run)
    for cell, source in zip(document["cells"], run["cells"], strict=True):
        assert set(cell) == {"variant", "size", "old", "new", "comparison", "broken"}
        assert (cell["variant"], cell["size"]) == (source["variant"], source["size"])
        comparison = cell["comparison"]
        assert set(comparison) == {"ratio", "low", "high", "basis", "clock", "freedom", "verdict"}
        blocks = {}
        for sample in source["samples"]:
            blocks.setdefault(sample["block"], []).append(math.log(sample["real_s"]))
        medians = [statistics.median(block) for block in blocks.values()]
        # The same spread in both runs: 2 (n − 1) degrees of freedom; 2.752 is t's quantile for 8 and 97.5 %.
        assert len(medians) == 5 and math.isclose(comparison["freedom"], 8, rel_tol=1e-6)
        half = 2.7515 * math.sqrt(2 * statistics.variance(medians) / 5)
        assert math.isclose(comparison["ratio"], 1 / 1.5, rel_tol=1e-8)
        assert math.isclose(comparison["low"], math.exp(-half) / 1.5, rel_tol=1e-4)
        assert math.isclose(comparison["high"], math.exp(half) / 1.5, rel_tol=1e-4)


@pytest.mark.parametrize("status, exit_status", [
    ("wrong", 1), ("crashed", 1), ("timeout", 1), ("error", 1), ("skipped", 0)])
def test_a_cell_that_fails_only_now_fails_the_gate_unless_it_was_skipped(compare_times, status, exit_status):
    def change(run):
        scaled(0.5)(run)
        failed(status)(run)

    done = compare_times(None, change)
    assert done.returncode == exit_status, done.stdout
    assert f"c at N=20: {status} in the new run: it was so" in done.stdout


def test_a_cell_that_failed_before_is_listed(compare_times):
    done = compare_times(failed("wrong"), scaled(0.5))
    assert done.returncode == 0
    assert "c at N=20: wrong in the old run: it was so" in done.stdout


def without_the_larger_size(run):
    run["plan"]["sizes"] = [10]
    run["plan"]["order"] = [item for item in run["plan"]["order"] if item["size"] == 10]
    run["cells"] = [cell for cell in run["cells"] if cell["size"] == 10]


def test_cells_of_one_run_only_are_listed(compare):
    done = compare(without_the_larger_size, None)
    assert done.stdout.count("at N=20: only in the new run") == 2
    done = compare(None, without_the_larger_size)
    assert done.stdout.count("at N=20: only in the old run") == 2


DIFFERENCES = {
    "host.hostname": ("host", "hostname", "elsewhere"),
    "host.cpu": ("host", "cpu", "Another"),
    "host.cores_count": ("host", "cores_count", 4096),
    "software.python": ("software", "python", "3.99.0"),
    "software.python_executable": ("software", "python_executable", "/opt/python"),
    "software.numpy": ("software", "numpy", None),
    "lab.name": ("lab", "name", "other"),
    "plan.parameters": ("plan", "parameters", {"epochs": 99}),
}


@pytest.mark.parametrize("what", DIFFERENCES)
def test_unlike_runs_are_refused_unless_forced(compare_times, what):
    group, key, value = DIFFERENCES[what]

    def change(run):
        scaled(0.5)(run)
        run[group][key] = value

    done = compare_times(None, change)
    assert done.returncode == 2 and done.stdout == ""
    assert what in done.stderr and "--force" in done.stderr and len(done.stderr.splitlines()) == 1
    done = compare_times(None, change, "--force")
    assert done.returncode == 0
    assert "warning" in done.stderr and what in done.stderr
    assert f"{what} differs" in done.stdout


def test_another_seed_and_compiler_are_noted_only(compare_times):
    def change(run):
        scaled(0.5)(run)
        run["plan"]["seed"] += 1
        run["software"]["compiler"] = "another"

    done = compare_times(None, change, "--format", "json")
    assert done.returncode == 0 and done.stderr == ""
    differences = {item["what"]: item["forbids"] for item in result(done)["differences"]}
    assert differences == {"plan.seed": False, "software.compiler": False}


def test_the_table_says_how_it_was_compared_and_that_runs_drift(compare_times):
    done = compare_times(None, scaled(0.5))
    for words in ("Welch", "blocks", "geometric mean of 4 cells: 2.00×", "4 faster", "not taken in turn",
                  "paired comparison"):
        assert words in done.stdout, words
    assert "\033" not in done.stdout


def test_markdown_has_a_table(compare_times):
    done = compare_times(None, scaled(0.5), "--format", "markdown")
    rows = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + 4 and len({row.count("|") for row in rows}) == 1


def test_one_block_resolves_nothing(compare_times):
    def change(run):
        scaled(2.0)(run)
        for cell in run["cells"]:
            cell["samples"] = [sample for sample in cell["samples"] if sample["block"] == 0]

    done = compare_times(None, change)
    assert done.returncode == 4 and "no interval" in done.stdout


@pytest.mark.parametrize("arguments", [
    (), ("one",), ("one", "two", "three"), ("one", "two", "--threshold", "-1"),
    ("one", "two", "--threshold", "x"), ("one", "two", "--format", "xml"), ("missing", "missing")])
def test_bad_usage_is_explained(fortyfold, arguments):
    done = fortyfold("compare", *arguments)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.strip()


def test_a_folder_is_a_run_too(fortyfold, measured, tmp_path):
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text(json.dumps(measured), encoding="utf-8")
    done = fortyfold("compare", tmp_path / "old", tmp_path / "new")
    assert done.returncode == 4 and "geometric mean of 2 cells: 1.00×" in done.stdout


def test_a_machine_that_became_slower_changes_no_verdict(compare):
    done = compare(None, scaled(1.9), "--format", "json", "--threshold", "5")
    assert done.returncode == 0, done.stdout
    document = result(done)
    assert document["answer"] == "not slower" and document["reference"] == "naive"
    assert document["counts"] == {"faster": 0, "slower": 0, "unchanged": 2, "not_resolved": 0,
                                  "broken": 0, "not_judged": 2}
    for cell in document["cells"]:
        judged = cell["variant"] == "c"
        assert cell["comparison"]["basis"] == ("speedup" if judged else "time")
        assert math.isclose(cell["comparison"]["ratio"], 1 if judged else 1 / 1.9, rel_tol=1e-8)


def test_a_variant_that_became_slower_is_found_on_a_faster_machine(compare):
    def change(run):
        scaled(0.5)(run)
        scaled(1.3, "c")(run)

    done = compare(None, change)
    assert done.returncode == 1
    assert "not judged: naive" in done.stdout and "2 slower" in done.stdout
