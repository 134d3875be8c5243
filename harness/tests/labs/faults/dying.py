"""Ways to end a process, or to make it useless."""

import ctypes
import itertools
import os
import signal
import stat
import struct
import time


def os_exit(numbers):
    print("last words")
    os._exit(3)


def exit_zero(numbers):
    os._exit(0)


def segfault(numbers):
    ctypes.string_at(0)


def abort(numbers):
    os.abort()


def killed(numbers):
    os.kill(os.getpid(), signal.SIGKILL)


def loop_in_python(numbers):
    while True:
        pass


def loop_in_c(numbers):
    """Deaf to every signal that can be ignored."""
    for number in (signal.SIGABRT, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    return sum(itertools.repeat(0))


def stopped(numbers):
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(1000)


def reads(numbers):
    return float(input())


def memory(numbers):
    hoard = []
    while True:
        hoard.append(bytearray(1 << 24))


def flood(numbers):
    while True:
        print("flood " * 100_000)


def closes(numbers):
    os.closerange(0, 300)
    return [2 * number for number in numbers]


def forges(numbers):
    """An answer that looks like one of ours, with the token that a careless harness would use."""
    for fd in range(3, 300):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                os.write(fd, struct.pack("=IIQQ", 0x34305846, 12, 0, 0))
        except OSError:
            pass
    return [2 * number for number in numbers]


def babbles(numbers):
    """Writes to every socket there is: one of them is the harness's."""
    for fd in range(3, 300):
        try:
            if stat.S_ISSOCK(os.fstat(fd).st_mode):
                os.write(fd, b"an answer that nobody asked for " * 4)
        except OSError:
            pass
    return [2 * number for number in numbers]


def kills_its_group(numbers):
    os.kill(0, signal.SIGKILL)
