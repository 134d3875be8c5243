"""Numbers as people read them, in the manner of the harness's tables (harness/base/units.c).

Three significant digits, thousands set apart, SI prefixes. A test compares every printed figure of
the committed runs with these functions, so the two cannot part.
"""

import math

TIME_UNITS = [(1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")]


def count(number):
    """All digits: 1,000,000."""
    return f"{number:,}"


def factor(ratio):
    """Three significant digits of a number above 0: 0.972, 23.4, 13,400."""
    if ratio == 0:
        return "0"
    if ratio < 1e-6 or ratio >= 1e15:
        return f"{ratio:.2e}"
    # 0.05 % more, so that 9.996 counts as 10.0 before the digits are counted.
    exponent = math.floor(math.log10(ratio * 1.0005))
    if exponent < 2:
        return f"{ratio:.{min(2 - exponent, 9)}f}"
    step = 10 ** (exponent - 2)
    return count(math.floor(ratio / step + 0.5) * step)


def ratio(number):
    """A factor with its sign: 23.4×."""
    return factor(number) + "×"


def seconds(time):
    """850 ns, 1.23 ms, 92.1 s, 1,230 s."""
    if time == 0:
        return "0 s"
    for scale, unit in TIME_UNITS:
        if abs(time) >= scale * 0.9995:
            break
    return f"{'-' if time < 0 else ''}{factor(abs(time) / scale)} {unit}"


def interval(low, high):
    """The ends of an interval: [2.96–3.02]."""
    return f"[{factor(low)}–{factor(high)}]"


def mebibytes(size):
    """12.3 MiB."""
    return f"{factor(size / 2**20)} MiB"


def residual(number):
    """Two digits: 7.1e-15."""
    return f"{number:.2g}"
