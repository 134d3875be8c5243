"""labs/profiling: its programs are right, its tools write what they say, its handout works as written."""

import itertools
import json
import os
import pstats
import re
import secrets
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

if os.environ.get("SANITIZE"):
    pytest.skip("an instrumented kernels.so needs an instrumented interpreter", allow_module_level=True)

from handout import commands  # noqa: E402
from test_labs import load  # noqa: E402, F401  (a fixture)

ROOT = Path(__file__).resolve().parents[2]
LAB = ROOT / "labs" / "profiling"
PROGRAM = Path(os.environ.get("FORTYFOLD", ROOT / "bin" / "fortyfold"))
HANDOUT = (LAB / "README.md").read_text(encoding="utf-8")
TOML = tomllib.loads((LAB / "lab.toml").read_text(encoding="utf-8"))
sys.path.insert(0, str(LAB / "tools"))


# The shop's three ways to count, and the exercise.


@pytest.mark.parametrize("variant", TOML["variant"], ids=lambda variant: variant["name"])
def test_each_way_of_counting_agrees_with_the_reference(load, variant):  # noqa: F811
    make = load("profiling", "problem.py").make
    count = getattr(load("profiling", variant["file"]), variant["function"])
    solve = load("profiling", "reference.py").solve
    seed = secrets.randbits(32)
    for size, repeats in itertools.product((0, 1, 2, 7, 300), (0.0, 0.5, 0.9, 1.0)):
        (orders,) = make(size, seed, repeats=repeats)
        assert count(orders) == solve(orders), f"size {size}, repeats {repeats}, seed {seed}"


@pytest.mark.parametrize("repeats", [0.0, 0.5, 0.9, 0.999, 1.0])
def test_the_share_of_repeats_is_what_was_asked_for(load, repeats):  # noqa: F811
    (orders,) = load("profiling", "problem.py").make(10_000, 1, repeats=repeats)
    assert len(orders) == 10_000
    assert len(set(orders)) == max(1, round(10_000 * (1 - repeats)))
    # First orders are spread over the day: half of them lie in its first half.
    assert abs(len(set(orders[:5000])) - len(set(orders)) / 2) <= 1


@pytest.mark.parametrize("file", ["day_slow.py", "exercise.py", "solution.py"])
def test_the_report_of_a_day_agrees_with_the_reference(load, file):  # noqa: F811
    make = load("profiling", "day_problem.py").make
    report = load("profiling", file).report
    solve = load("profiling", "day_reference.py").solve
    seed = secrets.randbits(32)
    for size in (1, 2, 3, 7, 30, 400):
        lines, stock, rates = make(size, seed)
        expected = solve(lines, dict(stock), rates)
        found = report(lines, dict(stock), rates)
        assert found[:4] == expected[:4], f"size {size}, seed {seed}"
        assert found[4] == pytest.approx(expected[4], rel=1e-10)
        assert found[5] == pytest.approx(expected[5], rel=1e-10)


def test_a_day_has_what_the_exercise_is_about(load):  # noqa: F811
    lines, stock, _ = load("profiling", "day_problem.py").make(1000, 1)
    numbers = [line.split()[1] for line in lines]
    assert len(set(numbers)) == 1000 < len(numbers)
    orders, _, missing, low, _, by_hour = load("profiling", "solution.py").report(*load(
        "profiling", "day_problem.py").make(1000, 1))  # fmt: skip
    assert orders == 1000 and missing > 0 and 0 < low < len(stock) and all(by_hour)


def test_the_three_slow_spots_stand_out_in_the_profile(load):  # noqa: F811
    """By counts, which no machine changes: each spot does work for every order that need be done once."""
    import cProfile

    arguments = load("profiling", "day_problem.py").make(500, 1)
    profile = cProfile.Profile()
    profile.runcall(load("profiling", "day_slow.py").report, *arguments)
    calls = {name: row[1] for (_, _, name), row in pstats.Stats(profile).stats.items()}
    assert calls["read_rates"] == calls["take_from_stock"] == 500
    assert calls["is_new"] == len(arguments[0])


