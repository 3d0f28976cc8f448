"""Numbers in two pieces, high + low, in straight lines that suit a scalar and a vector alike.

- `exponential(m, x, low)` is (k, h, l): e^(x + low) = 2^k (1 + h + l), with about 60 bits.
- `logarithm1p(m, z, low)` and `logarithm(m, x)` are pairs, from libm's value and one Newton step.
- `divided`, `product`, `added`, `root` give pairs; `two_sum`, `fast_sum` keep what rounding takes.
- `sine(m, a)` is sin(a) in two pieces for any a >= 0; `circle(m, x)` is (sin(x), cos(x)), quickly,
  for |x| below `NEAR_ANGLE`.

There is no `if` on a number: `m.select` picks, and a nan on the side not picked harms nobody.
Rounding to nearest, without contraction and reassociation, is what all of it rests on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

Pair = tuple[Any, Any]

ROUND = 1.5 * 2.0**52  # added and taken away again: the nearest whole number
LN2_HIGH = float.fromhex(
    "0x1.62E42FEFA3800p-1"
)  # 42 bits, so that k*LN2_HIGH is exact for every exponent k
LN2_LOW = float.fromhex("0x1.EF35793C76730p-45")
SQRT_HALF = (float.fromhex("0x1.6A09E667F3BCDp-1"), float.fromhex("-0x1.BDD3413B26456p-55"))
EXP_COEFFICIENTS = [1 / math.factorial(n) for n in range(3, 15)]  # e^r = 1 + r + r^2/2 + r^3 (...)


def two_sum(a: Any, b: Any) -> Pair:
    """fl(a + b) and what rounding took away (Knuth)."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def fast_sum(a: Any, b: Any) -> Pair:
    """The same where |a| >= |b|, or a = 0 (Dekker)."""
    s = a + b
    return s, b - (s - a)


def two_product(a: Any, b: Any) -> Pair:
    """fl(a*b) and what rounding took away, by one fused operation; a or b is a line."""
    p = a * b
    return p, p.m.emit("product_error", p.m.lift(a), p.m.lift(b), p)


def fused(a: Any, b: Any, c: Any) -> Any:
    """a*b + c, rounded once; a is a line."""
    m = a.m
    return m.emit("product_error", a, m.lift(b), -m.lift(c))


def two_to(m: Any, k: Any) -> Any:
    """2^k for a whole k up to 1024, which gives inf; below -1022 it stays there."""
    return m.emit("two_to", m.lift(m.select(m.gt(k, -1022.0), k, -1022.0)))


def twice_rounded(a: Any, b: Any, c: Any) -> Any:
    return c + b * a


def polynomial(coefficients: Sequence[float], x: Any,
               step: Callable[[Any, Any, Any], Any] = twice_rounded) -> Any:  # fmt: skip
    """c0 + c1 x + c2 x^2 + ..., two neighbours at a time (Estrin): no long chain to wait for.

    `step(x, b, a)` is a + b x; with `fused` it is rounded once.
    """
    terms: list[Any] = list(coefficients)
    while len(terms) > 1:
        odd = terms[1::2]
        terms = [step(x, b, a) for a, b in zip(terms[::2], odd)] + terms[2 * len(odd) :]
        x = x * x
    return terms[0]


def whole(x: Any) -> Any:
    """The nearest whole number to a small x."""
    return (x + ROUND) - ROUND


def limited(m: Any, x: Any, top: float) -> Any:
    """min(x, top), but nan stays nan."""
    return m.select(m.gt(x, top), top, x)


def exponential(m: Any, x: Any, low: Any = 0.0) -> tuple[Any, Any, Any]:
    """(k, h, l) with e^(x + low) = 2^k (1 + h + l); h + l keeps its relative precision near 0.

    Cody and Waite's reduction to |r| < 0.35, and Taylor's series: r^2/2 in two pieces, and r^3/6,
    which is below 1% of the sum, in one.
    """
    k = whole(x * (1 / math.log(2)))
    start, more = x - k * LN2_HIGH, k * LN2_LOW
    r = start - more
    below = ((start - r) - more) + low
    square, lost = two_product(r, r)
    h, l = fast_sum(r, square / 2)
    h, l = fast_sum(h, l + (r * square * polynomial(EXP_COEFFICIENTS, r) + lost / 2))
    return (k, *fast_sum(h, l + below * (1 + h)))


