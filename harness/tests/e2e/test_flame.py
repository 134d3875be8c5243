"""fortyfold flame: what it shows, whom it refuses, and that a program is never the worse for it."""

import ctypes
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "flame"))
import grammar  # noqa: E402

# CPython of other versions, where the tester has them.
OTHERS = sorted(pathlib.Path.home().glob(".pyenv/versions/*/bin/python"))
READABLE = ("3.11", "3.12", "3.13")

BUSY = """
import time
def busy(until):
    total = 0
    while time.perf_counter() < until:
        for i in range(1000):
            total += i * i
    return total
def quiet():
    time.sleep(0.3)
"""


def script(folder, text, name="program.py"):
    path = folder / name
    path.write_text(BUSY + text)
    return path


@pytest.fixture
def flame(fortyfold, tmp_path):
    """Runs flame into a folded file; returns the CompletedProcess and its stacks."""

    def run(*arguments, **keywords):
        path = tmp_path / "out.folded"
        done = fortyfold("flame", "-o", path, *arguments, **keywords)
        return done, grammar.read(path) if path.exists() else []

    return run


def share(stacks, function):
    """The share of the samples whose stack holds the function."""
    total = sum(count for _, count in stacks)
    return sum(n for frames, n in stacks if any(f[1] == function for f in frames)) / total


def start(path, *arguments, **keywords):
    """Starts a Python program that says so when it is at work."""
    program = subprocess.Popen([sys.executable, path, *arguments], stdout=subprocess.PIPE,
                               text=True, **keywords)
    assert program.stdout.readline() == "ready\n"
    return program