# The tools.


def tool(name, *words, env=None, cwd=ROOT):
    return subprocess.run(
        [sys.executable, LAB / "tools" / name, *map(str, words)], cwd=cwd, text=True, timeout=120,
        capture_output=True, stdin=subprocess.DEVNULL, env=environment(env),
    )  # fmt: skip


def environment(added=None):
    """As a person has it at a terminal: not make's own, and no display for a window. CI stays: other
    warnings are other flags, and the program under test would be built anew."""
    dropped = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "BUILD", "DISPLAY", "WAYLAND_DISPLAY")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "TERM": "dumb", "IPYTHONDIR": str(ROOT / "build" / "ipython"), **(added or {})}


def skip_if_absent(done):
    """A profiler that is not here is told with its remedy: that, and nothing else, is let pass."""
    if done.returncode != 0:
        said = done.stdout + done.stderr
        reason = re.search(r"^.*(is not installed; \./setup|does not let you use perf).*$", said, re.MULTILINE)
        assert reason and "Traceback" not in said, said
        pytest.skip(reason[0])


def test_the_kept_profile_is_one_that_pstats_reads(tmp_path):
    env = {"PROFILING_RESULTS": str(tmp_path)}
    assert tool("look.py", "cprofile", "--lab=mds", "--variant=naive", "--size=8", env=env).returncode == 0
    stats = pstats.Stats(str(tmp_path / "mds-naive-8" / "cprofile.prof")).stats
    rows = {name: row for (_, _, name), row in stats.items()}
    assert rows["solve"][1] == 1  # calls
    assert rows["norm"][1] % 8 == 0
    assert not any("import" in name for name in rows)  # only the call was profiled


def test_the_callgrind_file_says_what_cprofile_found(tmp_path):
    """Strictly: every line is one of the format's, and the sums are those of the profile."""
    done = tool("look.py", "callgrind", "--lab=mds", "--variant=naive", "--size=8",
                env={"PROFILING_RESULTS": str(tmp_path)})  # fmt: skip
    skip_if_absent(done)
    folder = tmp_path / "mds-naive-8"
    lines = (folder / "callgrind.out").read_text(encoding="utf-8").splitlines()
    header = {"event": r"ns : Nanoseconds", "events": r"ns", "summary": r"\d+"}
    called = function = None
    total, calls = 0, {}
    for line in lines:
        if match := re.fullmatch(r"(\w+): (.*)", line):
            assert re.fullmatch(header[match[1]], match[2]), line
        elif match := re.fullmatch(r"(fl|fn|cfl|cfn)=(.+)", line):
            function = match[2] if match[1] == "fn" else function
            called = match[2] if match[1] == "cfn" else called
        elif match := re.fullmatch(r"calls=(\d+) \d+", line):
            calls[called] = calls.get(called, 0) + int(match[1])
            assert function is not None
            after_calls = True
            continue
        elif match := re.fullmatch(r"(\d+) (\d+)", line):
            # The line after "calls=" is what the called function took, and counted there.
            total += 0 if after_calls else int(match[2])
        else:
            assert line == "", line
        after_calls = False
    summary = int(next(line for line in lines if line.startswith("summary: ")).split()[1])
    # The profiler's own end, a microsecond, is called by nobody.
    assert total == pytest.approx(summary, rel=0.01)
    assert calls["move_point"] == 24  # 3 epochs of 8 points
    if shutil.which("callgrind_annotate"):
        text = (folder / "callgrind.txt").read_text(encoding="utf-8")
        assert re.search(r"\(100\.0%\)  \*  labs/mds/naive\.py:solve", text)
        assert "labs/mds/naive.py:move_point (24x)" in text


