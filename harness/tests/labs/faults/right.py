"""Right answers, in every form that counts as one."""

import array
import os
import subprocess
import threading
import time

started = []


def as_list(numbers):
    return [2 * number for number in numbers]


def as_tuple(numbers):
    return tuple(as_list(numbers))


def as_array(numbers):
    return array.array("d", as_list(numbers))


def in_place(numbers):
    for i, number in enumerate(numbers):
        numbers[i] = 2 * number
    return numbers


def beside_a_thread(numbers):
    if not started:
        started.append(threading.Thread(target=time.sleep, args=(1000,), daemon=True))
        started[0].start()
    return as_list(numbers)


def beside_a_child(numbers):
    """Leaves processes behind: in a session of their own, and their parents gone."""
    if not started:
        started.append(subprocess.Popen(["/bin/sleep", "1000"], start_new_session=True))
        subprocess.run(["/bin/sh", "-c", "setsid sleep 1000 & setsid sleep 1000 &"], check=True)
    return as_list(numbers)


def forked(numbers):
    """The child comes back to the harness too, with an answer of its own."""
    if not started:
        started.append(True)
        if os.fork() == 0:
            return [0.0]
    return as_list(numbers)


def chatty(numbers):
    print("thinking about", numbers)
    return as_list(numbers)
