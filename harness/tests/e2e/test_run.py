"""A run, from lab.toml to run.json: whole, verified, in the contract's words, and repeatable."""

import csv
import io
import json

import pytest

# CONTRACT: keys that other people's scripts rely on. More may be there.
DOCUMENT = "schema id started finished command host software lab plan cells warnings"
PARTS = {
    "host": "hostname cpu isa cores_count memory_bytes kernel os governor virtualised",
    "software": "fortyfold git_commit python python_executable python_host numpy compiler cflags",
    "lab": "name title baseline tolerance",
    "plan": "seed preset parameters blocks_count order",
}
CELL = ("variant size threads status reason calls_per_sample_count samples summary speedup residual limit "
        "import_s first_call_s")
SAMPLE = ("block round position real_s user_s sys_s cpu_s steal_s involuntary_switches_count quarantined "
          "residual")
CELL_PARTS = {
    "summary": "best_s median_s mean_s stddev_s mad_s user_s sys_s peak_rss_bytes",
    "speedup": "baseline clock ratio low high confidence verdict",
    "residual": "max_absolute max_relative",
}
SMALL = {"mds": ("--size", "5,9"), "particles": ("--size", "2,5")}


def has(thing, keys):
    return set(keys.split()) <= set(thing)


@pytest.fixture(scope="module", params=sorted(SMALL))
def measured(request, fortyfold, run_json, tmp_path_factory):
    """A small run of a lab of the project, with pictures and report: (CompletedProcess, document, folder)."""
    folder = tmp_path_factory.mktemp(request.param) / "run"
    done = fortyfold("run", request.param, *SMALL[request.param], "--blocks", 2, "--samples", 2, "--seed", 7,
                     "--output", folder)
    assert done.returncode == 0, done.stderr
    return done, run_json(folder), folder


def test_run_json_has_every_key_of_the_contract(measured):
    document = measured[1]
    assert has(document, DOCUMENT) and document["schema"] == "fortyfold/1"
    for part, keys in PARTS.items():
        assert has(document[part], keys), part
    assert has(document["lab"]["tolerance"], "absolute relative")
    for cell in document["cells"]:
        assert has(cell, CELL)
        assert all(has(sample, SAMPLE) for sample in cell["samples"])
        for part, keys in CELL_PARTS.items():
            assert has(cell[part], keys), (cell["variant"], part)
    assert all(has(warning, "code message remedy") for warning in document["warnings"])


def test_every_cell_is_ok_and_every_sample_within_tolerance(measured):
    document = measured[1]
    tolerance = document["lab"]["tolerance"]
    assert document["cells"]
    for cell in document["cells"]:
        assert (cell["status"], cell["reason"]) == ("ok", None)
        assert len(cell["samples"]) == 4
        worst = max(sample["residual"] for sample in cell["samples"])
        assert worst == cell["residual"]["max_absolute"] >= 0
        # The numbers of both labs are of size 1 or below some hundreds.
        assert worst <= tolerance["absolute"] + 1000 * tolerance["relative"]
        assert all(0 < sample["real_s"] < 60 for sample in cell["samples"])


def test_summaries_follow_from_the_samples(measured):
    for cell in measured[1]["cells"]:
        times = sorted(sample["real_s"] for sample in cell["samples"] if sample["quarantined"] is None)
        assert cell["summary"]["best_s"] == pytest.approx(times[0])
        assert times[0] <= cell["summary"]["median_s"] <= times[-1]
        assert cell["summary"]["peak_rss_bytes"] > 1 << 20


def test_every_round_is_recorded_with_its_order(measured):
    document = measured[1]
    variants = sorted({cell["variant"] for cell in document["cells"]})
    sizes = sorted({cell["size"] for cell in document["cells"]})
    rounds = document["plan"]["order"]
    places = [(entry["block"], entry["size"], entry["round"]) for entry in rounds]
    assert places == [(block, size, index) for block in range(2) for size in sizes for index in range(2)]
    assert all(sorted(entry["variants"]) == variants for entry in rounds)
    for cell in document["cells"]:
        for sample in cell["samples"]:
            entry = rounds[places.index((sample["block"], cell["size"], sample["round"]))]
            assert entry["variants"][sample["position"]] == cell["variant"]


def test_the_baseline_is_measured_against_itself(measured):
    document = measured[1]
    for cell in document["cells"]:
        speedup = cell["speedup"]
        assert speedup["baseline"] == document["lab"]["baseline"] and speedup["confidence"] == 0.95
        if cell["variant"] == document["lab"]["baseline"]:
            assert speedup["ratio"] == 1
        else:
            assert 0 < speedup["low"] <= speedup["ratio"] <= speedup["high"]
            verdict = ("faster" if speedup["low"] > 1 else "slower" if speedup["high"] < 1 else "not resolved")
            assert speedup["verdict"] == verdict


