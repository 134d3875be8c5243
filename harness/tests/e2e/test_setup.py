"""./setup and the Makefile's face: what a person meets before anything is measured."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import time

import pytest

TIERS = {"base", "test", "lint", "slides", "profiling", "ladder", "optional"}


def call(*words, cwd, env=None, timeout=60):
    return subprocess.run([str(word) for word in words], cwd=cwd, env=env, timeout=timeout, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def fake(folder, name, script):
    """An executable shell script of that name in the folder."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    # Never through a link: what it leads to may be the system's own program.
    path.unlink(missing_ok=True)
    with path.open("x") as file:
        file.write("#!/bin/sh\n" + script)
    path.chmod(0o755)


@pytest.fixture
def setup(root):
    def run(*arguments, path=None):
        env = dict(os.environ)
        if path is not None:
            env["PATH"] = str(path)
        return call("/bin/sh", root / "setup", *arguments, cwd=root, env=env)

    return run


@pytest.fixture
def bare(tmp_path):
    """A PATH on which dpkg-query knows of no package, and nothing else is found but what is added.

    Its programs are scripts of the test's own, never links to the system's.
    """
    folder = tmp_path / "bin"
    fake(folder, "dpkg-query", "exit 1\n")
    fake(folder, "env", 'exec /usr/bin/env "$@"\n')
    fake(folder, "sleep", "exit 0\n")
    return folder


def test_list_gives_each_package_a_tier_and_a_reason(setup):
    lines = setup("--list").stdout.splitlines()
    assert lines[0].split() == ["TIER", "PACKAGE", "REASON"]
    rows = [line.split(None, 2) for line in lines[1:]]
    assert all(len(row) == 3 and row[0] in TIERS and len(row[2]) > 10 for row in rows)
    names = [row[1] for row in rows]
    assert len(names) == len(set(names))
    assert {"gcc", "python3-dev", "python3-numpy", "libjansson-dev", "gnuplot-nox"} <= set(names)


def test_help_names_every_option(setup):
    done = setup("--help")
    assert done.returncode == 0
    for option in ("--lint", "--ladder", "--all", "--list", "--check"):
        assert option in done.stdout


def test_an_unknown_option_is_refused_in_one_line(setup):
    done = setup("--instal")
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and "--instal" in done.stderr


def test_nothing_to_do_is_quick_and_calls_no_apt(setup, tmp_path):
    if setup("--check").returncode != 0:
        pytest.skip("packages of the base tier are missing here")
    fake(tmp_path / "bin", "apt-get", f"echo called >{tmp_path}/called\nexit 1\n")
    start = time.monotonic()
    done = setup(path=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert time.monotonic() - start < 1.0
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert not (tmp_path / "called").exists()


def test_without_dpkg_the_exact_list_is_printed(setup, tmp_path):
    done = setup(path=tmp_path)
    assert done.returncode == 2
    base = [line.split()[1] for line in setup("--list").stdout.splitlines() if line.startswith("base")]
    assert done.stdout.split() == base
    assert "no apt" in done.stderr and "make SETUP=" in done.stderr


def test_without_apt_the_missing_ones_are_printed(setup, bare):
    done = setup(path=bare)
    assert done.returncode == 2
    assert "gcc" in done.stdout.split() and "clang-tidy" not in done.stdout.split()
    assert "no apt-get" in done.stderr


def test_any_gnuplot_will_do(setup, bare):
    fake(bare, "dpkg-query", "printf 'installed=gnuplot-qt not-installed=gcc '\n")
    missing = setup("--check", path=bare).stdout.split()
    assert "gnuplot-nox" not in missing and "gcc" in missing


def test_of_several_packages_the_first_that_apt_knows_is_installed(setup, bare):
    assert "linux-perf" in setup("--profiling", "--check", path=bare).stdout.split()
    fake(bare, "apt-cache", '[ "$2" = linux-tools-generic ]\n')
    missing = setup("--profiling", "--check", path=bare).stdout.split()
    assert "linux-tools-generic" in missing and "linux-perf" not in missing


def test_profilers_are_installed_when_asked_for(setup, bare):
    profilers = {"python3-line-profiler", "python3-memory-profiler", "pyprof2calltree"}
    assert not profilers & set(setup("--check", path=bare).stdout.split())
    for option in ("--profiling", "--all"):
        assert profilers <= set(setup(option, "--check", path=bare).stdout.split())


def test_neither_root_nor_sudo_says_what_to_run(setup, bare):
    fake(bare, "apt-get", "exit 0\n")
    fake(bare, "id", "echo 1000\n")
    done = setup(path=bare)
    assert done.returncode == 2
    assert done.stdout.startswith("apt-get install ")
    assert "root" in done.stderr


def test_sudo_is_used_and_asked_nothing(setup, bare, tmp_path):
    fake(bare, "id", "echo 1000\n")
    fake(bare, "apt-get", "exit 0\n")
    # sudo -n true: allowed without a password. Installing makes everything installed.
    fake(bare, "sudo", f'[ "$1" = -n ] && exit 0\necho "$@" >>{tmp_path}/called\n')
    setup(path=bare)
    called = (tmp_path / "called").read_text()
    assert "DEBIAN_FRONTEND=noninteractive" in called
    assert "--no-install-recommends" in called and "--no-remove" in called and " -y " in called


def test_a_passing_failure_of_apt_is_tried_again(setup, bare, tmp_path):
    fake(bare, "id", "echo 0\n")
    # The first installation fails; after the second, dpkg-query knows every package it is asked for.
    fake(bare, "apt-get", f"""case "$*" in *install*) ;; *) exit 0 ;; esac
[ -e {tmp_path}/failed ] || {{ : >{tmp_path}/failed; exit 100; }}
: >{tmp_path}/installed
""")
    fake(bare, "dpkg-query", f"""[ -e {tmp_path}/installed ] || exit 1
shift 3
for name; do printf 'installed=%s ' "$name"; done
""")
    done = setup(path=bare)
    assert done.returncode == 0, done.stderr
    assert "attempt 2 of 3" in done.stderr
    assert done.stdout == ""


def test_a_lasting_failure_of_apt_names_what_is_missing_and_the_remedy(setup, bare):
    fake(bare, "id", "echo 0\n")
    fake(bare, "apt-get", "echo 'E: no network' >&2\nexit 100\n")
    done = setup(path=bare)
    assert done.returncode == 1
    assert "E: no network" in done.stderr
    assert "libjansson-dev" in done.stderr and "dpkg --configure -a" in done.stderr


@pytest.fixture
def make(root):
    """Runs make as if it had been called by hand, not from `make test`."""

    def run(*arguments, path=None, cwd=root):
        env = {name: value for name, value in os.environ.items()
               if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "SANITIZE", "PYTHON", "BUILD", "CI")}
        if path is not None:
            env["PATH"] = path
        return call("make", *arguments, cwd=cwd, env=env)

    return run