def scaled(m: Any, y: Any, k: Any) -> Any:
    """2^k y, in two steps: 2^1024 is none; a subnormal result is rounded in the second."""
    start = m.select(m.gt(k, 0.0), 100.0, -100.0)
    return y * two_to(m, k - start) * two_to(m, start)


def powered(m: Any, k: Any, h: Any, l: Any) -> Any:
    """2^k (1 + h + l), rounded once; inf and 0 beyond."""
    return scaled(m, 1 + (h + l), k)


def divided(a: Pair, b: Pair) -> Pair:
    """a/b in two pieces."""
    q = a[0] / b[0]
    p, lost = two_product(q, b[0])
    return q, ((((a[0] - p) - lost) + a[1]) - q * b[1]) / b[0]


def added(a: Pair, b: Pair) -> Pair:
    """a + b in two pieces."""
    s, lost = two_sum(a[0], b[0])
    return fast_sum(s, lost + (a[1] + b[1]))


def product(a: Pair, b: Pair) -> Pair:
    """a*b in two pieces."""
    p, lost = two_product(a[0], b[0])
    return p, lost + (a[0] * b[1] + a[1] * b[0])


def root(m: Any, a: Pair) -> Pair:
    """sqrt(a) in two pieces; the low one is nan at 0."""
    y = m.sqrt(a[0])
    p, lost = two_product(y, y)
    return y, (((a[0] - p) - lost) + a[1]) / (2 * y)


def logarithm1p(m: Any, z: Any, low: Any = 0.0) -> Pair:
    """ln(1 + z + low): y from libm, and ((1 + z) e^-y - 1) is what it lacks."""
    y = m.log1p(z)
    k, h, l = exponential(m, y)
    v = m.exp2(-k)
    near, lost = two_sum(z * v, v - 1)
    return y, finite(m, (near - h) + ((lost - l) + low * v), h)


def logarithm(m: Any, x: Any) -> Pair:
    """ln(x) for a normal x, in the same way."""
    y = m.log(x)
    k, h, l = exponential(m, y)
    return y, finite(m, ((x * m.exp2(-k) - 1) - h) - l, h)


def finite(m: Any, residual: Any, h: Any) -> Any:
    """residual/(1 + h); nothing is added to an infinite logarithm."""
    step = residual / (1 + h)
    return m.select(m.eq(step, step), step, 0.0)


# --- sines of any double within a fraction of an ulp: the angle reduced exactly -------------------
#
# The reduction of `quarter` is Payne and Hanek's ("Radian reduction for trigonometric functions",
# SIGNUM Newsletter 18, 1983): for a = X 2^s with a whole X, what counts of a 2/pi is X times the
# bits of 2^s 2/pi below 4. `ANGLE_WORDS` holds these bits, for each range of 48 exponents.

TWO_OVER_PI = Fraction(int(  # cut after 1280 bits
    "a2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e0"
    "06492eea09d1921cfe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f4"
    "9c845f8bbdf9283b1ff897ffde05980fef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d"
    "7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d0856033046fc7b6babf0cfbc209af4361d",
    16), 2**1280)  # fmt: skip
EXPONENTS_PER_STEP = 48  # exponents that share their words
DOUBLES = 5  # 265 bits, of which X takes 100; no double is nearer than 2^-62 to k pi/2
NEAR_ANGLE = 2.0**30  # k pi/2 in three pieces, each product fused, suffices below that
SIN = [(-1) ** n / math.factorial(2 * n + 1) for n in range(1, 10)]  # sin r = r + r^3 SIN(r^2)
COS = [(-1) ** n / math.factorial(2 * n) for n in range(2, 11)]  # cos r = 1 - r^2/2 + r^4 COS(r^2)


def pieces(exact: Fraction) -> Iterator[float]:
    """A number as a sum of doubles, largest first."""
    for _ in range(DOUBLES):
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
    """(q, r) with a = q pi/2 + r, |r| <= pi/4 in two pieces and q modulo 4, for a >= 0."""
    scaled = a * picked(m, a, [scale for _, scale, _ in ANGLE_WORDS])
    terms: list[Any] = []
    for k in range(DOUBLES):
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
