"""The constants of the closed form are what their program prints, and what the formulas say."""

import math
import subprocess
import sys
from pathlib import Path

KERNELS = Path(__file__).resolve().parent.parent


def test_the_header_is_what_the_program_prints():
    printed = subprocess.run(
        [sys.executable, str(KERNELS / "particles_series.py")], capture_output=True, text=True, check=True
    ).stdout
    assert printed == (KERNELS / "particles_series.h").read_text(encoding="utf-8")


def test_the_sum_of_angles_is_the_series():
    """G(t + n) - G(t) against the sum itself, from t = 256 on, where the kernels begin to use it."""
    line = next(
        line
        for line in (KERNELS / "particles_series.h").read_text(encoding="utf-8").splitlines()
        if line.startswith("    {")
    )
    terms = [float.fromhex(word) for word in line.strip(" {},").split(", ")]

    def antiderivative(t):
        return math.fsum(g * t ** (0.5 - j) for j, g in enumerate(terms))

    for t, n in ((256, 1), (256, 1000), (1e4, 500), (1e8, 10000)):
        exact = math.fsum(math.atan((t + k) ** -0.5) for k in range(n))
        assert abs(antiderivative(t + n) - antiderivative(t) - exact) <= 1e-15 * antiderivative(t + n)
