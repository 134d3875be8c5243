"""How many times faster are two threads than one, on a machine that others use, too?

A round times one thread, two, and one again; its gain is the mean of the two single times over the
double one, by the clock on the wall. Others disturb a round if they keep a thread of ours from a
processor: the system counts how long each of our threads was ready and had none (schedstat), and the
hypervisor tells what it took (steal). By that, and never by the gain, a round is set aside; it is
counted and stored nevertheless. Where the system counts no waiting, none is set aside.

OpenMP's threads are bound to a processor each (OMP_PROC_BIND), which libgomp reads when it is loaded: so
import this before the kernels. Left alone, a thread that wakes may be put on the processor of the one
that waits for it, and both take turns.
"""

import os
import time
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


def gains(one, two, rounds):
    """Return (gains of the rounds kept, gains of those set aside).

    `one` and `two` do the work in as many threads and return seconds.
    """
    kept, aside = [], []
    two()  # makes the thread
    for _ in range(rounds):
        seconds, taken, spent = [], 0.0, 0.0
        for work in (one, two, one):
            time.sleep(PAUSE_S)
            taken -= waited_s() + stolen_s()
            spent -= time.perf_counter()
            seconds.append(work())
            spent += time.perf_counter()
            taken += waited_s() + stolen_s()
        gain = (seconds[0] + seconds[2]) / 2 / seconds[1]
        (aside if taken > TAKEN_MOST * spent else kept).append(gain)
    return kept, aside


def in_words(kept, aside):
    """What else there is to say of the rounds: how many were set aside, and the best of all."""
    count = len(kept) + len(aside)
    few = "" if len(kept) >= KEPT_LEAST else "; too few undisturbed: not resolved"
    return f"{len(aside)} of {count} rounds disturbed, set aside; best of all {max(kept + aside):.2f}×{few}"
