"""fortyfold export: every key, type and unit that the readers of these formats rely on."""

import csv
import datetime
import json
import math
import re
import statistics
import textwrap

import pytest

SIZES = (3, 5)
VARIANTS = ("first", "second")


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A lab of milliseconds, in which one variant fails at the larger size."""
    folder = tmp_path_factory.mktemp("lab") / "tiny"
    folder.mkdir()
    (folder / "lab.toml").write_text(textwrap.dedent("""
        title = "Sums"
        summary = "Adds numbers"
        minutes = 1
        tier = "demo"
        baseline = "first"
        [problem]
        file = "problem.py"
        oracle = "variant:first"
        absolute = 1e-9
        relative = 1e-9
        [presets.quick]
        sizes = [3, 5]
        [[variant]]
        name = "first"
        label = "a loop"
        file = "sums.py"
        function = "first"
        [[variant]]
        name = "second"
        label = "built in"
        file = "sums.py"
        function = "second"
        [[variant]]
        name = "wrong"
        label = "wrong at 5"
        file = "sums.py"
        function = "wrong"
    """), encoding="utf-8")
    (folder / "problem.py").write_text("def make(size, seed):\n    return ([float(seed % 7)] * size,)\n")
    (folder / "sums.py").write_text(textwrap.dedent("""
        def first(numbers):
            total = 0.0
            for number in numbers:
                total += number
            return total

        def second(numbers):
            return sum(numbers)

        def wrong(numbers):
            return sum(numbers) + (1.0 if len(numbers) == 5 else 0.0)
    """))
    return folder


@pytest.fixture(scope="module")
def run(lab, fortyfold, tmp_path_factory):
    """The folder of a run of that lab: one cell of six is wrong."""
    folder = tmp_path_factory.mktemp("run") / "run"
    done = fortyfold("run", lab, "--blocks", 3, "--samples", 4, "--seed", 5, "--output", folder)
    assert done.returncode == 1, done.stderr
    return folder


@pytest.fixture
def export(run, fortyfold, tmp_path):
    """Exports the run and returns the CompletedProcess and the files by name."""

    def call(name, *arguments):
        folder = tmp_path / name
        done = fortyfold("export", run, "--format", name, "-o", folder, *arguments)
        return done, {path.name: path for path in folder.glob("*")}

    return call


def load(path):
    """JSON as strict readers take it: no NaN, no key twice."""

    def pairs(items):
        keys = [key for key, _ in items]
        assert len(keys) == len(set(keys)), keys
        return dict(items)

    def constant(word):
        raise AssertionError(f"{word} is not JSON")

    return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=pairs, parse_constant=constant)


def is_time(value):
    return type(value) is float and math.isfinite(value) and value > 0


def samples_of(run, run_json, variant, size):
    cells = [cell for cell in run_json(run)["cells"]
             if cell["variant"] == variant and cell["size"] == size]
    assert len(cells) == 1
    return [sample for sample in cells[0]["samples"] if sample["quarantined"] is None]


def test_failed_cells_are_left_out_and_named(export):
    for name in ("pyperf", "hyperfine", "gbench"):
        done, files = export(name)
        assert done.returncode == 0, done.stderr
        lines = done.stderr.splitlines()
        assert len(lines) == 1 and "wrong at N=5: wrong" in lines[0]
        assert sorted(done.stdout.split()) == sorted(str(path) for path in files.values())


# What pyperf's registry of metadata says of a value; other keys take any string or number.
PYPERF_KEYS = {
    "loops": lambda value: type(value) is int and value >= 1,
    "cpu_count": lambda value: type(value) is int and value >= 1,
    "mem_max_rss": lambda value: type(value) is int and value >= 1,
    "unit": lambda value: value == "second",
    "date": lambda value: datetime.datetime.strptime(value, "%Y-%m-%d %H:%M:%S"),
    "name": lambda value: type(value) is str,
}


def check_pyperf_metadata(metadata):
    for key, value in metadata.items():
        assert type(value) in (str, int, float), (key, value)
        if type(value) is str:
            assert value.strip() == value != "" and not re.search(r"[\r\n]", value), (key, value)
        assert PYPERF_KEYS.get(key, lambda _: True)(value), (key, value)


def test_pyperf(export, run, run_json):
    done, files = export("pyperf")
    assert sorted(files) == ["first.json", "second.json", "wrong.json"]
    counts = {}
    for name, path in files.items():
        suite = load(path)
        assert set(suite) == {"version", "metadata", "benchmarks"}
        assert suite["version"] == "1.0"
        check_pyperf_metadata(suite["metadata"])
        assert {"unit", "hostname", "cpu_model_name", "python_version"} <= set(suite["metadata"])
        sizes = SIZES if name != "wrong.json" else SIZES[:1]
        names = [benchmark["metadata"]["name"] for benchmark in suite["benchmarks"]]
        assert names == [f"tiny/n={size}" for size in sizes]
        for benchmark in suite["benchmarks"]:
            assert set(benchmark) == {"metadata", "runs"}
            assert benchmark["metadata"]["loops"] >= 1
            check_pyperf_metadata(benchmark["metadata"])
            assert 1 <= len(benchmark["runs"]) <= 3
            for one in benchmark["runs"]:
                assert set(one) == {"metadata", "values"}
                check_pyperf_metadata(one["metadata"])
                assert "date" in one["metadata"]
                assert one["values"] and all(is_time(value) for value in one["values"])
            # Keys that a reader wants to agree over a benchmark stand above its runs.
            assert all(set(one["metadata"]) == {"date", "fortyfold_block"} for one in benchmark["runs"])
            count = sum(len(one["values"]) for one in benchmark["runs"])
            counts.setdefault(benchmark["metadata"]["name"], set()).add(count)
    # Unequal counts make its test of significance raise, and report "significant".
    assert all(len(values) == 1 for values in counts.values()), counts
    measured = {sample["real_s"] for sample in samples_of(run, run_json, "first", 3)}
    exported = [value for one in load(files["first.json"])["benchmarks"][0]["runs"] for value in one["values"]]
    assert all(any(math.isclose(value, real, rel_tol=1e-8) for real in measured) for value in exported)


HYPERFINE_KEYS = {"command", "mean", "stddev", "median", "user", "system", "min", "max", "times",
                  "memory_usage_byte", "exit_codes", "parameters"}


def check_hyperfine_result(result):
    assert set(result) == HYPERFINE_KEYS
    assert type(result["command"]) is str and result["command"]
    times = result["times"]
    assert times and all(is_time(value) for value in times)
    for key, expected in (("mean", statistics.fmean(times)), ("median", statistics.median(times)),
                          ("min", min(times)), ("max", max(times))):
        assert math.isclose(result[key], expected, rel_tol=1e-9), key
    if len(times) > 1:
        assert math.isclose(result["stddev"], statistics.stdev(times), rel_tol=1e-6, abs_tol=1e-15)
    else:
        assert result["stddev"] is None
    for key in ("user", "system"):
        assert type(result[key]) is float and result[key] >= 0
    assert result["exit_codes"] == [0] * len(times)
    assert len(result["memory_usage_byte"]) == len(times)
    assert all(type(value) is int and value > 1 << 20 for value in result["memory_usage_byte"])
    assert list(result["parameters"]) == ["n"]
    assert type(result["parameters"]["n"]) is str and float(result["parameters"]["n"]) > 0


def test_hyperfine(export, run, run_json):
    done, files = export("hyperfine")
    assert sorted(files) == ["first.json", "n=3.json", "n=5.json", "second.json", "wrong.json"]
    for path in files.values():
        document = load(path)
        assert set(document) == {"results"} and document["results"]
        for result in document["results"]:
            check_hyperfine_result(result)
    # A curve: one command, one parameter, a result a size.
    curve = load(files["second.json"])["results"]
    assert [result["parameters"]["n"] for result in curve] == [str(size) for size in SIZES]
    assert {result["command"] for result in curve} == {"tiny second"}
    # A comparison: the variants of a size; the one that failed there is not among them, so that
    # these are the two results which the script for Welch's test takes.
    assert [result["command"] for result in load(files["n=5.json"])["results"]] == ["tiny first", "tiny second"]
    measured = [sample["real_s"] for sample in samples_of(run, run_json, "first", 5)]
    exported = load(files["n=5.json"])["results"][0]["times"]
    assert all(math.isclose(a, b, rel_tol=1e-8) for a, b in zip(measured, exported, strict=True))


GBENCH_KEYS = {"name": str, "run_name": str, "run_type": str, "family_index": int,
               "per_family_instance_index": int, "repetitions": int, "repetition_index": int, "threads": int,
               "iterations": int, "real_time": float, "cpu_time": float, "time_unit": str}


def test_gbench(export, run, run_json):
    done, files = export("gbench")
    assert sorted(files) == ["tiny.json"]
    document = load(files["tiny.json"])
    assert set(document) == {"context", "benchmarks"}
    context = document["context"]
    assert datetime.datetime.fromisoformat(context["date"]).tzinfo is not None
    assert context["json_schema_version"] == 1
    for key in ("num_cpus", "mhz_per_cpu"):
        assert type(context[key]) is int and context[key] >= 0
    assert type(context["caches"]) is list and type(context["load_avg"]) is list
    groups = {}
    for entry in document["benchmarks"]:
        assert {key: type(value) for key, value in entry.items()} == GBENCH_KEYS
        assert entry["time_unit"] == "ns" and entry["run_type"] == "iteration"
        assert entry["name"] == entry["run_name"]
        assert is_time(entry["real_time"]) and is_time(entry["cpu_time"])
        assert entry["threads"] == 1 and entry["iterations"] >= 1
        groups.setdefault(entry["name"], []).append(entry)
    assert set(groups) == {"tiny/first/3", "tiny/first/5", "tiny/second/3", "tiny/second/5", "tiny/wrong/3"}
    for entries in groups.values():
        assert [entry["repetition_index"] for entry in entries] == list(range(len(entries)))
        assert {entry["repetitions"] for entry in entries} == {len(entries)}
        assert len({(entry["family_index"], entry["per_family_instance_index"]) for entry in entries}) == 1
    measured = [sample["real_s"] for sample in samples_of(run, run_json, "second", 3)]
    exported = [entry["real_time"] for entry in groups["tiny/second/3"]]
    assert all(math.isclose(a * 1e9, b, rel_tol=1e-8) for a, b in zip(measured, exported, strict=True))


def test_csv_and_markdown_keep_the_failed_cell_without_a_time(export):
    done, files = export("csv")
    assert done.returncode == 0 and sorted(files) == ["cells.csv"]
    rows = list(csv.DictReader(files["cells.csv"].open(encoding="utf-8", newline="")))
    assert len(rows) == 6
    for row in rows:
        failed = row["variant"] == "wrong" and row["size"] == "5"
        assert row["status"] == ("wrong" if failed else "ok")
        assert (row["real_median_s"] == "") == failed
        assert failed or float(row["real_median_s"]) > 0
    done, files = export("markdown")
    assert done.returncode == 0 and sorted(files) == ["table.md"]
    table = [line for line in files["table.md"].read_text(encoding="utf-8").splitlines()
             if line.startswith("|")]
    assert len(table) == 2 + 6 and len({line.count("|") for line in table}) == 1


def test_existing_files_are_refused_unless_forced(export):
    done, files = export("pyperf")
    before = {name: path.read_bytes() for name, path in files.items()}
    files["wrong.json"].write_text("mine")
    files["first.json"].unlink()
    done, files = export("pyperf")
    assert done.returncode == 2 and done.stdout == "" and "--force" in done.stderr
    assert "first.json" not in files, "all or nothing"
    assert files["wrong.json"].read_text() == "mine"
    done, files = export("pyperf", "--force")
    assert done.returncode == 0
    assert {name: path.read_bytes() for name, path in files.items()} == before


def test_run_json_itself_is_a_run_too(fortyfold, run, tmp_path):
    done = fortyfold("export", run / "run.json", "--format", "gbench", "-o", tmp_path / "deep" / "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "deep" / "out" / "tiny.json").exists()


@pytest.mark.parametrize("arguments", [
    (), ("RUN",), ("RUN", "--format", "pyperf"), ("RUN", "--format", "xml", "-o", "OUT"),
    ("missing", "--format", "csv", "-o", "OUT"), ("RUN", "RUN", "--format", "csv", "-o", "OUT")])
def test_bad_usage_is_explained_and_writes_nothing(fortyfold, run, tmp_path, arguments):
    names = {"RUN": str(run), "OUT": str(tmp_path / "out")}
    done = fortyfold("export", *(names.get(word, word) for word in arguments), cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.strip()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_an_error(fortyfold, run, tmp_path):
    (tmp_path / "file").write_text("")
    done = fortyfold("export", run, "--format", "csv", "-o", tmp_path / "file" / "out")
    assert done.returncode == 2 and "file" in done.stderr