def test_without_a_display_no_window_is_asked_for(tmp_path):
    done = tool("look.py", "callgrind", "--lab=mds", "--variant=naive", "--size=5",
                env={"PROFILING_RESULTS": str(tmp_path)})  # fmt: skip
    skip_if_absent(done)
    assert "KCachegrind was not opened" in done.stdout


def test_with_a_display_kcachegrind_gets_the_file(tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()
    viewer = folder / "kcachegrind"
    viewer.write_text(f'#!/bin/sh\necho "$1" >{tmp_path}/opened.new && mv {tmp_path}/opened.new {tmp_path}/opened\n')
    viewer.chmod(0o755)
    done = tool("look.py", "callgrind", "--lab=mds", "--variant=naive", "--size=5", env={
        "PROFILING_RESULTS": str(tmp_path), "DISPLAY": ":9", "PATH": f"{folder}:{os.environ['PATH']}",
    })  # fmt: skip
    skip_if_absent(done)
    for _ in range(200):
        if (tmp_path / "opened").exists():
            break
        subprocess.run(["sleep", "0.02"])
    assert (tmp_path / "opened").read_text().strip() == str(tmp_path / "mds-naive-5" / "callgrind.out")


@pytest.mark.parametrize("words,said", [
    (("cprofile", "--lab=nix"), "there is no lab 'nix'; there are: "),
    (("cprofile", "--lab=mds", "--variant=fast"), "no variant 'fast'; it has: naive, "),
    (("cprofile", "--lab=mds", "--variant=pypy"), "runs in pypy3"),
    (("cprofile", "--preset=huge"), "no preset 'huge'; it has: quick"),
    (("cprofile", "--sort=colour"), "cannot sort by 'colour'"),
    (("cprofile", "--size=0"), "at least 1"),
    (("diff", "--size=3"), "make flame LAB=mds VARIANT=naive SIZE=3"),
], ids=lambda value: " ".join(value) if isinstance(value, tuple) else "")  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_line(words, said, tmp_path):
    done = tool("look.py", *words, env={"PROFILING_RESULTS": str(tmp_path)})
    assert done.returncode == 2
    assert said in done.stderr and "Traceback" not in done.stderr
    assert list(tmp_path.rglob("*.*")) == []


@pytest.mark.parametrize("profiler,absent", [
    ("lines", "line_profiler"), ("memory", "memory_profiler"), ("callgrind", "pyprof2calltree"), ("perf", "perf"),
])  # fmt: skip
def test_an_absent_profiler_is_named_with_its_remedy(profiler, absent, tmp_path):
    """As on a machine without it: no such program on the PATH, no such module in Python."""
    hide = f"import sys; sys.modules[{absent!r}] = None; sys.argv = ['look.py', {profiler!r}, '--size=5']; "
    code = hide + f"sys.path.insert(0, {str(LAB / 'tools')!r}); import look; sys.exit(look.main(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, timeout=60, env=environment(
        {"PATH": str(tmp_path), "PROFILING_RESULTS": str(tmp_path / "out")}))  # fmt: skip
    assert done.returncode == 2
    assert f"{absent} is not installed; ./setup --profiling" in done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1
    assert not list((tmp_path / "out").rglob("*.*"))


@pytest.mark.parametrize("name", ["look.py", "distortion.py"])
def test_a_folder_that_cannot_be_made_is_told(name, tmp_path):
    (tmp_path / "file").write_text("")
    words = ["cprofile", "--size=3"] if name == "look.py" else ["--rounds=1", "--seconds=0.05"]
    done = tool(name, *words, env={"PROFILING_RESULTS": str(tmp_path / "file" / "below")})
    assert done.returncode == 2
    assert "cannot be made: Not a directory" in done.stderr and "Traceback" not in done.stderr


def test_a_failure_keeps_the_old_file(tmp_path):
    from output import whole
    from subject import Refused

    path = tmp_path / "table.txt"
    path.write_text("old")
    with pytest.raises(Refused), whole(path) as part:
        part.write_text("half")
        raise Refused("no more")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["table.txt"]


