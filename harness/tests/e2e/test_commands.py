"""The face of the program: help, versions, lists."""

import json
import re
import subprocess

import pytest


def commands(fortyfold):
    done = fortyfold("--help")
    return re.findall(r"^  ([a-z]+) {2,}\S", done.stdout, re.MULTILINE)


def test_help_lists_the_commands(fortyfold):
    done = fortyfold("--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert {"list", "run", "doctor", "claims"} <= set(commands(fortyfold))
    for status in ("1 ", "2 ", "3 ", "4 ", "130 "):
        assert status in done.stdout[done.stdout.index("Exit status"):]
    assert fortyfold("-h").stdout == fortyfold("help").stdout == done.stdout


def test_without_arguments_help_is_shown_and_it_is_wrong_usage(fortyfold):
    done = fortyfold()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == fortyfold("--help").stdout


def test_every_command_explains_itself(fortyfold):
    for command in commands(fortyfold):
        done = fortyfold(command, "--help")
        assert (done.returncode, done.stderr) == (0, ""), command
        assert done.stdout.startswith(f"Usage: fortyfold {command}"), command
        assert "--help" in done.stdout


def test_every_option_of_the_contract_is_in_the_help_of_run(fortyfold):
    text = fortyfold("run", "--help").stdout
    for option in ("variant", "size", "preset", "seed", "blocks", "samples", "budget", "timeout", "memory",
                   "output", "resume", "format"):
        assert f"--{option}=" in text


def test_the_version_is_a_version(fortyfold):
    done = fortyfold("--version")
    assert done.returncode == 0
    assert re.fullmatch(r"fortyfold \d+\.\d+\.\d+\n", done.stdout)


def test_list_as_json_is_the_contracts(fortyfold):
    done = fortyfold("list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    labs = {lab["name"]: lab for lab in json.loads(done.stdout)}
    assert {"mds", "particles"} <= set(labs)
    for lab in labs.values():
        assert {"name", "title", "minutes", "tier", "baseline", "variants", "presets"} <= set(lab)
        assert lab["baseline"] in lab["variants"] and lab["tier"] in ("hands-on", "demo", "optional")
        assert all(sizes == sorted(sizes) and sizes[0] > 0 for sizes in lab["presets"].values())
    assert {"naive", "numpy", "c"} <= set(labs["mds"]["variants"])
    assert {"quick", "full", "claim"} <= set(labs["particles"]["presets"])


def test_list_for_people_names_every_lab_and_variant(fortyfold):
    text = fortyfold("list").stdout
    for lab in json.loads(fortyfold("list", "--json").stdout):
        assert re.search(rf"^{lab['name']}: ", text, re.MULTILINE)
        assert all(f"  {variant} " in text for variant in lab["variants"])


@pytest.mark.parametrize("words", [["--help"], ["list"], ["list", "--json"], ["run", "--help"], ["time", "--usage"]])
def test_a_full_disk_behind_standard_output_is_no_success(program, environment, words):
    with open("/dev/full", "w") as full:
        done = subprocess.run([program, *words], stdout=full, stderr=subprocess.PIPE, text=True,
                              env=environment(), timeout=30)
    assert done.returncode != 0
    assert "standard output" in done.stderr


def test_the_table_is_plain_where_no_terminal_is(measure, labs, tmp_path):
    done, _ = measure(labs / "tiny", tmp_path / "run", "--blocks", 1, "--samples", 1)
    assert "\033" not in done.stdout and "\r" not in done.stdout and "\033" not in done.stderr
