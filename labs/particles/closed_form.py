"""Another algorithm: where a particle ends, without making its steps. Not a faster loop: no loop.

A step of length s at radius r is at right angles to the radius, so r² grows by s² and the angle by
atan(s/r). After n steps r² = r₀² + n·s², exactly. With u = r²/s² the angles are f(u) = atan(1/√u) at
u₀, u₀ + 1, …, and Euler and Maclaurin's formula turns their sum into an integral and corrections:

    Σ f(u₀ + k), k = 0 … n − 1  =  F(u₁) − F(u₀) − (f(u₁) − f(u₀))/2 + (f′(u₁) − f′(u₀))/12 − …

where u₁ = u₀ + n and F(u) = u·atan(1/√u) + √u − atan(√u). With z = 1/√u, small:
F = 2/z − π/2 + 2z/3 − 2z³/15 + 2z⁵/35 − …, f = z − z³/3 + z⁵/5 − …, f′ = −z³/2 + z⁵/2 − …

Bounds: the steps until u reaches 10⁴ are made one by one (10⁴ of them at most, and only for particles
within 100 steps' length of the origin), so that z ≤ 0.01: the first terms that are left out,
−2z⁷/63 of F and f‴/720 = −z⁷/384, are below 1e-15.
"""

import numpy as np

from numpy_tuned import check
from vectorised import TIMESTEP

NEAR = 1e4  # u below which steps are made one by one


def angle_terms(z):
    """The terms of the sum at one end, without 2/z."""
    square = z * z
    integral = z * (2 / 3 - square * (2 / 15 - square * (2 / 35)))
    value = z * (1 - square * (1 / 3 - square / 5))
    slope = -z * square * (1 - square) / 2
    return integral - value / 2 + slope / 12


def leave_the_origin(x, y, length, steps):
    """Make the steps of particles near the origin, in place; return how many are left for each."""
    left = np.full(len(x), float(steps))
    while True:
        near = (x * x + y * y < NEAR * length * length) & (left > 0)
        if not near.any():
            return left
        scale = length[near] / np.sqrt(x[near] * x[near] + y[near] * y[near])
        x[near], y[near] = x[near] - y[near] * scale, y[near] + x[near] * scale
        left[near] -= 1


def simulate(x, y, w, duration):
    """Return the final positions (x, y), two arrays."""
    x, y, length = x.copy(), y.copy(), TIMESTEP * w
    steps = round(duration / TIMESTEP)
    check(x, y, steps)
    left = leave_the_origin(x, y, length, steps)
    square = x * x + y * y
    begin = np.sqrt(square)
    end = np.sqrt(square + left * length * length)
    end[left == 0] = begin[left == 0]  # at the origin only where no step is to be made
    begin[begin == 0] = end[end == 0] = 1.0
    # 2/z₁ − 2/z₀ = 2(r₁ − r₀)/s, without the difference of two large numbers.
    angle = 2 * left * length / (begin + end) + angle_terms(length / end) - angle_terms(length / begin)
    grown = end / begin
    cosine, sine = np.cos(angle) * grown, np.sin(angle) * grown
    return x * cosine - y * sine, x * sine + y * cosine