def test_the_distortion_is_told_from_all_rounds():
    from distortion import PARTS, summary, table

    def rounds(*shares):
        return {"shares": [list(row) for row in shares], "lap_ms": [10.0 * len(shares)] * len(shares)}

    found = {
        "clock": rounds((0.4, 0.3, 0.2, 0.1)),
        "cprofile": rounds((0.1, 0.3, 0.2, 0.4), (0.2, 0.3, 0.2, 0.3)),
        "sampled": {"shares": [], "lap_ms": []},
    }
    result = summary(found, {"sampled": "no such command"})
    assert set(result) == {"clock", "cprofile"}
    assert result["cprofile"]["shares"] == pytest.approx(dict(zip(PARTS, (0.15, 0.3, 0.2, 0.35))))
    assert result["cprofile"]["worst_points"] == pytest.approx(25)
    assert result["cprofile"]["slowdown"] == pytest.approx(2)
    text = table({
        "summary": result, "refused": {"sampled": "no such command"}, "processor": "P", "python": "3",
        "measured": "2026-01-01T00:00", "rounds": 2, "seconds": 1.0,
    })  # fmt: skip
    assert re.search(r"arithmetic +40\.0% +15\.0%\n", text)
    assert re.search(r"furthest off, in points +25\.0\n", text)
    assert "not sampled: no such command" in text


def test_the_format_names_every_key_of_the_distortion():
    named = set(re.findall(r"`([a-z_]+)`", (ROOT / "results" / "FORMAT.md").read_text(encoding="utf-8")))
    path = ROOT / "results" / "baselines" / "profiling-distortion" / "distortion.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    assert set(record) - named == set()
    for way in ("clock", "cprofile"):
        assert set(record["summary"][way]) | set(record["measurements"][way]) <= named


def test_a_function_counts_once_in_a_stack_wherever_its_lines_are():
    from before_after import shares
    from subject import Refused

    found, samples = shares(
        "a.py:solve:7;a.py:move:3;np/b.py:Norm.of:25 [library] 60\n"
        "a.py:solve:8;a.py:move:4;a.py:move:5;(in libc) 139\n"
        "a.py:solve:8;a.py:rare:1 1\n"
    )
    assert samples == 200
    assert found == pytest.approx({"solve": 1.0, "move": 0.995, "Norm.of": 0.3})  # rare: below 1 %
    with pytest.raises(Refused):
        shares("")


def test_the_format_names_every_key_of_the_flame_graphs_figures():
    named = set(re.findall(r"`([a-z_]+)`", (ROOT / "results" / "FORMAT.md").read_text(encoding="utf-8")))
    path = ROOT / "results" / "baselines" / "profiling-flame" / "flame.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    assert set(record) | {key for figures in record["variants"].values() for key in figures} <= named


def test_flame_graphs_before_and_after_are_made_whole(tmp_path):
    command = [sys.executable, LAB / "tools" / "before_after.py", "--seconds", "1", "--output", tmp_path / "out"]
    done = subprocess.run(command, text=True, capture_output=True, timeout=120)
    skip_if_absent(done)
    if "does not let us observe" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "out" / "flame.json").read_text(encoding="utf-8"))
    for variant in ("naive", "numpy"):
        figures = record["variants"][variant]
        assert figures["samples"] > 0 and figures["shares"]["solve"] > 0.9
        assert "compute_distance_matrix" in figures["shares"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "naive.svg", "naive.folded", "numpy.svg", "numpy.folded", "change.svg", "flame.json",
    }  # fmt: skip


