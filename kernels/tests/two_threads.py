"""How many times faster are two threads than one, on a machine that others use, too?

A round times one thread, two, and one again; its gain is the mean of the two single times over the
double one, by the clock on the wall. Beside it stands what the machine allows: how much more two copies
of the work do at the same time, in a thread each, that know nothing of each other. They share what two
threads share whatever they do, memory, caches, and a host that may give two processors less than two
cores; what two threads gain less is the price of working together. Others disturb a round if they keep a thread of ours from a
processor: the system counts how long each of our threads was ready and had none (schedstat), and the
hypervisor tells what it took (steal). By that, and never by the gain, a round is set aside; it is
counted and stored nevertheless. Where the system counts no waiting, none is set aside.

OpenMP's threads are bound to a processor each (OMP_PROC_BIND), which libgomp reads when it is loaded: so
import this before the kernels. Left alone, a thread that wakes may be put on the processor of the one
that waits for it, and both take turns.
"""

import os
import queue
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

# Before a thread of ours is bound.
PROCESSORS = os.sched_getaffinity(0)
os.environ.setdefault("OMP_PROC_BIND", "true")

# Of a round's time: with more than this, a gain of 1.90 can look like 1.88.
TAKEN_MOST = 0.01
# Fewer undisturbed rounds than this say nothing.
KEPT_LEAST = 7
# After a region libgomp's threads look for another for some milliseconds, on the other processor.
PAUSE_S = 0.02


def waited_s():
    """For how long threads of this process have been ready without a processor."""
    total_ns = 0
    for task in Path("/proc/self/task").iterdir():
        try:
            total_ns += int((task / "schedstat").read_text().split()[1])
        except (OSError, IndexError):
            continue  # ended meanwhile, or not counted here
    return total_ns * 1e-9


def stolen_s():
    """What the hypervisor has taken from all processors."""
    try:
        words = Path("/proc/stat").read_text().split("\n", 1)[0].split()
        return int(words[8]) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError):
        return 0.0


def two_processors():
    """Two threads, bound to a processor each."""
    free = queue.SimpleQueue()
    for processor in sorted(PROCESSORS)[:2]:
        free.put(processor)
    return ThreadPoolExecutor(2, initializer=lambda: os.sched_setaffinity(0, {free.get_nowait()}))


def at_once(pool, copy):
    """The mean of the seconds that copy(0) and copy(1) return, beside each other."""
    both = threading.Barrier(2)

    def run(which):
        both.wait()
        return copy(which)

    return statistics.mean(pool.map(run, range(2)))


def gains(one, two, copy, rounds):
    """Return (gains of the rounds kept, gains of those set aside, of the rounds kept those of two copies).

    `one` and `two` do the work in as many threads, copy(0) and copy(1) do as much in one thread, with arrays
    of their own and without Python's lock; all return seconds.
    """
    kept, aside, apart = [], [], []
    two()  # makes the thread
    with two_processors() as pool:
        for _ in range(rounds):
            seconds, taken, spent = [], 0.0, 0.0
            for work in (one, two, lambda: at_once(pool, copy), one):
                time.sleep(PAUSE_S)
                taken -= waited_s() + stolen_s()
                spent -= time.perf_counter()
                seconds.append(work())
                spent += time.perf_counter()
                taken += waited_s() + stolen_s()
            alone = (seconds[0] + seconds[3]) / 2
            if taken > TAKEN_MOST * spent:
                aside.append(alone / seconds[1])
            else:
                kept.append(alone / seconds[1])
                apart.append(2 * alone / seconds[2])
    return kept, aside, apart


def in_words(kept, aside, apart):
    """What else there is to say of the rounds: how many were set aside, the best of all, and what was possible."""
    count = len(kept) + len(aside)
    told = f"{len(aside)} of {count} rounds disturbed, set aside; best of all {max(kept + aside):.2f}×"
    if len(kept) < KEPT_LEAST:
        return told + "; too few undisturbed: not resolved"
    share = statistics.median(gain / most for gain, most in zip(kept, apart))
    return f"{told}; two copies {statistics.median(apart):.2f}×, two threads {share:.0%} of that"
