"""Sines of any double within a fraction of an ulp: the angle reduced exactly, sin and cos in pairs.

- `quarter(m, a)` is (q, r): a = q pi/2 + r with |r| <= pi/4 in two pieces, q modulo 4, for a >= 0.
- `sine(m, a)` is sin(a) in two pieces.
- `circle(m, x)` is (sin(x), cos(x)) for |x| below `NEAR_ANGLE`, quickly.

The reduction of `quarter` is Payne and Hanek's ("Radian reduction for trigonometric functions",
SIGNUM Newsletter 18, 1983): for a = X 2^s with a whole X, what counts of a 2/pi is X times the bits
of 2^s 2/pi below 4. `ANGLE_WORDS` holds these bits, for each range of 48 exponents.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from .double_double import (
    ROUND,
    Pair,
    fast_sum,
    fused,
    polynomial,
    product,
    two_product,
    two_sum,
    whole,
)

TWO_OVER_PI = Fraction(int(  # cut after 1280 bits
    "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e0"
    "06492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f4"
    "9c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d"
    "7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babf0cfbc209af4361d",
    16), 2**1280)  # fmt: skip
EXPONENTS_PER_STEP = 48  # exponents that share their words
COUNT = 5  # words: 265 bits, of which X takes 100; no double is nearer than 2^-62 to k pi/2
NEAR_ANGLE = 2.0**30  # k pi/2 in three pieces, each product fused, suffices below that
SIN = [(-1) ** n / math.factorial(2 * n + 1) for n in range(1, 10)]  # sin r = r + r^3 SIN(r^2)
COS = [(-1) ** n / math.factorial(2 * n) for n in range(2, 11)]  # cos r = 1 - r^2/2 + r^4 COS(r^2)


def pieces(exact: Fraction) -> Iterator[float]:
    """A number as a sum of doubles, largest first."""
    for _ in range(COUNT):
        yield float(exact)
        exact -= Fraction(float(exact))


NEAR_PI = tuple(pieces(1 / TWO_OVER_PI))[:3]  # pi/2
HALF_PI = (NEAR_PI[0], NEAR_PI[1])

# for a >= first: the power of two that makes it whole, and the words
ANGLE_WORDS = [(0.0, 1.0, tuple(pieces(TWO_OVER_PI)))] + [
    (2.0**k, 2.0 ** (52 - k), tuple(pieces(TWO_OVER_PI * Fraction(2) ** (k - 52) % 4)))
    for k in range(EXPONENTS_PER_STEP, 1024, EXPONENTS_PER_STEP)
]


def picked(m: Any, a: Any, choices: Sequence[float]) -> Any:
    """The one of `choices` that stands for a's range of exponents."""
    found: Any = choices[0]
    for (first, *_), choice in zip(ANGLE_WORDS[1:], choices[1:]):
        found = m.select(m.ge(a, first), choice, found)
    return found


def below_four(m: Any, p: Any) -> Any:
    """p less a multiple of 4, which a double from 2^54 on is itself."""
    return m.select(m.lt(m.abs(p), 2.0**54), p - 4 * whole(p / 4), 0.0)


def distilled(terms: Sequence[Any]) -> Pair:
    """The sum of numbers that cancel, in two pieces (Ogita, Rump & Oishi, "Accurate Sum and Dot
    Product", 2005): each pass keeps what the one before lost.
    """
    terms = list(terms)
    for _ in range(3):
        for k in range(len(terms) - 1, 0, -1):
            terms[k - 1], terms[k] = two_sum(terms[k - 1], terms[k])
    return fast_sum(terms[0], terms[1] + terms[2])


def quarter(m: Any, a: Any) -> tuple[Any, Pair]:
    scaled = a * picked(m, a, [scale for _, scale, _ in ANGLE_WORDS])
    terms: list[Any] = []
    for k in range(COUNT):
        p, lost = two_product(scaled, picked(m, a, [words[k] for *_, words in ANGLE_WORDS]))
        terms += [below_four(m, p), below_four(m, lost)] if k < 2 else [p, lost]
    near = terms[0] + (terms[1] + terms[2] + terms[3] + terms[4])
    q = whole(near)
    high, low = product(distilled([-q, *terms]), HALF_PI)
    return q - 4 * whole((q - 1.5) / 4), fast_sum(high, low)


def sine(m: Any, a: Any) -> Pair:
    q, (r, low) = quarter(m, a)
    square, lost = two_product(r, r)
    s = fast_sum(r, low * (1 - square / 2) + r * square * polynomial(SIN, square))
    one, rest = fast_sum(1.0, -square / 2)
    c = fast_sum(one, rest + (square * square * polynomial(COS, square) - lost / 2 - r * low))
    odd = m.eq(q, 1.0) + m.eq(q, 3.0)
    sign = m.select(m.ge(q, 2.0), -1.0, 1.0)
    return sign * m.select(odd, c[0], s[0]), sign * m.select(odd, c[1], s[1])


def circle(m: Any, x: Any) -> Pair:
    """sin and cos of |x| < NEAR, each within 0.81 ulp.

    Cody and Waite's reduction: x - k NEAR_PI[0] is exact, being a multiple of 2^-52 (or of x's own
    ulp) that is less than 1; what the second step takes is subtracted in two pieces.
    """
    t = x * (2 / math.pi) + ROUND
    k = t - ROUND
    first = fused(k, -NEAR_PI[0], x)
    second, lost = two_product(k, NEAR_PI[1])
    r, low = fast_sum(first, -second)
    low = fused(k, -NEAR_PI[2], low - lost)
    square = r * r
    s = r + (low * (1 - square / 2) + r * square * polynomial(SIN[:8], square, fused))
    s = m.select(m.eq(x, 0.0), x, s)  # with its sign
    one, lost = fast_sum(1.0, -square / 2)
    c = one + (lost + (square * square * polynomial(COS[:8], square, fused) - r * low))
    return turned(m, t, s, c), turned(m, t + 1, s, c)


def turned(m: Any, t: Any, s: Any, c: Any) -> Any:
    """The sine after as many quarter turns as the lowest bits of t say."""
    y = m.emit("if_bit", t, c, s, holds=0)
    return m.emit("if_bit", t, -y, y, holds=1)