def test_the_handouts_figures_are_the_committed_ones():
    done = subprocess.run(
        [sys.executable, ROOT / "slides" / "build.py", "--readme", LAB / "README.md", "--check"],
        text=True, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


# The handout, command by command.


def test_the_steps_fill_the_hour():
    minutes = [int(number) for number in re.findall(r"^\d+\. \*\*.*\*\* \((\d+) minutes", HANDOUT, re.MULTILINE)]
    steps = re.findall(r"^\d+\. \*\*", HANDOUT, re.MULTILINE)
    assert len(minutes) >= 9 and sum(minutes) == TOML["minutes"] == 60
    assert len(steps) == len(minutes)


def test_the_handouts_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", HANDOUT):
        assert (LAB / target).exists(), target


# What a step is made smaller by, for the tests: words of the command → what stands there instead.
SMALLER = [
    (r"^\./setup --profiling$", "./setup --list"),  # the machine is left as it is
    (r'^make lab-profiling ARGS="(.*)"$', r'make lab-profiling ARGS="\1 --blocks 1 --samples 1 --size 10 '
     r'--no-pictures --output TMP/new"'),
    (r"^make lab-profiling$", 'make lab-profiling ARGS="--blocks 1 --samples 1 --size 10 --no-pictures --output TMP/run"'),
    (r"\brun mds (.*) --size 100 --blocks 5$", r"run mds \1 --size 5 --blocks 1 --no-pictures --output TMP/mds"),
    (r"\bcheck profiling$", "check profiling --size 30 --blocks 2 --budget 1 --output TMP/check"),
    (r"\bhint profiling$", "hint profiling 1"),  # how many hints were seen stays as it is
    (r"^make profile-distortion$", 'make profile-distortion ARGS="--rounds 1 --seconds 0.1"'),
    (r"^make flame (.*)$", r"make flame \1 DURATION=0.5"),
    (r"\btime -r 3 ", "time -r 2 "),
    (r"\b(mds naive |SIZE=|make\()100\b", r"\g<1>20"),
    (r"\bSIZE=1000\b", "SIZE=400"),  # of mds: matrices large enough to be seen
    (r"\bSIZE=(100000|4000|300|200)\b", "SIZE=40"),
    (r"mds-naive-100\b", "mds-naive-20"),
    (r"\bresults/profiling/", "TMP/"),
    (r"\bbin/fortyfold\b", str(PROGRAM)),
]  # fmt: skip
ALL = commands(HANDOUT)

# A command → what must stand in its output: the thing that the step speaks of.
SAYS = {
    r"make lab-profiling": r"try_except .*×",
    r"bin/fortyfold time": r"real .*\n +user",
    r"/usr/bin/python3 labs/profiling/call.py": r"^mds/naive, size 20: 0\.\d+ s$",
    r".*(-m cProfile|cProfile.run|%prun)": r"\n +ncalls .*\n(.*\n)*.*\bnorm\b",
    r"make profile-cprofile LAB=mds": r"times as long\n(.*\n)*.*naive\.py:\d+\(compute_distance_matrix\)",
    r"make profile-cprofile LAB=particles": r"naive\.py:\d+\(evolve\)",
    r"make profile-cprofile LAB=profiling": r"\((read_rates|take_from_stock|is_new)\)",
    r".*pstats\.Stats": r"compute_distance_matrix(.*\n)*.*was called by(.*\n)*.*called\.\.\.(.*\n)*.*make_move",
    r"make profile-callgrind": r"callgrind\.out",
    r"make profile-lines LAB=particles": r"times as long\n(.*\n)*.*\d+ +tangent_x = ",
    r"make profile-lines LAB=profiling": r"\d+ +40 .*except KeyError",
    r"make profile-memory": r"\+1\.2 +1 +naive\.py:\d+ +error = total_error",
    r"make profile-tracemalloc": r"naive\.py:41 +particles = ",
    r"make flame": r"compute_distance_matrix(.*\n)*.*/(naive|numpy)\.svg$",
    r"make profile-diff": r"/naive-to-numpy\.svg$",
    r"bin/fortyfold run mds": r"numpy .*×",
    r"make profile-perf": r"kernels\.so",
    r"make profile-distortion": r"arithmetic +\d+\.\d%",
    r"bin/fortyfold check": r"right",
    r"bin/fortyfold hint": r"Measure first",
    r"\./setup": r"profiling +\S*line-profiler",
}
# The exercise is not solved yet: that is a step's right answer.
RIGHT_STATUS = {"check": (1, 4)}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """One folder for all commands: later ones use what earlier ones wrote."""
    return tmp_path_factory.mktemp("handout")


def smaller(command, folder):
    for pattern, replacement in SMALLER:
        command = re.sub(pattern, replacement, command)
    return command.replace("TMP", str(folder))


def test_the_handouts_own_figures_are_right(load):  # noqa: F811
    """Counts, sizes and numbers of lines that its text names."""
    import cProfile

    named = re.search(r"([\d,]+) times `norm`, for (\d+) points", HANDOUT)
    profile = cProfile.Profile()
    mds = load("mds", "problem.py").make(int(named[2]), 1, epochs=3)
    profile.runcall(load("mds", "naive.py").solve, *mds)
    calls = {name: row[1] for (_, _, name), row in pstats.Stats(profile).stats.items()}
    assert f"{calls['norm']:,}" == named[1]
    assert "8 bytes × 1,000,000 = 7.6 MiB" in HANDOUT and f"{8e6 / 2**20:.1f}" == "7.6"
    for lab, text, code in [("mds", r"`np.zeros` in line (\d+)", "np.zeros"), ("particles", r"by line (\d+)", "[Particle(")]:
        lines = (ROOT / "labs" / lab / "naive.py").read_text(encoding="utf-8").splitlines()
        assert code in lines[int(re.search(text, HANDOUT)[1]) - 1]


def test_a_move_is_made_once_and_tried_four_times(load):  # noqa: F811
    """What the flame graph of step 7 shows: callers of the distances, and how often they call."""
    import cProfile

    profile = cProfile.Profile()
    profile.runcall(load("mds", "naive.py").solve, *load("mds", "problem.py").make(6, 1, epochs=3))
    rows = {name: callers for (_, _, name), (*_, callers) in pstats.Stats(profile).stats.items()}
    calls = {name: row[1] for (_, _, name), row in rows["compute_distance_matrix"].items()}
    assert calls == {"try_move": 4 * 3 * 6, "make_move": 3 * 6, "total_error": 2 * 6}


def test_the_handout_has_each_profiler():
    targets = set(re.findall(r"^((?:profile-[a-z]+|flame)):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert len(targets) >= 9
    for target in targets:
        assert any(re.match(rf"make {target}\b", command) for command in ALL), target
    for words in ("-m cProfile -s", "cProfile.run(", "%prun", "pstats.Stats("):
        assert any(words in command for command in ALL), words


@pytest.mark.parametrize("number", range(len(ALL)), ids=lambda number: ALL[number][:60])
def test_a_command_of_the_handout_works(number, results):
    command = smaller(ALL[number], results)
    if not PROGRAM.exists():
        pytest.skip("bin/fortyfold is not built")
    if "ipython3" in command and not shutil.which("ipython3", path="/usr/bin"):
        pytest.skip("IPython is not installed; ./setup --profiling installs it")
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, text=True, timeout=120, stdin=subprocess.DEVNULL,
        capture_output=True, env=environment({"PROFILING_RESULTS": str(results), "HOME": str(results)}),
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    if done.returncode not in RIGHT_STATUS.get(command.split()[1], (0,)):
        skip_if_absent(done)
    (words,) = [words for start, words in SAYS.items() if re.match(start, ALL[number])]
    assert re.search(words, done.stdout, re.MULTILINE), done.stdout
    for file in re.findall(rf"^  ({re.escape(str(results))}/\S+)$", done.stdout, re.MULTILINE):
        assert Path(file).stat().st_size > 0
    assert [str(path) for path in results.rglob(".part-*")] == []
