"""What a user has installed or exported must not change a figure, nor stop a run."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest


@pytest.fixture
def trap(tmp_path):
    """Programs and modules that tell on whoever calls them."""
    folder = tmp_path / "trap"
    folder.mkdir()
    sprung = tmp_path / "sprung"
    for name in ("python3", "python", "python3.11", "gcc", "git"):
        path = folder / name
        path.write_text(f"#!/bin/sh\necho $0 >>{sprung}\nexit 1\n")
        path.chmod(0o755)
    for module in ("sitecustomize", "usercustomize", "random", "json", "tomllib", "numpy"):
        (folder / f"{module}.py").write_text(f"open({str(sprung)!r}, 'a').write('{module} ')\nraise SystemExit(1)\n")
    return folder, sprung


def measure_tiny(measure, lab, folder, **keywords):
    done, document = measure(lab / "tiny", folder, "--blocks", 1, "--samples", 1, "--size", 4, **keywords)
    assert done.returncode == 0, done.stderr
    return document


def test_another_python_first_on_path_is_not_used(measure, labs, tmp_path, trap):
    document = measure_tiny(measure, labs, tmp_path / "run", env={"PATH": str(trap[0])})
    assert document["software"]["python_executable"].startswith("/usr/bin/python3")
    called = {pathlib.Path(path).name for path in trap[1].read_text().split()} if trap[1].exists() else set()
    assert called <= {"git"}, "which tells the commit, and may be missing"


@pytest.mark.parametrize("variable", ["PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE"])
def test_pythons_variables_have_no_effect(measure, labs, tmp_path, trap, variable):
    measure_tiny(measure, labs, tmp_path / "run", env={variable: str(trap[0]), "PATH": "/dev/null"})
    assert not trap[1].exists(), trap[1].read_text()


def test_settings_that_slow_python_down_have_no_effect(measure, labs, tmp_path):
    shutil.copytree(labs / "tiny", tmp_path / "tiny")
    (tmp_path / "tiny" / "listed.py").write_text(
        "import os\nimport sys\nassert not sys.flags.dev_mode and not sys.flags.optimize and not sys.flags.verbose\n"
        "assert not [name for name in os.environ if name.startswith('PYTHON')], os.environ\n"
        "assert {os.environ[f'{name}_NUM_THREADS'] for name in ('OMP', 'OPENBLAS', 'BLIS', 'MKL')} == {'1'}\n\n\n"
        "def scale(numbers, factor):\n    return [number * factor for number in numbers]\n")
    measure_tiny(measure, tmp_path, tmp_path / "run",
                 env={"PYTHONDEVMODE": "1", "PYTHONOPTIMIZE": "2", "PYTHONVERBOSE": "1", "PYTHONMALLOC": "debug",
                      "PYTHONTRACEMALLOC": "5", "OMP_NUM_THREADS": "64", "BLIS_NUM_THREADS": "64", "PATH": "/dev/null"})


def test_the_folder_it_is_called_from_has_no_effect(measure, labs, tmp_path, trap):
    """Modules that lie there are not imported: only the lab's own folder is on the path."""
    measure_tiny(measure, labs, tmp_path / "run", cwd=trap[0])
    assert not trap[1].exists(), trap[1].read_text()


def test_variables_of_another_language_have_no_effect(measure, labs, tmp_path):
    document = measure_tiny(measure, labs, tmp_path / "run",
                            env={"LC_ALL": "de_DE.UTF-8", "LC_NUMERIC": "de_DE.UTF-8", "PATH": "/dev/null"})
    assert document["cells"][0]["summary"]["median_s"] > 0


def test_without_variables_it_runs_all_the_same(program, labs, run_json, tmp_path):
    done = subprocess.run([program, "run", labs / "tiny", "--blocks", "1", "--samples", "1", "--output",
                           tmp_path / "run"], env={}, cwd="/", stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert len(run_json(tmp_path / "run")["cells"]) == 8


def test_closed_standard_streams_do_not_reach_the_workers(program, labs, run_json, tmp_path, environment, plain):
    """With 0, 1 or 2 closed, a socket or a log could get their numbers."""
    words = " ".join(f"'{word}'" for word in (program, "run", labs / "tiny", "--blocks", 1, "--samples", 1))
    for closed in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        folder = tmp_path / f"run{len(list(tmp_path.iterdir()))}"
        subprocess.run(["/bin/sh", "-c", f"{words} --output '{folder}' {closed}"], stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, env=environment(plain))
        document = run_json(folder)
        assert {cell["status"] for cell in document["cells"]} == {"ok", "skipped"}, closed
        for line in (folder / "log.jsonl").read_text().splitlines():
            assert json.loads(line), "the table was printed into the log"


def test_missing_tools_cost_the_pictures_and_are_named(fortyfold, plain, labs, tmp_path):
    done = fortyfold("run", labs / "tiny", "--blocks", 1, "--samples", 1, "--output", tmp_path / "run", env=plain)
    assert done.returncode == 0
    assert "gnuplot" in done.stderr and "pandoc" in done.stderr and "./setup" in done.stderr
    assert {path.name for path in (tmp_path / "run").iterdir()} == {"log.jsonl", "run.json", "samples.csv"}


def test_a_report_can_be_made_later(fortyfold, measure, labs, tmp_path):
    measure_tiny(measure, labs, tmp_path / "run")
    before = (tmp_path / "run" / "run.json").read_bytes()
    done = fortyfold("report", tmp_path / "run")
    assert done.returncode == 0, done.stderr
    assert {"report.html", "speedup.png", "time.svg"} <= set(os.listdir(tmp_path / "run"))
    assert (tmp_path / "run" / "run.json").read_bytes() == before
