"""The closed form of closed_form.py for one particle after the other, in plain Python."""

from math import cos, sin, sqrt

TIMESTEP = 1e-5
NEAR = 1e4


def angle_terms(z):
    """As in closed_form.py."""
    square = z * z
    integral = z * (2 / 3 - square * (2 / 15 - square * (2 / 35)))
    value = z * (1 - square * (1 / 3 - square / 5))
    slope = -z * square * (1 - square) / 2
    return integral - value / 2 + slope / 12


def turn(x, y, length, steps):
    """Return where a particle is after so many steps of a length."""
    square = x * x + y * y
    while steps > 0 and square < NEAR * length * length or square == 0 < steps:
        scale = length / sqrt(square)  # at the origin Python refuses to divide by zero
        x, y = x - y * scale, y + x * scale
        square = x * x + y * y
        steps -= 1
    if steps == 0:
        return x, y
    begin, end = sqrt(square), sqrt(square + steps * length * length)
    angle = 2 * steps * length / (begin + end) + angle_terms(length / end) - angle_terms(length / begin)
    cosine, sine = cos(angle) * end / begin, sin(angle) * end / begin
    return x * cosine - y * sine, x * sine + y * cosine


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two lists."""
    steps = round(duration / TIMESTEP)
    ends = [turn(float(a), float(b), TIMESTEP * float(c), steps) for a, b, c in zip(x, y, w)]
    return [a for a, _ in ends], [b for _, b in ends]
