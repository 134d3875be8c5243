"""fortyfold flame where it shares its only processor with the program: then nothing need be stopped."""

import os
import pathlib
import re
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "flame"))
import grammar  # noqa: E402

ALL = sorted(os.sched_getaffinity(0))
ONE = ALL[0]
SUBJECTS = ("callbacks", "generators", "coroutines", "deep", "generated", "objects", "threads")


def number(words, text):
    found = re.search(words, text)
    return int(found[1].replace(",", "")) if found else 0


@pytest.fixture
def flame(program, environment, tmp_path):
    """Runs flame and all that it starts on one processor; returns what it said, its stacks, and of
    how many samples on a processor nothing was stopped for how many."""

    def run(*arguments):
        path = tmp_path / "out.folded"
        words = [program, "flame", "-o", path, *arguments]
        done = subprocess.run(list(map(str, words)), env=environment(), text=True, timeout=120,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              preexec_fn=lambda: os.sched_setaffinity(0, {ONE}))
        assert done.returncode == 0, done.stderr
        counts = (number(r"on a processor ([\d,]+)", done.stdout),
                  number(r"([\d,]+) were taken without a stop", done.stdout))
        return done.stdout, grammar.read(path), counts

    return run


@pytest.fixture
def neighbour():
    """Somebody else who never gives up that processor: looks are interrupted."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"],
                             preexec_fn=lambda: os.sched_setaffinity(0, {ONE})) for _ in range(2)]
    yield
    for one in busy:
        one.kill()
        one.wait()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_no_stack_is_impossible(flame, tmp_path, subject):
    _, _, (awake, unstopped) = flame("--no-native", "--rate", "3000", "--", "python3",
                                     grammar.TORTURE, subject, "1")
    total, faults = grammar.check(tmp_path / "out.folded")
    assert total > 100
    assert faults == {}
    assert 0 < unstopped <= awake


@pytest.mark.parametrize("subject", ("callbacks", "generated", "objects"))
def test_nor_when_looks_are_interrupted(flame, tmp_path, neighbour, subject):
    flame("--no-native", "--rate", "10000", "--", "python3", grammar.TORTURE, subject, "1.5")
    total, faults = grammar.check(tmp_path / "out.folded")
    assert total > 20
    assert faults == {}


def test_compiled_code_is_seen_of_stopped_threads_only(flame):
    text = "import zlib\nfor i in range(60): zlib.crc32(bytes(3000000))\n"
    _, stacks, (awake, unstopped) = flame("--", "python3", "-c", text)
    assert awake > 20 and unstopped == 0
    assert any(".so" in frames[-1][0] for frames, _ in stacks)


MOVES = """
import os, time
def busy(seconds):
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        sum(range(1000))
def alone(): busy(0.3)
def free(): busy(0.3)
alone()
os.sched_setaffinity(0, %r)
free()
os.sched_setaffinity(0, [%d])
alone()
"""


@pytest.mark.skipif(len(ALL) == 1, reason="there is but one processor")
def test_a_program_that_changes_its_processors(flame, tmp_path):
    path = tmp_path / "moves.py"
    path.write_text(MOVES % (ALL, ONE))
    _, stacks, (awake, unstopped) = flame("--no-native", "--", "python3", path)
    free = sum(n for frames, n in stacks if any(f[1] == "free" for f in frames))
    alone = sum(n for frames, n in stacks if any(f[1] == "alone" for f in frames))
    assert free > 20 and alone > 20
    assert 0 < unstopped <= awake - free + 2
    for frames, _ in stacks:
        assert not {"free", "alone"} <= {f[1] for f in frames}


def test_asleep_is_idle(flame, tmp_path):
    path = tmp_path / "sleeps.py"
    path.write_text("import time\ndef quiet(): time.sleep(0.5)\ndef work(): sum(range(20_000_000))\n"
                    "quiet()\nwork()\n")
    said, stacks, (awake, unstopped) = flame("--no-native", "--idle", "--", "python3", path)
    asleep = sum(n for frames, n in stacks if frames[-1][1] == "idle")
    quiet = sum(n for frames, n in stacks if any(f[1] == "quiet" for f in frames))
    assert number(r"idle ([\d,]+)", said) == asleep > 100
    assert abs(quiet - asleep) < 0.05 * asleep
    assert any(f[1] == "work" for frames, _ in stacks for f in frames) and unstopped > 0


FAMILY = """
import os, sys
def child():
    sum(range(8_000_000))
    os._exit(0)
def parent(): sum(range(8_000_000))
for _ in range(3):
    if os.fork() == 0:
        child()
parent()
for _ in range(3):
    os.wait()
if len(sys.argv) == 1:
    os.execv(sys.executable, [sys.executable, sys.argv[0], "again"])
"""


def test_children_and_what_becomes_another(flame, tmp_path):
    path = tmp_path / "family.py"
    path.write_text(FAMILY)
    _, stacks, (_, unstopped) = flame("--no-native", "--children", "--rate", "2000", "--",
                                      "python3", path)
    assert unstopped > 0
    assert len({frames[0] for frames, _ in stacks}) == 7
    for frames, _ in stacks:
        assert not {"child", "parent"} <= {f[1] for f in frames}
