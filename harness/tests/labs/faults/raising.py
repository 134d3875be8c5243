"""Exceptions of all kinds."""

import sys


def raises(numbers):
    raise ValueError("this is what went wrong")


def sys_exit(numbers):
    sys.exit(0)


def interrupted(numbers):
    raise KeyboardInterrupt


def recursion(numbers):
    return recursion(numbers)


def undefined(numbers):
    return nosuchname


def takes_two(numbers, more):
    return numbers


def enormous_message(numbers):
    raise ValueError("x" * 10_000_000 + " the end of it")


def surrogate(numbers):
    raise ValueError("half a letter: \ud800")


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def unprintable(numbers):
    raise Unprintable


calls = 0


def raises_later(numbers):
    global calls
    calls += 1
    if calls > 30:
        raise ValueError(f"call {calls} was one too many")
    return [2 * number for number in numbers]


not_a_function = 3
