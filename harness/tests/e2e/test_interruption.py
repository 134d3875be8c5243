"""A run that is stopped, in whatever way, loses nothing that was measured, and can be gone on with."""

import json
import pathlib
import random
import resource
import signal
import subprocess
import time

import pytest

BLOCKS, SAMPLES, SIZES = 6, 4, (4, 16)
OPTIONS = ("--blocks", BLOCKS, "--samples", SAMPLES, "--variant", "listed", "--seed", 5)


@pytest.fixture
def start(program, environment, plain, labs):
    """Starts a run and returns its process."""

    def begin(*arguments, **keywords):
        words = [str(word) for word in (program, "run", *arguments)]
        # A shell starts what runs in the background with SIGINT ignored, and that is inherited.
        keywords.setdefault("preexec_fn", lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        return subprocess.Popen(words, env=environment(plain), stdin=subprocess.DEVNULL, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **keywords)

    return begin


def wait_for_rounds(folder, count, process):
    """Waits until the log tells of so many rounds."""
    log = pathlib.Path(folder) / "log.jsonl"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        if log.exists() and log.read_bytes().count(b'"event":"round"') >= count:
            return
        time.sleep(0.002)


def rounds_in_log(folder):
    found = []
    for line in (pathlib.Path(folder) / "log.jsonl").read_text().splitlines():
        event = json.loads(line)
        if event.get("event") == "round":
            found.append((event["block"], event["size"], event["round"]))
    return found


def expect_complete(folder, run_json):
    """Every round was measured once, and none is missing: in the log, and in run.json."""
    wanted = [(block, size, index) for block in range(BLOCKS) for size in SIZES for index in range(SAMPLES)]
    assert rounds_in_log(folder) == wanted
    document = run_json(folder)
    order = document["plan"]["order"]
    assert [(entry["block"], entry["size"], entry["round"]) for entry in order] == wanted
    assert document["ended_by"] == "plan" and document["blocks_done_count"] == BLOCKS
    for cell in document["cells"]:
        assert cell["status"] == "ok"
        places = [(sample["block"], sample["round"]) for sample in cell["samples"]]
        assert places == [(block, index) for block in range(BLOCKS) for index in range(SAMPLES)]


def expect_whole_or_absent(folder):
    path = pathlib.Path(folder) / "run.json"
    if path.exists():
        assert json.loads(path.read_text())["schema"] == "fortyfold/1"


def processes_of(process):
    """The children of a process that lives: its workers."""
    path = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in path.read_text().split()]


def test_killed_again_and_again_nothing_is_measured_twice_or_lost(start, labs, run_json, tmp_path):
    folder = tmp_path / "run"
    dice = random.Random(3)
    process = start(labs / "tiny", *OPTIONS, "--output", folder)
    for count in (3, 11, 22, 35):
        wait_for_rounds(folder, count, process)
        time.sleep(dice.random() * 0.03)
        assert process.poll() is None, process.communicate()
        process.kill()
        process.communicate()
        expect_whole_or_absent(folder)
        process = start("--resume", folder)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    expect_complete(folder, run_json)


def test_a_line_that_was_torn_is_measured_again(start, labs, run_json, tmp_path):
    folder = tmp_path / "run"
    process = start(labs / "tiny", *OPTIONS, "--output", folder)
    wait_for_rounds(folder, 6, process)
    process.kill()
    process.communicate()
    log = folder / "log.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    while b'"event":"round"' not in lines[-1]:
        lines.pop()
    log.write_bytes(b"".join(lines)[:-40])
    process = start("--resume", folder)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    expect_complete(folder, run_json)


def start_endless(start, labs, folder):
    """A run whose last worker is in a call that never ends: the seed starts the baseline's first."""
    process = start(labs / "faults", "--variant", "loop_in_c", "--timeout", "100", "--seed", "2",
                    "--output", folder)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not (folder / "log.jsonl").exists():
        time.sleep(0.01)
    # The oracle's, the baseline's, and the endless one.
    while time.monotonic() < deadline and len(processes_of(process)) < 3:
        time.sleep(0.01)
    time.sleep(0.3)
    return process


