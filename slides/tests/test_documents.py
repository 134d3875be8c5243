"""What README.md and results/FORMAT.md say is there, is there; what is there, they say."""

import csv
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FORMAT = (ROOT / "results" / "FORMAT.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`\"?([a-z_0-9]+)\"?`", FORMAT))


def keys_of(value):
    """Every key in a JSON value; what parameters hold belongs to the lab."""
    if isinstance(value, list):
        return {key for item in value for key in keys_of(item)}
    if not isinstance(value, dict):
        return set()
    inner = {key for name, item in value.items() if name != "parameters" for key in keys_of(item)}
    return inner | set(value)


@pytest.mark.parametrize("name", sorted(path.parent.name for path in ROOT.glob("results/baselines/*/run.json")))
def test_the_format_names_every_key_of_a_run(name):
    folder = ROOT / "results" / "baselines" / name
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert keys_of(run) - NAMED == set()
    with (folder / "samples.csv").open(encoding="utf-8") as file:
        assert set(next(csv.reader(file))) - NAMED == set()


def test_the_format_names_every_key_that_the_harness_writes():
    for name in ("header", "log", "results", "samples"):  # the others are exports to other formats
        path = ROOT / "harness" / "store" / f"{name}.c"
        text = path.read_text(encoding="utf-8")
        written = set(re.findall(r'json_(?:set_\w+|object_set_new)\(\w+, "(\w+)"', text))
        assert written - NAMED == set(), path.name


def test_the_format_names_every_key_of_lab_toml():
    files = [ROOT / "harness" / "plan" / name for name in ("lab.c", "exercise.c")]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert set(re.findall(r'^    \{"(\w+)", FIELD_', text, flags=re.MULTILINE)) - NAMED - {
        "problem", "presets", "variant", "exercise",
    } == set()  # fmt: skip


@pytest.mark.parametrize("document", ["README.md", "results/FORMAT.md", "slides/README.md"])
def test_links_lead_somewhere(document):
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
        assert target.startswith("http") or (path.parent / target).exists(), target


def test_the_readme_names_every_target():
    targets = re.findall(r"^([a-z][a-z%-]*):.*## ", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert [name for name in targets if f"make {name.replace('%', 'mds')}" not in README] == []


def test_the_readme_names_every_command():
    text = (ROOT / "harness" / "main.c").read_text(encoding="utf-8")
    commands = re.findall(r'\{"([a-z]+)",\s*"', text)
    assert commands
    assert [name for name in commands if not re.search(rf"`{name}\b|fortyfold {name}\b", README)] == []


def test_the_readme_s_own_version_works(tmp_path):
    """The ten lines under "Add a version of your own", tried as they stand."""
    program = os.environ.get("FORTYFOLD", str(ROOT / "bin" / "fortyfold"))
    if not Path(program).exists():
        pytest.skip("bin/fortyfold is not built")
    lab = tmp_path / "particles"
    shutil.copytree(ROOT / "labs" / "particles", lab)
    source = re.search(r"```python\n(.*?)```", README, flags=re.DOTALL)[1]
    entry = re.search(r"```toml\n(.*?)```", README, flags=re.DOTALL)[1]
    assert source.count("\n") + entry.count("\n") <= 10
    (lab / "complex_numbers.py").write_text(source)
    with (lab / "lab.toml").open("a") as file:
        file.write("\n" + entry)
    done = subprocess.run(
        [program, "run", lab, "--variant", "naive,complex", "--size", "1", "--blocks", "1",
         "--samples", "1", "--output", tmp_path / "out", "--format", "json"],
        text=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert {cell["status"] for cell in json.loads(done.stdout)["cells"]} == {"ok"}