def state_of(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return (re.search(r"State:\t(\w)", text)[1], int(re.search(r"TracerPid:\t(\d+)", text)[1]))


def end(program):
    program.kill()
    program.wait()
    program.stdout.close()


FOREVER = "print('ready', flush=True)\nwhile True:\n    busy(time.perf_counter() + 1)\n"


@pytest.fixture
def busy_program(tmp_path):
    program = start(script(tmp_path, FOREVER, "busy.py"))
    yield program
    end(program)


def test_a_place_for_the_files_is_made_or_missed_before_the_program_runs(fortyfold, tmp_path):
    mark = tmp_path / "mark"
    path = script(tmp_path, f"open({str(mark)!r}, 'w').close()\nbusy(time.perf_counter() + 0.3)\n")
    done = fortyfold("flame", "-o", tmp_path / "new/folder/x.folded", "--", "python3", path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new/folder/x.folded").stat().st_size > 0
    mark.unlink()
    (tmp_path / "file").touch()
    for place in (tmp_path / "file/x.svg", "/proc/nowhere/x.svg"):
        done = fortyfold("flame", "-o", place, "--", "python3", path)
        assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
    assert not mark.exists()


def test_a_program_from_start_to_end(flame, tmp_path):
    path = script(tmp_path, "def main():\n    busy(time.perf_counter() + 0.5)\nmain()\n")
    done, stacks = flame("--", "python3", path)
    assert done.returncode == 0, done.stderr
    assert share(stacks, "busy") > 0.5
    assert "CPython 3.11" in done.stdout and "rejected" in done.stdout
    callers = {tuple(f[1] for f in frames[:3]) for frames, _ in stacks if len(frames) > 2}
    assert ("<module>", "main", "busy") in callers
    text = path.read_text().splitlines()
    lines = {f[2] for frames, _ in stacks for f in frames if f[1] == "busy"}
    assert lines and all(4 <= line <= 8 for line in lines), [text[line - 1] for line in lines]
    assert sum(count for _, count in stacks) > 100


def test_every_format(fortyfold, tmp_path):
    path = script(tmp_path, "busy(time.perf_counter() + 0.2)\n")
    names = [tmp_path / f"out.{ending}" for ending in ("svg", "folded", "speedscope.json")]
    options = [word for name in names for word in ("-o", name)]
    done = fortyfold("flame", *options, "--", "python3", path)
    assert done.returncode == 0, done.stderr
    for name in names:
        assert str(name) in done.stdout and name.stat().st_size > 0
    json.loads(names[2].read_text())
    done = fortyfold("flame", "--diff", names[1], names[1], "-o", tmp_path / "diff.svg")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "diff.svg").read_text().lstrip().startswith(("<?xml", "<svg"))


STACKS = "a.py:main:3;a.py:work:7 30\na.py:main:4;libm.so.6:sin 12\n"


def test_saved_stacks_are_drawn_again(fortyfold, tmp_path):
    (tmp_path / "one.folded").write_text(STACKS)
    names = ["one.svg", "again.folded", "one.speedscope.json"]
    done = fortyfold("flame", "--draw", "one.folded", *[w for n in names for w in ("-o", n)],
                     cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == names
    assert sorted((tmp_path / "again.folded").read_text().splitlines()) == sorted(STACKS.splitlines())
    svg = (tmp_path / "one.svg").read_text()
    assert "work" in svg and "sin" in svg and "42 samples" in svg
    assert sum(json.loads((tmp_path / names[2]).read_text())["profiles"][0]["weights"]) == 42
    # What shapes a drawing shapes this one.
    done = fortyfold("flame", "--draw", "one.folded", "--icicle", "--title", "Once more",
                     "-o", "icicle.svg", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    icicle = (tmp_path / "icicle.svg").read_text()
    assert "Once more" in icicle and "Once more" not in svg
    assert '"icicle":true' in icicle and '"icicle":false' in svg


@pytest.mark.parametrize("text, words", [
    (STACKS + "a.py:main:3;half\n", "bad.folded:3: no number of samples"),
    ("\na;b 1\n 12\n", "bad.folded:3: no"),
    ("<svg xmlns='x'>\n", "bad.folded:1: "),
    ("", "bad.folded has no samples"),
    ("a;b 0\n", "bad.folded has no samples"),
])
def test_what_are_no_stacks_is_not_drawn(fortyfold, tmp_path, text, words):
    (tmp_path / "bad.folded").write_text(text)
    done = fortyfold("flame", "--draw", "bad.folded", "-o", "bad.svg", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr and "frame;frame;… count" in done.stderr
    assert not (tmp_path / "bad.svg").exists()


@pytest.mark.parametrize("arguments, words", [
    (["--draw", "no-such.folded"], "no-such.folded"),
    (["--draw", "a.folded", "b.folded"], "one file"),
    (["--draw", "a.folded", "--pid", "1"], "one file"),
    (["--draw", "a.folded", "--diff", "b.folded", "c.folded"], "one file"),
    (["--draw", "a.folded", "-o", "a.png"], ".svg"),
    (["-o", "x.png", "--", "python3", "x.py"], ".svg"),
    (["--diff", "old.folded", "-o", "x.folded", "new.folded"], ".svg"),
    ([], "LAB/VARIANT"),
    (["mds"], "flame mds/naive"),
    (["mds/nothing"], "nothing"),
    (["nothing/naive"], "nothing"),
    (["--rate", "0", "mds/naive"], "--rate"),
    (["--rate", "nan", "mds/naive"], "--rate"),
    (["--duration", "-1", "mds/naive"], "--duration"),
    (["--pid", "x"], "--pid"),
    (["--pid", "1", "mds/naive"], "one thing"),
    (["--", "no-such-program"], "no-such-program"),
    (["--", "/"], "cannot be executed"),
    (["--diff", "no-such.folded", "other.folded"], "no-such.folded"),
])
def test_bad_usage(fortyfold, tmp_path, arguments, words):
    done = fortyfold("flame", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_lab(flame):
    done, stacks = flame("mds/naive", "--size", "20", "--duration", "1")
    assert done.returncode == 0, done.stderr
    assert "mds/naive, N = 20" in done.stdout
    assert {frames[0][:2] for frames, _ in stacks} == {("naive.py", "solve")}
    assert share(stacks, "compute_distance_matrix") > 0.5
    assert not any("fortyfold" in f[0] for frames, _ in stacks for f in frames)
    # Compiled code is the innermost frame and nothing else.
    native = [f for frames, _ in stacks for f in frames if ".so" in f[0]]
    assert native


def test_an_exercise(flame):
    """By the names that `check` gives its programs, with the exercise's own problem."""
    for name, file in (("yours", "exercise.py"), ("start", "day_slow.py"), ("solution", "solution.py")):
        done, stacks = flame(f"profiling/{name}", "--size", "300", "--duration", "0.3")
        assert done.returncode == 0, done.stderr
        assert f"profiling/{name}, N = 300" in done.stdout
        assert {frames[0][:2] for frames, _ in stacks} == {(file, "report")}


def test_a_lab_that_cannot_be_set_up(fortyfold, tmp_path, labs):
    (tmp_path / "lab.toml").write_text(
        'title = "T"\nsummary = "S"\nminutes = 1\ntier = "demo"\nbaseline = "one"\n'
        '[problem]\nfile = "problem.py"\noracle = "variant:one"\nabsolute = 0\nrelative = 0\n'
        '[presets.quick]\nsizes = [1]\n'
        '[[variant]]\nname = "one"\nfile = "one.py"\nfunction = "solve"\n')
    (tmp_path / "problem.py").write_text("def make(size, seed):\n    raise ValueError('no luck')\n")
    (tmp_path / "one.py").write_text("def solve():\n    pass\n")
    done = fortyfold("flame", f"{tmp_path}/one")
    assert done.returncode == 3, done.stderr
    assert "no luck" in done.stderr


def test_the_exit_status_of_the_program(flame, tmp_path):
    done, stacks = flame("--", "python3", script(tmp_path, "busy(time.perf_counter() + 0.2)\n"
                                                           "raise SystemExit(7)\n"))
    assert done.returncode == 3
    assert "status 7" in done.stdout
    assert share(stacks, "busy") > 0.3


def test_a_program_that_is_killed(flame, tmp_path):
    done, stacks = flame("--", "python3", script(
        tmp_path, "import os\nbusy(time.perf_counter() + 0.2)\nos.kill(os.getpid(), 9)\n"))
    assert done.returncode == 3
    assert "signal 9" in done.stdout
    assert share(stacks, "busy") > 0.3


def test_a_program_that_becomes_another(flame, tmp_path):
    script(tmp_path, "def after():\n    busy(time.perf_counter() + 0.3)\nafter()\n", "after.py")
    done, stacks = flame("--", "python3", script(
        tmp_path, "import os, sys\nimport threading\n"
        "threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
        "def before():\n    busy(time.perf_counter() + 0.3)\nbefore()\n"
        f"os.execv(sys.executable, [sys.executable, {str(tmp_path / 'after.py')!r}])\n"))
    assert done.returncode == 0, done.stderr
    assert share(stacks, "before") > 0.2 and share(stacks, "after") > 0.2


FORKS = """
import os
def parent(): busy(time.perf_counter() + 0.4)
def child(): busy(time.perf_counter() + 0.4)
pid = os.fork()
if pid == 0:
    child()
    os._exit(0)
parent()
print(os.waitpid(pid, 0)[1])
"""


def test_child_processes_on_request(flame, tmp_path):
    path = script(tmp_path, FORKS)
    done, stacks = flame("--", "python3", path)
    assert done.stdout.startswith("0\n"), done.stderr
    assert share(stacks, "parent") > 0.3 and share(stacks, "child") == 0
    done, stacks = flame("--children", "--", "python3", path)
    assert done.stdout.startswith("0\n"), done.stderr
    assert share(stacks, "parent") > 0.1 and share(stacks, "child") > 0.1
    roots = {frames[0][1].split(":")[0] for frames, _ in stacks}
    assert len(roots) == 2 and all(root.startswith("process ") for root in roots)


def test_what_a_shell_starts(flame, tmp_path):
    path = script(tmp_path, "busy(time.perf_counter() + 0.4)\n")
    done, stacks = flame("--children", "--", "sh", "-c", f"{sys.executable} {path}; true")
    assert done.returncode == 0, done.stderr
    assert share(stacks, "busy") > 0.3


def test_threads_have_names(flame, tmp_path):
    done, stacks = flame("--idle", "--", "python3", script(tmp_path, """
import threading
def one(): busy(time.perf_counter() + 0.6)
def two(): time.sleep(0.6)
threads = [threading.Thread(target=one, name="first"), threading.Thread(target=two, name="other")]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""))
    assert done.returncode == 0, done.stderr
    roots = {frames[0] for frames, _ in stacks}
    assert roots == {("", name, 0) for name in ("MainThread", "first", "other")}
    for frames, _ in stacks:
        names = [f[1] for f in frames]
        assert "one" not in names or names[0] == "first"
        assert "two" not in names or names[0] == "other"


def test_idle_is_told_apart(flame, tmp_path):
    path = script(tmp_path, "busy(time.perf_counter() + 0.3)\nquiet()\n")
    done, stacks = flame("--", "python3", path)
    idle = int(re.search(r"idle ([\d,]+)", done.stdout)[1].replace(",", ""))
    assert idle > 100
    assert share(stacks, "idle") == 0 and share(stacks, "quiet") < 0.05
    done, stacks = flame("--idle", "--", "python3", path)
    asleep = [(frames[-1][1], count) for frames, count in stacks
              if any(f[1] == "quiet" for f in frames)]
    # A look may fall into the microseconds in which it goes to sleep or wakes up.
    assert sum(count for name, count in asleep if name == "idle") \
        > 0.95 * sum(count for _, count in asleep) > 100


@pytest.mark.parametrize("others", [0, 1])
def test_long_work_in_the_kernel_is_counted(flame, tmp_path, others):
    """A thread stops only when it leaves the kernel: what it worked until then is counted, though
    it is one stop."""
    done, stacks = flame("--", "python3", script(tmp_path, f"""
import mmap, threading
for i in range({others}):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
def fill():
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE
    return mmap.mmap(-1, 1 << 28, flags=flags)
kept = fill()
"""))
    assert done.returncode == 0, done.stderr
    assert sum(n for frames, n in stacks if any(f[1] == "fill" for f in frames)) > 5


def test_signals_arrive(flame, tmp_path):
    """A program that is looked at 5,000 times a second gets every signal, and every system call
    that it waits in goes on."""
    done, _ = flame("--rate", "5000", "--", "python3", script(tmp_path, """
import os, signal
count = 0
def note(number, frame):
    global count
    count += 1
signal.signal(signal.SIGUSR1, note)
for i in range(500):
    os.kill(os.getpid(), signal.SIGUSR1)
    busy(time.perf_counter() + 0.0005)
print("counted", count)
signal.signal(signal.SIGALRM, note)
signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
while count < 520:
    time.sleep(0.02)
signal.setitimer(signal.ITIMER_REAL, 0)
print("and more")
"""))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("counted 500\nand more\n")


def test_a_running_program(flame, busy_program):
    done, stacks = flame("--pid", busy_program.pid, "--duration", "0.5")
    assert done.returncode == 0, done.stderr
    assert share(stacks, "busy") > 0.9
    command = f"process {busy_program.pid}: {' '.join(map(str, busy_program.args))}"
    said = done.stdout.splitlines()[0]
    assert command.startswith(said.removesuffix("…")) and len(said) > 60, "which one it was"
    state, tracer = state_of(busy_program.pid)
    assert state in "RS" and tracer == 0


def test_a_running_program_that_ends_is_said_to_have_ended(flame, tmp_path):
    program = start(script(tmp_path, "print('ready', flush=True)\nbusy(time.perf_counter() + 1)\n"))
    done, stacks = flame("--pid", program.pid, "--duration", "60")
    program.wait()
    assert done.returncode == 0 and "the process has ended" in done.stdout and stacks


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 130),
                                            (signal.SIGKILL, -9)])
def test_flame_is_stopped(program, environment, busy_program, tmp_path, number, status):
    path = tmp_path / "out.folded"
    words = [str(program), "flame", "--rate", "5000", "-o", str(path), "--pid",
             str(busy_program.pid)]
    sampler = subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 10
    while state_of(busy_program.pid)[1] == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)
    sampler.send_signal(number)
    sampler.communicate(timeout=20)
    assert sampler.returncode == status
    assert path.exists() == (number != signal.SIGKILL)
    if path.exists():
        assert share(grammar.read(path), "busy") > 0.5
    state, tracer = state_of(busy_program.pid)
    assert state in "RS" and tracer == 0


def test_ctrl_c_ends_both(program, environment, tmp_path):
    """In a terminal both get the signal; what was sampled is kept."""
    path = tmp_path / "out.folded"
    target = script(tmp_path, FOREVER)
    words = [str(program), "flame", "-o", str(path), "--", "python3", str(target)]
    sampler = subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert sampler.stdout.readline() == "ready\n"
    time.sleep(0.3)
    os.killpg(sampler.pid, signal.SIGINT)
    _, errors = sampler.communicate(timeout=20)
    assert sampler.returncode == 130
    assert "KeyboardInterrupt" in errors
    assert share(grammar.read(path), "busy") > 0.3


def test_job_control(program, environment, busy_program, tmp_path):
    """A program that was stopped stays stopped, and goes on when it is told to."""
    words = [str(program), "flame", "--rate", "5000", "-o", str(tmp_path / "out.folded"),
             "--duration", "1.5", "--pid", str(busy_program.pid)]
    sampler = subprocess.Popen(words, env=environment(), stdout=subprocess.PIPE, text=True)
    time.sleep(0.4)
    busy_program.send_signal(signal.SIGSTOP)
    time.sleep(0.3)
    assert state_of(busy_program.pid)[0] in "tT"
    before = pathlib.Path(f"/proc/{busy_program.pid}/stat").read_text().split()[13]
    time.sleep(0.2)
    assert pathlib.Path(f"/proc/{busy_program.pid}/stat").read_text().split()[13] == before
    sampler.communicate(timeout=20)
    assert sampler.returncode == 0
    time.sleep(0.1)
    assert state_of(busy_program.pid) == ("T", 0)
    busy_program.send_signal(signal.SIGCONT)
    time.sleep(0.1)
    assert state_of(busy_program.pid)[0] in "RS"


def test_it_is_continued_while_sampled(flame, tmp_path):
    done, stacks = flame("--", "python3", script(tmp_path, """
import os, subprocess
waker = subprocess.Popen(["sh", "-c", f"sleep 0.3; kill -CONT {os.getpid()}"])
os.kill(os.getpid(), 19)
busy(time.perf_counter() + 0.3)
waker.wait()
"""), timeout=30)
    assert done.returncode == 0, done.stderr
    assert share(stacks, "busy") > 0.2


def test_who_is_refused(flame, tmp_path):
    done, _ = flame("--pid", "4194303")
    assert done.returncode == 2 and "no process 4194303" in done.stderr
    sleeper = subprocess.Popen(["sleep", "30"])
    done, _ = flame("--pid", sleeper.pid)
    assert done.returncode == 2 and "is not a Python program" in done.stderr
    assert state_of(sleeper.pid) == ("S", 0)
    sleeper.kill()
    done, _ = flame("--pid", sleeper.pid)
    assert done.returncode == 2 and "ended already" in done.stderr
    sleeper.wait()
    done, _ = flame("--", "sleep", "0.1")
    assert done.returncode == 2 and "no Python was seen" in done.stderr


def test_one_tracer_at_a_time(program, environment, flame, busy_program, tmp_path):
    words = [program, "flame", "-o", tmp_path / "first.folded", "--pid", str(busy_program.pid)]
    first = subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while state_of(busy_program.pid)[1] == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    done, _ = flame("--pid", busy_program.pid)
    first.kill()
    first.wait()
    assert done.returncode == 2
    assert f"already being traced, by process {first.pid}" in done.stderr


@pytest.fixture
def everybodys(program):
    """A place where any user may read and write, with the program in it: the checkout, and pytest's
    folders in it, may lie in a folder of one user's own."""
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        place.chmod(0o777)
        shutil.copy(program, place / "fortyfold")
        yield place


NOBODY = {"user": 65534, "group": 65534, "extra_groups": [], "cwd": "/"}


def flame_of_nobody(place, pid, environment):
    return subprocess.run([place / "fortyfold", "flame", "-o", place / "x.svg", "--pid", str(pid)],
                          env=environment(), text=True, capture_output=True, **NOBODY)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_other_users(everybodys, environment, busy_program):
    done = flame_of_nobody(everybodys, busy_program.pid, environment)
    assert done.returncode == 2
    assert "another user (number 0)" in done.stderr and "sudo" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_programs_that_do_not_want_to_be_seen(everybodys, environment):
    hidden = script(everybodys, "import ctypes\nctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\n" + FOREVER)
    target = start(hidden, **NOBODY)
    done = flame_of_nobody(everybodys, target.pid, environment)
    end(target)
    assert done.returncode == 2
    assert "PR_SET_DUMPABLE" in done.stderr


def version_of(python):
    return ".".join(python.parents[1].name.split(".")[:2])


@pytest.mark.parametrize("python", [p for p in OTHERS if version_of(p) in READABLE],
                         ids=lambda p: p.parents[1].name if isinstance(p, pathlib.Path) else "none here")
def test_other_interpreters(flame, tmp_path, python):
    done, stacks = flame("--", python, script(
        tmp_path, "def main():\n    busy(time.perf_counter() + 0.5)\nmain()\n"))
    assert done.returncode == 0, done.stderr
    assert f"CPython {python.parents[1].name}" in done.stdout
    assert any([f[1] for f in frames[:3]] == ["<module>", "main", "busy"] for frames, _ in stacks)
    for frames, _ in stacks:
        for frame in frames:
            assert frame[1] != "busy" or 4 <= frame[2] <= 8


@pytest.mark.parametrize("python", [p for p in OTHERS if version_of(p) not in READABLE],
                         ids=lambda p: p.parents[1].name if isinstance(p, pathlib.Path) else "none here")
def test_interpreters_that_cannot_be_read(flame, tmp_path, python):
    done, _ = flame("--", python, "-c", "import time; time.sleep(5)")
    assert done.returncode == 2
    assert f"is CPython {version_of(python)}" in done.stderr
    assert "3.11, 3.12 and 3.13" in done.stderr


@pytest.mark.parametrize("subject", ["callbacks", "generators", "coroutines", "deep", "generated",
                                     "objects", "threads"])
def test_no_stack_is_impossible(flame, tmp_path, subject):
    done, stacks = flame("--rate", "3000", "--", "python3", grammar.TORTURE, subject, "1.5")
    assert done.returncode == 0, done.stderr
    total, faults = grammar.check(tmp_path / "out.folded")
    assert total > 200
    assert faults == {}


def test_the_grammar_finds_what_is_impossible(tmp_path):
    lines = grammar.TORTURE.read_text().splitlines()
    at = {name: next(i for i, text in enumerate(lines, 1) if text.strip().startswith(f"def {name}("))
          for name in ("leaf", "key", "sorts", "down", "work", "deep", "get")}
    body = lines.index("class Thing:") + 1
    good = f"torture.py:sorts:{at['sorts'] + 1};torture.py:key:{at['key'] + 1};"
    good += f"torture.py:leaf:{at['leaf'] + 1} 1"
    wrong = [
        good.replace(f"sorts:{at['sorts'] + 1}", f"sorts:{at['leaf'] + 1}"),
        good.replace("torture.py:key", "torture.py:get"),
        good.replace(f"key:{at['key'] + 1};", f"key:{at['key'] + 1};libc.so.6:read;"),
        f"torture.py:deep:{at['deep'] + 1};torture.py:down:{at['down'] + 2};"
        f"torture.py:work:{at['work'] + 1} 1",
        "torture.py:generated:1;<string>:made_1:9 1",
        f"torture.py:<module>:{body};torture.py:Thing:{at['get'] + 1} 1",
        f"torture.py:<module>:{body};torture.py:Thing:{at['leaf']} 1",
    ]
    path = tmp_path / "x.folded"
    # A class's body runs too, for a moment: when the program begins.
    begins = f"torture.py:<module>:{body};torture.py:Thing:"
    for text in (good, f"{begins}{body} 1", f"{begins}{at['get']} 1"):
        path.write_text(text + "\n")
        assert grammar.check(path) == (1, {}), text
    for text in wrong:
        path.write_text(text + "\n")
        assert grammar.check(path)[1] != {}, text
