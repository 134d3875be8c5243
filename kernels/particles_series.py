"""Prints kernels/particles_series.h: the series of particles in closed form.

    /usr/bin/python3 kernels/particles_series.py >kernels/particles_series.h

A step of a particle turns it by atan(q) and stretches its radius by sqrt(1 + q*q), where q = s/r and
1/q**2 = rho grows by 1 a step. So n steps stretch by g = sqrt(1 + h), h = n/rho, and turn by

    theta = sum of f(rho + k) for k = 0 .. n - 1,    f(t) = atan(t**-0.5),

which the Euler-Maclaurin formula gives as G(rho + n) - G(rho), where G is f's antiderivative - f/2 +
f'/12 - f'''/720 + ...: powers of t from the series of the arc tangent. Everything below is exact
arithmetic with fractions; only the end results are rounded.

With A = n*q, B = A*A and nu = 1/n, theta/A, g*cos(theta) and g*sin(theta)/A are power series in B and
nu. The coefficient of each power of nu is a function of B; on [0, B_MOST] it is replaced by the
polynomial that agrees with it at Chebyshev's points, which is within a factor of a few of the best
there is. Its constant term is kept exact, so that a particle that does not move stays in place.
"""

import math
from fractions import Fraction

TERMS = 8  # powers of t in G
NU_ORDER = 5
B_ORDER = 24  # of the power series: B_MOST**24/48! is nothing
B_MOST = Fraction(5, 4)
DEGREE = 7  # of the polynomials in B
TURN_MOST = Fraction(25, 10)  # (pi/2)**2 and a little
TURN_DEGREE = 9
BERNOULLI = [Fraction(1, 6), Fraction(-1, 30), Fraction(1, 42), Fraction(-1, 30), Fraction(5, 66),
             Fraction(-691, 2730), Fraction(7, 6)]  # B2, B4, ...


def sum_series():
    """Return g: G(t) = sum of g[j] * t**(1/2 - j)."""
    g = [Fraction(0)] * TERMS
    for m in range(TERMS):
        power = -Fraction(2 * m + 1, 2)
        coefficient = Fraction((-1) ** m, 2 * m + 1)
        g[m] += coefficient / (power + 1)
        if m + 1 < TERMS:
            g[m + 1] -= coefficient / 2
        for i, bernoulli in enumerate(BERNOULLI, 1):
            factor, exponent = coefficient, power
            for _ in range(2 * i - 1):
                factor *= exponent
                exponent -= 1
            j = int(Fraction(1, 2) - exponent)
            if j < TERMS:
                g[j] += bernoulli / math.factorial(2 * i) * factor
    return g


def multiply(a, b):
    """The product of two series {(power of B, power of nu): coefficient}, cut off."""
    product = {}
    for (i, m), x in a.items():
        for (j, k), y in b.items():
            if i + j <= B_ORDER and m + k <= NU_ORDER:
                product[i + j, m + k] = product.get((i + j, m + k), 0) + x * y
    return product


def binomial(power, i):
    result = Fraction(1)
    for k in range(i):
        result *= (power - k) / Fraction(k + 1)
    return result


def turn_series(g):
    """theta/A: g[j] * q**(2*j - 1) * ((1 + h)**(1/2 - j) - 1)/A, q = A*nu, h = B*nu."""
    series = {}
    for j in range(TERMS):
        for i in range(1, NU_ORDER + 2):
            key = (j - 1 + i, 2 * j - 1 + i)
            if key[1] <= NU_ORDER:
                series[key] = series.get(key, 0) + g[j] * binomial(Fraction(1, 2) - j, i)
    return series


def sums(turn):
    """g*cos(theta) and g*sin(theta)/A."""
    growth = {(i, i): binomial(Fraction(1, 2), i) for i in range(NU_ORDER + 1)}
    square = multiply({(1, 0): Fraction(1)}, multiply(turn, turn))
    cosine, sine, power = {}, {}, {(0, 0): Fraction(1)}
    for i in range(B_ORDER + 1):
        for key, x in power.items():
            cosine[key] = cosine.get(key, 0) + (-1) ** i * x / math.factorial(2 * i)
            sine[key] = sine.get(key, 0) + (-1) ** i * x / math.factorial(2 * i + 1)
        power = multiply(power, square)
    return multiply(growth, cosine), multiply(growth, multiply(turn, sine))


def polynomial(series, most, degree):
    """The polynomial that agrees with the power series at 0 and, less that, over B elsewhere."""
    def value(b):
        return sum(c * b ** (i - 1) for i, c in enumerate(series) if i > 0)

    nodes = [most * (1 + Fraction(math.cos(math.pi * (2 * k + 1) / (2 * degree)))) / 2
             for k in range(degree)]
    divided = [value(b) for b in nodes]
    for level in range(1, degree):  # Newton's divided differences
        for k in range(degree - 1, level - 1, -1):
            divided[k] = (divided[k] - divided[k - 1]) / (nodes[k] - nodes[k - level])
    result = [Fraction(0)] * degree
    for k in range(degree - 1, -1, -1):  # result = result * (b - nodes[k]) + divided[k]
        result = [(result[i - 1] if i > 0 else 0) - nodes[k] * result[i] for i in range(degree)]
        result[0] += divided[k]
    return [series[0]] + result


def print_table(name, rows):
    print(f"static const double {name}[{len(rows)}][{len(rows[0])}] = {{")
    for row in rows:
        print("    {" + ", ".join(float(c).hex() for c in row) + "},")
    print("};\n")


def main():
    g = sum_series()
    cosine, sine = sums(turn_series(g))
    print("/* Made by kernels/particles_series.py, which says what these numbers are. */")
    print("#ifndef FORTYFOLD_KERNELS_PARTICLES_SERIES_H")
    print("#define FORTYFOLD_KERNELS_PARTICLES_SERIES_H\n")
    print("/* clang-format off */")
    print(f"enum {{ SERIES_TERMS = {TERMS}, SERIES_ORDERS = {NU_ORDER + 1}, "
          f"SERIES_COEFFICIENTS = {DEGREE + 1}, TURN_COEFFICIENTS = {TURN_DEGREE + 1} }};\n")
    print("/* G(t) is the sum of series_sum[0][j]·t^(1/2 − j). */")
    print_table("series_sum", [g])
    print("/* Greatest A² of the next two tables. */")
    print(f"static const double series_most = {float(B_MOST)};\n")
    print("/* [power of 1/n][power of A²]: g·cos θ, and g·sin θ/A. */")
    for name, series in (("series_cosine", cosine), ("series_sine", sine)):
        print_table(name, [polynomial([series.get((i, m), Fraction(0)) for i in range(B_ORDER + 1)],
                                      B_MOST, DEGREE) for m in range(NU_ORDER + 1)])
    print("/* [power of θ²]: cos θ, and sin θ/θ, for |θ| ≤ π/2. */")
    for name, first in (("turn_cosine", 0), ("turn_sine", 1)):
        series = [Fraction((-1) ** i, math.factorial(2 * i + first)) for i in range(B_ORDER + 1)]
        print_table(name, [polynomial(series, TURN_MOST, TURN_DEGREE)])
    print("/* clang-format on */\n\n#endif")


main()
