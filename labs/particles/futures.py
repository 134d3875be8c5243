"""The same two processes, made at the first call and kept: their start is in that call, not in others.

concurrent.futures here; multiprocessing.Pool could be kept in the same way.
"""

import concurrent.futures

import naive
from processes import PROCESSES, parts, together

pool = None


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two lists."""
    global pool
    if pool is None:
        pool = concurrent.futures.ProcessPoolExecutor(PROCESSES)
    results = list(pool.map(naive.simulate, *zip(*parts(x, y, w, duration))))
    return together(results, len(x))
