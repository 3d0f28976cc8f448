"""Numbers in two pieces, high + low, in straight lines that suit a scalar and a vector alike.

- `exponential(m, x, low)` is (k, h, l): e^(x + low) = 2^k (1 + h + l), with about 60 bits.
- `logarithm1p(m, z, low)` and `logarithm(m, x)` are pairs, from libm's value and one Newton step.
- `divided`, `product`, `added`, `root` give pairs; `two_sum`, `fast_sum` keep what rounding takes.

There is no `if` on a number: `m.select` picks, and a nan on the side not picked harms nobody.
Rounding to nearest, without contraction and reassociation, is what all of it rests on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

Pair = tuple[Any, Any]

ROUND = 1.5 * 2.0**52  # added and taken away again: the nearest whole number
LN2_HIGH = float.fromhex(
    "0x1.62E42FEFA3800p-1"
)  # 42 bits, so that k*LN2_HIGH is exact for every exponent k
LN2_LOW = float.fromhex("0x1.EF35793C76730p-45")
SQRT_HALF = (float.fromhex("0x1.6A09E667F3BCDp-1"), float.fromhex("-0x1.BDD3413B26456p-55"))
EXP_SERIES = [1 / math.factorial(n) for n in range(3, 15)]  # e^r = 1 + r + r^2/2 + r^3 (...)


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
    h, l = fast_sum(h, l + (r * square * polynomial(EXP_SERIES, r) + lost / 2))
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
