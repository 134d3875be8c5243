"""Rounds that others disturbed are set aside, by what the system counts and not by their gain."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
import two_threads  # noqa: E402


class Machine:
    """Works of 1 s and 0.5 s; the clock and the counters are told what happens."""

    def __init__(self, monkeypatch, waits, steals):
        self.now = self.waited = self.stolen = 0.0
        self.waits, self.steals = iter(waits), iter(steals)
        monkeypatch.setattr(two_threads.time, "sleep", lambda s: None)
        monkeypatch.setattr(two_threads.time, "perf_counter", lambda: self.now)
        monkeypatch.setattr(two_threads, "waited_s", lambda: self.waited)
        monkeypatch.setattr(two_threads, "stolen_s", lambda: self.stolen)

    def one(self):
        self.now += 1
        return 1.0

    def two(self):
        wait, steal = next(self.waits), next(self.steals)
        self.now += 0.5 + wait + steal
        self.waited += wait
        self.stolen += steal
        return 0.5 + wait + steal

    def copy(self, which):
        return (1.1, 1.4)[which]


def test_disturbed_rounds_are_set_aside_and_counted(monkeypatch):
    # The first call only makes the thread.
    machine = Machine(monkeypatch, [9, 0, 0.3, 0, 0.001], [0, 0, 0, 0.5, 0])
    kept, aside, apart = two_threads.gains(machine.one, machine.two, machine.copy, 4)
    assert kept == pytest.approx([2, 1 / 0.501])
    assert aside == pytest.approx([1 / 0.8, 1])
    assert apart == pytest.approx([1.6, 1.6])
    words = two_threads.in_words(kept, aside, apart)
    assert "2 of 4 rounds" in words and "2.00×" in words and "not resolved" in words


def test_a_slow_round_that_nobody_disturbed_stays(monkeypatch):
    machine = Machine(monkeypatch, [0] * 9, [0] * 9)
    kept, aside, apart = two_threads.gains(machine.one, lambda: machine.two() * 4, machine.copy, 8)
    assert kept == pytest.approx([0.5] * 8) and aside == []
    words = two_threads.in_words(kept, aside, apart)
    assert "not resolved" not in words and "two copies 1.60×, two threads 31% of that" in words


def test_copies_run_at_the_same_time_on_processors_of_their_own():
    if len(two_threads.PROCESSORS) < 2:
        pytest.skip("one processor")
    before, both, processors = os.sched_getaffinity(0), threading.Barrier(2), [None, None]

    def copy(which):
        both.wait(60)  # or it raises: the other never came
        processors[which] = os.sched_getaffinity(0)
        return 1 + which

    with two_threads.two_processors() as pool:
        assert two_threads.at_once(pool, copy) == 1.5
    assert [len(own) for own in processors] == [1, 1] and processors[0] != processors[1]
    assert os.sched_getaffinity(0) == before


def test_waiting_for_a_processor_is_seen():
    if not Path("/proc/self/schedstat").exists():
        pytest.skip("this system does not count how long a thread waits")
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(every)})
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        before = two_threads.waited_s()
        end = time.monotonic() + 60
        while two_threads.waited_s() - before < 0.01 and time.monotonic() < end:
            pass
        assert two_threads.waited_s() - before >= 0.01
    finally:
        busy.kill()
        busy.wait()
        os.sched_setaffinity(0, every)