def test_no_worker_outlives_a_killed_harness(start, labs, tmp_path):
    """Not even one that is busy and deaf to signals, and would never notice by itself."""
    process = start_endless(start, labs, tmp_path / "run")
    workers = processes_of(process)
    assert len(workers) >= 3
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 3
    while alive := [pid for pid in workers if running(pid)]:
        assert time.monotonic() < deadline, alive
        time.sleep(0.005)


def running(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_keeps_what_was_measured_and_says_how_to_go_on(start, labs, run_json, tmp_path, number):
    folder = tmp_path / "run"
    process = start(labs / "tiny", *OPTIONS, "--output", folder)
    wait_for_rounds(folder, 5, process)
    process.send_signal(number)
    output, errors = process.communicate(timeout=20)
    assert process.returncode == 130, errors
    assert f"--resume {folder}" in errors and "Traceback" not in errors
    document = run_json(folder)
    assert document["ended_by"] == "interrupt" and len(document["plan"]["order"]) >= 5
    assert "naive" in output, "the table of what there is"
    process = start("--resume", folder)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    expect_complete(folder, run_json)


def test_ctrl_c_in_the_middle_of_a_long_call_does_not_wait_for_it(start, labs, run_json, tmp_path):
    folder = tmp_path / "run"
    process = start_endless(start, labs, folder)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130 and time.monotonic() - began < 5
    assert run_json(folder)["ended_by"] == "interrupt"


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.04, 0.07, 0.12, 0.25])
def test_ctrl_c_at_any_moment(start, labs, run_json, tmp_path, delay_s):
    folder = tmp_path / "run"
    process = start(labs / "tiny", *OPTIONS, "--output", folder)
    time.sleep(delay_s)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    # Before the program has begun to look, the signal's own default ends it.
    assert process.returncode == 130 or (process.returncode == -signal.SIGINT and delay_s < 0.02), errors
    expect_whole_or_absent(folder)
    if (folder / "log.jsonl").exists():
        assert process.returncode != 130 or run_json(folder)["ended_by"] == "interrupt"


def test_a_second_ctrl_c_ends_it_at_once_and_leaves_nothing_behind(start, labs, tmp_path):
    folder = tmp_path / "run"
    process = start(labs / "tiny", *OPTIONS, "--output", folder)
    wait_for_rounds(folder, 2, process)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode in (130, -signal.SIGINT)
    expect_whole_or_absent(folder)


def small_disk(folder, size):
    """A file system of that size on the folder; False where that is not allowed."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True)
    return done.returncode == 0


@pytest.mark.parametrize("size", ["12k", "32k", "44k"])
def test_a_full_disk_is_said_and_nothing_is_torn(start, labs, run_json, tmp_path, size):
    disk = tmp_path / "disk"
    if not small_disk(disk, size):
        pytest.skip("mounting takes root")
    try:
        process = start(labs / "tiny", *OPTIONS, "--output", disk / "run")
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 2, errors
        assert "No space left" in errors or "disk is full" in errors
        assert "--resume" in errors
        expect_whole_or_absent(disk / "run")
        assert not [path for path in (disk / "run").iterdir() if ".part" in path.name]
        subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
        process = start("--resume", disk / "run")
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        expect_complete(disk / "run", run_json)
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_limit_on_files_is_like_a_full_disk(start, labs, run_json, tmp_path):
    """Anyone can have this one: the system refuses to let the log grow."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (16000, resource.RLIM_INFINITY))

    folder = tmp_path / "run"
    process = start(labs / "tiny", *OPTIONS, "--output", folder, preexec_fn=limit, restore_signals=False)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2, errors
    assert "--resume" in errors and ("too large" in errors or "disk is full" in errors)
    expect_whole_or_absent(folder)
    process = start("--resume", folder)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    expect_complete(folder, run_json)


def test_a_complete_run_that_is_resumed_stays_as_it_is(start, measure, labs, run_json, tmp_path):
    folder = tmp_path / "run"
    measure(labs / "tiny", folder, *OPTIONS)
    before = [cell["samples"] for cell in run_json(folder)["cells"]]
    log = (folder / "log.jsonl").read_bytes()
    process = start("--resume", folder)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert [cell["samples"] for cell in run_json(folder)["cells"]] == before
    assert (folder / "log.jsonl").read_bytes() == log