def test_the_interpreter_is_the_distributions_own(measured):
    software = measured[1]["software"]
    assert software["python_executable"].startswith("/usr/bin/python3")
    assert software["python_host"] in ("executable", "shared library")
    assert software["python"].count(".") == 2 and software["numpy"]


def test_pictures_and_a_report_lie_beside_run_json(measured):
    done, document, folder = measured
    files = {path.name for path in folder.iterdir()}
    assert {"run.json", "samples.csv", "log.jsonl", "report.html", "speedup.png", "speedup.svg", "time.png",
            "time.svg"} <= files
    assert not [name for name in files if ".part" in name]
    assert all((folder / name).stat().st_size > 500 for name in files)
    rows = list(csv.DictReader((folder / "samples.csv").open()))
    assert len(rows) == sum(len(cell["samples"]) for cell in document["cells"])


def test_the_table_shows_every_variant_and_names_the_files(measured):
    done, document, folder = measured
    for cell in document["cells"]:
        assert f" {cell['variant']} " in done.stdout
    assert str(folder / "run.json") in done.stdout and str(folder / "report.html") in done.stdout


def test_the_same_seed_gives_the_same_order_another_seed_another(measure, labs, tmp_path):
    orders = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        _, document = measure(labs / "tiny", tmp_path / name, "--seed", seed, "--blocks", 3, "--samples", 3)
        assert document["plan"]["seed"] == seed
        orders.append(document["plan"]["order"])
    assert orders[0] == orders[1] != orders[2]


def test_the_same_seed_gives_the_same_problems(measure, labs, tmp_path):
    """The variant writes down what it was given in the timed calls' rounds."""
    lab = tmp_path / "lab"
    lab.mkdir()
    for path in (labs / "tiny").glob("*.*"):
        (lab / path.name).write_text(path.read_text())
    (lab / "naive.py").write_text("import os\n\n\ndef scale(numbers, factor):\n"
                                  "    with open(os.environ['TMPDIR'] + '/seen', 'a') as file:\n"
                                  "        print(numbers[0], factor, file=file)\n"
                                  "    return [number * factor for number in numbers]\n")
    seen = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        (tmp_path / name).mkdir()
        done, _ = measure(lab, tmp_path / name / "run", "--seed", seed, "--blocks", 2, "--samples", 2,
                          env={"TMPDIR": str(tmp_path / name), "PATH": "/dev/null"})
        assert done.returncode == 0
        seen.append(set((tmp_path / name / "seen").read_text().split("\n")))
    assert seen[0] == seen[1]
    # One for each round, and one for each warming up.
    assert len(seen[0] - {""}) == 2 * 2 * (2 + 1)
    assert not (seen[0] & seen[2]) - {""}


@pytest.mark.parametrize("form", ["json", "csv", "markdown", "table"])
def test_every_format_can_be_read_by_its_readers(fortyfold, plain, labs, tmp_path, form):
    done = fortyfold("run", labs / "tiny", "--blocks", 2, "--samples", 1, "--output", tmp_path / "run",
                     "--format", form, env=plain)
    assert done.returncode == 0
    if form == "json":
        document = json.loads(done.stdout)
        assert document == json.loads((tmp_path / "run" / "run.json").read_text())
    elif form == "csv":
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        assert [row["variant"] for row in rows if row["size"] == "4"] == ["naive", "listed", "limited", "lacking"]
        assert all(None not in row and None not in row.values() for row in rows)
    elif form == "markdown":
        table = [line for line in done.stdout.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in table}) == 1 and len(table) >= 10
    else:
        assert "best of 2" in done.stdout


def test_what_cannot_be_run_is_skipped_with_the_reason(measure, labs, tmp_path):
    done, document = measure(labs / "tiny", tmp_path / "run", "--blocks", 1, "--samples", 1)
    cells = {(cell["variant"], cell["size"]): cell for cell in document["cells"]}
    assert done.returncode == 0, "what was skipped has not failed"
    assert cells["limited", 4]["status"] == "ok" and cells["limited", 16]["status"] == "skipped"
    assert "10" in cells["limited", 16]["reason"]
    assert cells["lacking", 4]["status"] == "skipped"
    assert "no_such_module_or_program" in cells["lacking", 4]["reason"]


def test_a_preset_brings_its_sizes_and_parameters(measure, labs, tmp_path):
    _, document = measure(labs / "tiny", tmp_path / "run", "--preset", "half", "--variant", "listed",
                          "--blocks", 1, "--samples", 1)
    assert document["plan"]["preset"] == "half" and document["plan"]["parameters"] == {"factor": 0.5}
    assert {(cell["variant"], cell["size"]) for cell in document["cells"]} == {("naive", 8), ("listed", 8)}


def test_a_budget_ends_the_run_after_a_block(measure, labs, tmp_path):
    done, document = measure(labs / "tiny", tmp_path / "run", "--budget", "0.01", "--samples", 1)
    assert done.returncode == 0
    assert document["ended_by"] == "budget" and document["blocks_done_count"] == 1
    assert [warning["code"] for warning in document["warnings"]].count("few-blocks") == 1
