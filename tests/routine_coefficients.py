"""The numbers in `symgrad.compiling.routines` and `double_double`, computed anew with mpmath.

    python -m tests.routine_coefficients        # prints them

- `erfc_series()` are the coefficients of (1 + 2x) e^(x^2) erfc(x) as a polynomial in
  t = (x - 2)/(x + 2): Chebyshev's, to 2^-62, in powers of t.
- `two_over_pi(bits)` is 2/pi to that many bits, cut.
- `in_two(x)` is a number as two doubles.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath

NODES, BITS, LEAST = 64, 200, -62
MIDDLE = 2  # t = 0 there
FIRST = 4  # coefficients that are kept in two pieces


def in_two(x: Any) -> tuple[float, float]:
    """x as high + low."""
    high = float(x)
    return high, float(x - mpmath.mpf(high))


def two_over_pi(bits: int) -> Fraction:
    with mpmath.workprec(bits + 64):
        return Fraction(int(2 / mpmath.pi * mpmath.mpf(2) ** bits), 2**bits)


def scaled_erfc(t: Any) -> Any:
    x = MIDDLE * (1 + t) / (1 - t)
    return (1 + 2 * x) * mpmath.exp(x * x) * mpmath.erfc(x)


def erfc_series() -> list[Any]:
    """1, t, t^2, ..."""
    with mpmath.workprec(BITS):
        angles = [mpmath.pi * (j + mpmath.mpf(1) / 2) / NODES for j in range(NODES)]
        values = [scaled_erfc(mpmath.cos(a)) for a in angles]
        found = [mpmath.fdot(values, [mpmath.cos(i * a) for a in angles]) * 2 / NODES
                 for i in range(NODES)]  # fmt: skip
        found[0] /= 2
        while abs(found[-1]) < mpmath.mpf(2) ** LEAST:
            found.pop()
        return in_powers(found)


def in_powers(chebyshev: list[Any]) -> list[Any]:
    """Coefficients of T_0, T_1, ... as those of 1, t, ...: T_(n+1) = 2t T_n - T_(n-1)."""
    n = len(chebyshev)
    before, now = [mpmath.mpf(1)] + [mpmath.mpf(0)] * n, [mpmath.mpf(0)] * (n + 1)
    now[1] = mpmath.mpf(1)
    total = [mpmath.mpf(0)] * (n + 1)
    for c in chebyshev:
        total = [a + c * b for a, b in zip(total, before)]
        twice = [mpmath.mpf(0), *(2 * a for a in now[:-1])]
        before, now = now, [a - b for a, b in zip(twice, before)]
    return total[:n]


if __name__ == "__main__":
    series = erfc_series()
    print("ERFC_FIRST", [tuple(a.hex() for a in in_two(c)) for c in series[:FIRST][::-1]])
    print("ERFC_SERIES", [float(c).hex() for c in series[FIRST:]])
    print("TWO_OVER_PI", f"{int(two_over_pi(1280) * 2**1280):x}")
