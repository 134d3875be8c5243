"""fortyfold time: whole commands, their options, outputs, failures and exit statuses."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest


def timed(fortyfold, *arguments, **keywords):
    """Returns what --format json says, and the CompletedProcess."""
    done = fortyfold("time", "--format", "json", *arguments, **keywords)
    return json.loads(done.stdout), done


def test_the_table(fortyfold):
    done = fortyfold("time", "-r", "3", "--", "sleep", "0.01")
    assert done.returncode == 0
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == "sleep 0.01"
    assert lines[1].split() == ["best", "median", "worst", "spread"]
    names = [line[:15].strip() for line in lines[3:8]]
    assert names == ["real", "user", "sys", "cpu", "peak memory"]
    assert "3 runs each, after 1 to warm up" in done.stdout
    assert "speedup" not in done.stdout


def test_json_has_every_run_in_its_order(fortyfold):
    words = ["--vs", "sleep 0.02", "--vs", "true", "-r", "6", "--seed", "3", "--", "sleep", "0.01"]
    result, done = timed(fortyfold, *words)
    assert done.returncode == 0
    assert result["schema"] == "fortyfold-time/1"
    assert result["seed"] == 3
    assert not result["interrupted"]
    first, second, third = result["commands"]
    assert [c["command"] for c in result["commands"]] == ["sleep 0.01", "sleep 0.02", "true"]
    assert second["words"] == ["sleep", "0.02"]
    for command in result["commands"]:
        assert [run["round"] for run in command["runs"]] == list(range(6))
        for run in command["runs"]:
            assert run["exit_status"] == 0 and run["signal"] is None
            assert abs(run["user_s"] + run["sys_s"] - run["cpu_s"]) < 1e-9
            assert run["peak_rss_bytes"] > 2**18
        summary = command["summary"]["real_s"]
        times = sorted(run["real_s"] for run in command["runs"])
        assert summary["best"] == times[0] and summary["worst"] == times[-1]
        assert abs(summary["median"] - (times[2] + times[3]) / 2) < 1e-9
    # Each is first, second and third equally often.
    for command in result["commands"]:
        assert sorted(run["position"] for run in command["runs"]) == [0, 0, 1, 1, 2, 2]
    assert first["speedup"] is None
    # It sleeps twice as long: not a matter of speed, sleep takes at least what it is told.
    assert all(run["real_s"] >= 0.02 for run in second["runs"])
    assert second["speedup"]["verdict"] in ("faster", "slower", "not resolved")
    again, _ = timed(fortyfold, *words)
    for a, b in zip(result["commands"], again["commands"]):
        assert [r["position"] for r in a["runs"]] == [r["position"] for r in b["runs"]]


def test_speedups_in_the_table(fortyfold):
    done = fortyfold("time", "-r", "3", "--vs", "sh -c 'exit 0'", "--", "true")
    assert done.returncode == 0
    assert "speedup over true" in done.stdout
    assert "sh -c 'exit 0'" in done.stdout
    assert "paired within each of 3 rounds" in done.stdout


def test_peak_memory_is_the_commands(fortyfold):
    take = f"{sys.executable} -c 'b = bytearray(100 << 20)'"
    result, _ = timed(fortyfold, "-r", "2", "--vs", take, "--", "true")
    little, much = (c["summary"]["peak_rss_bytes"]["median"] for c in result["commands"])
    assert 100 << 20 < much < 200 << 20
    assert little < 10 << 20


def test_options_after_the_command_are_the_commands(fortyfold, tmp_path):
    file = tmp_path / "words"
    script = f'echo "$@" >>{file}'
    done = fortyfold("time", "-r", "2", "sh", "-c", script, "name", "-r", "7", "--", "--warmup")
    assert done.returncode == 0
    assert file.read_text() == "-r 7 -- --warmup\n" * 3  # one of them to warm up


def test_warmup_none(fortyfold, tmp_path):
    file = tmp_path / "runs"
    done = fortyfold("time", "-r", "2", "--warmup", "0", "sh", "-c", f"echo >>{file}")
    assert done.returncode == 0
    assert file.read_text() == "\n\n"


def test_output_is_dropped_unless_asked_for(fortyfold):
    done = fortyfold("time", "-r", "1", "--warmup", "0", "sh", "-c", "echo hello; echo oh >&2")
    assert "hello\n" not in done.stdout and "oh\n" not in done.stderr
    done = fortyfold("time", "-r", "1", "--warmup", "0", "--show-output", "--", "sh", "-c",
                     "echo hello; echo oh >&2; cat")
    assert done.returncode == 0
    assert "hello\n" in done.stdout and "oh\n" in done.stderr


def test_failures_are_told_and_the_rest_is_complete(fortyfold):
    done = fortyfold("time", "-r", "2", "--vs", "sh -c 'exit 7'", "--vs", "sh -c 'kill -9 $$'",
                     "--", "true")
    assert done.returncode == 3
    assert "failed: exit status 7 in warm-up 1" in done.stdout
    assert "failed: signal 9 (Killed)" in done.stdout
    assert "real" in done.stdout


def test_failures_are_ignored_on_request(fortyfold):
    result, done = timed(fortyfold, "-r", "2", "--ignore-failure", "--", "sh", "-c", "exit 7")
    assert done.returncode == 0
    command = result["commands"][0]
    assert command["failures_count"] == 2
    assert [run["exit_status"] for run in command["runs"]] == [7, 7]
    done = fortyfold("time", "-r", "2", "--ignore-failure", "--", "false")
    assert "2 of 2 runs failed" in done.stdout


def test_timeout_kills_all_that_the_command_started(fortyfold, tmp_path):
    file = tmp_path / "survived"
    began = time.monotonic()
    result, done = timed(fortyfold, "--timeout", "0.2", "--vs", "true", "-r", "2", "--", "sh", "-c",
                         f"(sleep 1; echo >{file}) & sleep 30")
    assert done.returncode == 3
    assert time.monotonic() - began < 20
    assert result["commands"][0]["status"] == "timeout"
    assert result["commands"][1]["status"] == "ok"
    time.sleep(1.2)
    assert not file.exists()


@pytest.mark.parametrize("arguments, words", [
    (["there-is-no-such-program"], 'there is no program "there-is-no-such-program" on PATH'),
    (["--vs", "no-such-either", "--", "true"], 'there is no program "no-such-either"'),
    (["/etc/passwd"], "cannot be executed: Permission denied"),
    (["--vs", "a | b", "--", "true"], "an unquoted | means nothing"),
    (["--vs", "'a", "--", "true"], "a quote ' is not closed"),
    ([], "name a command"),
    (["-r", "0", "true"], "-r takes 1 to"),
    (["--warmup", "x", "true"], "--warmup takes"),
    (["--timeout", "0", "true"], "--timeout takes"),
    (["--seed", "-1", "true"], "--seed takes"),
    (["--format", "yaml", "true"], "--format is table or json"),
    (["--no-such-option", "true"], "no-such-option"),
])
def test_bad_usage(fortyfold, arguments, words):
    done = fortyfold("time", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_interrupted_what_was_measured_is_shown(program, tmp_path):
    file = tmp_path / "runs"
    child = subprocess.Popen(
        [program, "time", "-r", "1000", "--warmup", "0", "--format", "json", "--", "sh", "-c",
         f"echo >>{file}; sleep 0.02"], stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (file.exists() and file.stat().st_size > 3) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGINT)
    out, _ = child.communicate(timeout=60)
    assert child.returncode == 130
    result = json.loads(out)
    assert result["interrupted"]
    assert 1 <= len(result["commands"][0]["runs"]) < 1000
    assert result["commands"][0]["summary"]["real_s"]["best"] >= 0.02


def test_help_teaches(fortyfold):
    done = fortyfold("time", "--help")
    assert done.returncode == 0
    for words in ("--vs", "user is what", "not resolved", "Exit status", "fortyfold time -- sleep"):
        assert words in done.stdout