def test_help_lists_every_public_target(make, root):
    text = (root / "Makefile").read_text()
    documented = set(re.findall(r"^([a-z%-]+):.*## ", text, re.MULTILINE))
    phony = {word for line in re.findall(r"^\.PHONY: ([a-z -]+)$", text, re.MULTILINE) for word in line.split()}
    assert phony <= documented
    done = make("help")
    assert done.returncode == 0
    listed = set(re.findall(r"^  make (\S+) ", done.stdout, re.MULTILINE))
    assert listed == documented
    assert {"all", "lab-%", "test", "lint", "format", "claims", "slides", "bench-parity", "clean", "help"} <= listed


def test_help_needs_no_set_up(make, root, tmp_path):
    """In a bare clone, `make help` must neither build nor install anything."""
    shutil.copy(root / "Makefile", tmp_path)
    done = make("help", cwd=tmp_path)
    assert done.returncode == 0 and done.stderr == ""
    assert [path.name for path in tmp_path.iterdir()] == ["Makefile"]


def test_another_python_first_on_path_is_not_used(make, tmp_path):
    """pyenv and conda put their own python3 first; the distribution's is the one that is timed."""
    for name in ("python3", "python", "python3-config"):
        fake(tmp_path / "bin", name, f"echo {name} >{tmp_path}/called\nexit 1\n")
    done = make("-n", "-o", "all", "bench-parity", path=f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    command = next(line for line in done.stdout.splitlines() if "bench_parity.py" in line)
    python = pathlib.Path(command.split()[0])
    assert python.is_absolute() and python.exists() and tmp_path not in python.parents
    assert not (tmp_path / "called").exists()


def test_doctor_names_another_python_and_takes_the_distributions(fortyfold, tmp_path):
    fake(tmp_path / "bin", "python3", "echo /opt/other/bin/python3\n")
    done = fortyfold("doctor", "--no-noise", env={"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"})
    assert "on your PATH is /opt/other/bin/python3" in done.stdout
    assert "runs in /usr/bin/python3" in done.stdout


def test_doctor_has_a_row_for_each_profiler(fortyfold):
    done = fortyfold("doctor", "--no-noise", "--json")
    rows = {row["code"]: row for row in json.loads(done.stdout)}
    for name in ("line_profiler", "memory_profiler", "pyprof2calltree", "callgrind_annotate", "kcachegrind",
                 "IPython", "perf"):
        assert rows[name]["state"] == "ok" or rows[name]["remedy"].split()[0] in ("./setup", "sudo")
