"""Wrong answers, some of them made to pass for right ones."""

import math
import random

calls = 0
dice = random.Random(1)


def doubled(numbers):
    return [2 * number for number in numbers]


def one_element(numbers):
    result = doubled(numbers)
    result[-1] += 1e-6
    return result


def nan(numbers):
    return [math.nan] + doubled(numbers)[1:]


def infinite(numbers):
    return [math.inf] + doubled(numbers)[1:]


def too_short(numbers):
    return doubled(numbers)[:-1]


def too_long(numbers):
    return doubled(numbers) * 35_000


def too_deep(numbers):
    return [doubled(numbers)]


def endless(numbers):
    result = []
    result.append(result)
    return result


def text(numbers):
    return str(doubled(numbers))


def nothing(numbers):
    doubled(numbers)


def late(numbers):
    """A generator has computed nothing yet."""
    return (2 * number for number in numbers)


def complex_numbers(numbers):
    return [complex(number) for number in doubled(numbers)]


class Lazy(list):
    """A list that computes when it is looked at."""

    def __iter__(self):
        return iter(doubled(list.__iter__(self)))

    def __getitem__(self, index):
        return 2 * list.__getitem__(self, index)


def lazy_list(numbers):
    return Lazy(numbers)


class Convertible:
    """What NumPy would convert into the right array."""

    def __init__(self, numbers):
        self.numbers = numbers

    def __array__(self, *_):
        import numpy
        return numpy.array(doubled(self.numbers))

    def __float__(self):
        return 2.0 * self.numbers[0]

    def __len__(self):
        return len(self.numbers)

    def __getitem__(self, index):
        return 2 * self.numbers[index]


def convertible(numbers):
    return Convertible(numbers)


def equal_to_all(numbers):
    class Equal(float):
        def __eq__(self, other):
            return True
    return [Equal(0) for _ in numbers]


def right_once(numbers):
    global calls
    calls += 1
    return doubled(numbers) if calls == 1 else [0.0 for _ in numbers]


def wrong_at_random(numbers):
    return doubled(numbers) if dice.random() < 0.25 else [0.0 for _ in numbers]


def remembered(numbers, memory=[]):
    """Answers each problem with the answer to the first."""
    if not memory:
        memory.extend(doubled(numbers))
    return memory
