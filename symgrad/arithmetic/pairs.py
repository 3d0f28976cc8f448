"""Pairs of floats with a proven bound, at many points at once: some 100 bits in NumPy.

- `PAIRED_FLOATS` is the arithmetic; its numbers are `Pair`s of arrays: the truth is within `off` of
  high + low.
- `rounded(pair)` are the nearest floats, and where that is certain.

What cannot be told (a tie, a kink, what under- or overflows, an angle of millions) has an unbounded
`off`, and is for Arb to say. Sums and products are those of Dekker and Knuth; quotients and roots
are bounded by what is left of a - q*b, so that no bound of theirs need be believed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import arb, ctx

from ..engine import Arithmetic
from ..ops import OPS
from .ieee import two_product

SUM_LOSES, PRODUCT_LOSES = 2.0**-102, 2.0**-101  # of the sizes; proven are 2^-103 and 2^-102
TINIEST = 2.0**-960  # what products may lose by underflow, and more
MORE = 1 + 2.0**-40  # bounds are computed in floats themselves
MOST_QUARTER_TURNS = 2.0**20  # quarter turns that an angle may be reduced by


def two_sum(a: Any, b: Any) -> tuple[Any, Any]:
    s = a + b
    v = s - a
    return s, (a - (s - v)) + (b - v)


class Pair:
    """high + low, off by at most `off`."""

    __slots__ = ("high", "low", "off")
    __array_ufunc__ = None  # an array on the left leaves the operation to us

    def __init__(self, high: Any, low: Any = 0.0, off: Any = 0.0) -> None:
        self.high, self.low, self.off = high, low, off

    def __add__(self, other: Any) -> Pair:
        b = lifted(other)
        s, t = two_sum(self.high, b.high)
        high, low = two_sum(s, t + (self.low + b.low))
        size = np.abs(self.high) + np.abs(b.high)
        return Pair(high, low, (self.off + b.off + SUM_LOSES * size) * MORE)

    def __neg__(self) -> Pair:
        return Pair(-self.high, -self.low, self.off)

    def __sub__(self, other: Any) -> Pair:
        return self + -lifted(other)

    def __rsub__(self, other: Any) -> Pair:
        return lifted(other) + -self

    def __mul__(self, other: Any) -> Pair:
        b = lifted(other)
        p, q = two_product(self.high, b.high)
        q = q + (self.high * b.low + self.low * b.high)
        high = p + q
        low = q - (high - p)
        x, y = np.abs(self.high), np.abs(b.high)
        off = (x * b.off + y * self.off + self.off * b.off + PRODUCT_LOSES * (x * y)) * MORE
        off = off + TINIEST
        if not np.all(p):  # a 0 that is one stops whatever it meets
            zero = is_zero(self) | is_zero(b)
            high, low, off = (np.where(zero, 0.0, a) for a in (high, low, off))
        return Pair(high, low, off)

    __radd__, __rmul__ = __add__, __mul__

    def __truediv__(self, other: Any) -> Pair:
        b = lifted(other)
        first = self.high / b.high
        second = ((self - b * Pair(first)).high) / b.high
        s, t = two_sum(first, second)
        found = Pair(s, t)
        left = self - b * found
        least = np.abs(b.high) * (1 - 2.0**-40) - b.off
        off = np.where(is_zero(self), 0.0, size_of(left) / least * MORE + TINIEST)
        return Pair(s, t, np.where(least > 0, off, np.inf))

    def __rtruediv__(self, other: Any) -> Pair:
        return lifted(other) / self

    def __eq__(self, other: object) -> bool:
        """Whether both are one certain number: a rule may ask if an exponent is 0."""
        b = lifted(other)
        if any(np.ndim(a) for a in (self.high, b.high)):
            return False
        return bool(self.high == b.high and self.low == b.low and not self.off and not b.off)

    __hash__ = None  # type: ignore[assignment]


def is_zero(x: Pair) -> Any:
    """Exactly 0, so that it stops whatever it meets."""
    return (x.high == 0) & (x.low == 0) & (x.off == 0)


def size_of(x: Pair) -> Any:
    return np.abs(x.high) + np.abs(x.low) + x.off


def lifted(x: Any) -> Pair:
    """A number as a pair."""
    if type(x) is Pair:
        return x
    if isinstance(x, np.ndarray):
        return Pair(x)
    return constant(x if isinstance(x, int | float | Fraction) else Fraction(x))


@lru_cache(maxsize=512)
def constant(x: int | float | Fraction) -> Pair:
    if isinstance(x, float):
        return Pair(x)
    high = float(x)
    low = float(Fraction(x) - Fraction(high)) if math.isfinite(high) else math.nan
    exact = math.isfinite(low) and Fraction(high) + Fraction(low) == x
    return Pair(high, low, 0.0 if exact else abs(low) * 2.0**-52)


@lru_cache(maxsize=64)
def of_arb(name: str) -> Pair:
    """A constant of Arb's: pi, log2."""
    before, ctx.prec = ctx.prec, 300
    try:
        ball = arb.pi() if name == "pi" else arb(2).log()
        high = float(ball)
        low = float(ball - high)
    finally:
        ctx.prec = before
    return Pair(high, low, abs(low) * 2.0**-52)


# --- functions ------------------------------------------------------------------------------------


def unknown(x: Pair, where: Any) -> Pair:
    """The pair, with nothing known of it there."""
    return Pair(x.high, x.low, np.where(where, np.inf, x.off))


def sqrt(x: Pair) -> Pair:
    near = np.sqrt(x.high)
    found = Pair(*two_sum(near, (x - Pair(near) * Pair(near)).high / (2 * near)))
    left = size_of(x - found * found)
    off = np.where(x.high > x.off, left / np.abs(near) * MORE + TINIEST, np.inf)
    zero = is_zero(x)
    return Pair(np.where(zero, 0.0, found.high), np.where(zero, 0.0, found.low),
                np.where(zero, 0.0, off))  # fmt: skip


def series(x: Pair, coefficients: Sequence[Fraction], rest: Any) -> Pair:
    """The polynomial, the first coefficient that of the highest power, off by the rest."""
    found = lifted(coefficients[0])
    for c in coefficients[1:]:
        found = found * x + c
    return Pair(found.high, found.low, found.off + rest)


HALVED, TERMS_OF_EXP = 9, 9  # e^x is (e^(x/2^9))^(2^9)
EXP_SERIES = [Fraction(1, math.factorial(k)) for k in range(TERMS_OF_EXP, -1, -1)]


def exp(x: Pair) -> Pair:
    """By whole powers of 2, then by squaring: 2^-94 at most is lost."""
    k = np.round(x.high / math.log(2))
    r = (x - Pair(k) * of_arb("log2")) * 2.0**-HALVED
    small = size_of(r)
    left_out = TERMS_OF_EXP + 1
    found = series(r, EXP_SERIES, small**left_out / math.factorial(left_out) * 2)
    for _ in range(HALVED):
        found = found * found
    powers = np.ldexp(1.0, np.where(np.abs(k) < 1000, k, 0).astype(int))
    far = ~(np.abs(k) < 1000) | ~(small < 2.0**-9)
    return unknown(found * Pair(powers), far)


def log(x: Pair) -> Pair:
    """One step of Newton's from the float: y + (x e^-y - 1) - (x e^-y - 1)^2/2 + ..."""
    y = np.log(x.high)
    t = x * exp(Pair(-y)) - 1
    rest = size_of(t)
    found = Pair(y) + t - t * t * 0.5
    good = (x.high > x.off) & (rest < 2.0**-20)
    return Pair(found.high, found.low, np.where(good, found.off + rest**3, np.inf))


SIN_SERIES = [Fraction((-1) ** k, math.factorial(2 * k + 1)) for k in range(15, -1, -1)]
COS_SERIES = [Fraction((-1) ** k, math.factorial(2 * k)) for k in range(15, -1, -1)]


def circle(x: Pair) -> tuple[Pair, Pair]:
    """sin and cos: an angle less its quarter turns, then the series."""
    k = np.round(x.high * (2 / math.pi))
    r = x - Pair(k) * (of_arb("pi") * 0.5)
    square, far = r * r, ~(np.abs(k) < MOST_QUARTER_TURNS) | ~(size_of(r) < 1)
    rest = np.where(far, np.inf, 2.0**-115)  # 0.8^32/32!
    s, c = series(square, SIN_SERIES, rest * np.abs(r.high)) * r, series(square, COS_SERIES, rest)
    turn = np.where(far, 0, k).astype(int) % 4
    sines, cosines = chosen(turn % 2 == 1, c, s), chosen(turn % 2 == 1, s, c)
    return signed(sines, turn >= 2), signed(cosines, (turn == 1) | (turn == 2))


def chosen(where: Any, a: Pair, b: Pair) -> Pair:
    return Pair(np.where(where, a.high, b.high), np.where(where, a.low, b.low),
                np.where(where, a.off, b.off))  # fmt: skip


def signed(x: Pair, minus: Any) -> Pair:
    return Pair(np.where(minus, -x.high, x.high), np.where(minus, -x.low, x.low), x.off)


def atan(x: Pair) -> Pair:
    """The float, and the angle that is left of x to it."""
    y = np.arctan(x.high)
    s, c = circle(Pair(y))
    t = (x * c - s) / (c + x * s)
    rest = size_of(t)
    found = Pair(y) + t - t * t * t / 3
    return Pair(found.high, found.low, np.where(rest < 2.0**-20, found.off + rest**5, np.inf))


def absolute(x: Pair) -> Pair:
    return unknown(signed(x, x.high < 0), (np.abs(x.high) <= x.off) & ~is_zero(x))


def far_exp(x: Pair) -> Pair:
    """e^-2|x|."""
    return exp(absolute(x) * -2.0)


def tanh(x: Pair) -> Pair:
    e = far_exp(x)
    return signed((1 - e) / (1 + e), x.high < 0)


def sech(x: Pair) -> Pair:
    e = exp(-absolute(x))
    return 2 * e / (1 + e * e)


class PairArithmetic(Arithmetic):
    """Rules in pairs; what it lacks it refuses, and Arb does all of it."""

    sqrt, exp, log = staticmethod(sqrt), staticmethod(exp), staticmethod(log)
    atan, tanh, sech = staticmethod(atan), staticmethod(tanh), staticmethod(sech)
    abs = staticmethod(absolute)
    sin = staticmethod(lambda x: circle(x)[0])
    cos = staticmethod(lambda x: circle(x)[1])
    pi = staticmethod(lambda: of_arb("pi"))
    expm1 = staticmethod(lambda x: exp(x) - 1)
    log1p = staticmethod(lambda x: log(x + 1))
    sinh = staticmethod(lambda x: (exp(x) - exp(-x)) * 0.5)
    cosh = staticmethod(lambda x: (exp(x) + exp(-x)) * 0.5)

    def literal(self, exact: Any) -> Pair:
        return lifted(exact)

    def pull(self, adjoint: Any, partial: Any) -> Any:
        return lifted(adjoint) * lifted(partial)

    tan = staticmethod(lambda x: circle(x)[0] / circle(x)[1])
    asin = staticmethod(lambda x: atan(x / sqrt(1 - x * x)))
    acos = staticmethod(lambda x: of_arb("pi") * 0.5 - atan(x / sqrt(1 - x * x)))
    gaussian = staticmethod(lambda x: exp(-(x * x)))
    exp_difference = staticmethod(lambda a, b: exp(a - b))

    def hypot(self, *x: Any) -> Pair:
        return sqrt(self.sum(*(lifted(a) * lifted(a) for a in x)))

    def shares(self, y: Any, x: Sequence[Any]) -> list[Any]:
        """1 for the argument that y is; a tie is for Arb to say."""
        gaps = [lifted(y) - lifted(a) for a in x]
        same = [is_zero(lifted(g)) | (g.high == 0) & (g.low == 0) for g in gaps]
        near = [np.abs(g.high) <= 2 * g.off for g in gaps]
        unsure = sum(n.astype(int) if np.ndim(n) else int(n) for n in near) > 1
        return [unknown(Pair(np.where(s, 1.0, 0.0)), unsure) for s in same]

    @staticmethod
    def powi(x: Pair, n: Any) -> Pair:
        """By squaring."""
        count = int(lifted(n).high)
        found, square, left = lifted(1), lifted(x), abs(count)
        while left:
            found = found * square if left & 1 else found
            square, left = square * square if left > 1 else square, left >> 1
        return 1 / found if count < 0 else found

    @staticmethod
    def powr(x: Pair, c: Any) -> Pair:
        return exp(lifted(c) * log(x))

    def power_below(self, x: Pair, c: Any) -> Pair:
        return self.powr(x, lifted(c) - 1)

    pow = powr

    @staticmethod
    def select(c: Any, a: Any, b: Any) -> Pair:
        c, a, b = lifted(c), lifted(a), lifted(b)
        return unknown(chosen(c.high != 0, a, b), c.off != 0)

    def max(self, *x: Any) -> Pair:
        found = lifted(x[0])
        for other in x[1:]:
            found = self.select(self.gt(other, found), other, found)
        return found

    def min(self, *x: Any) -> Pair:
        return -self.max(*(-lifted(a) for a in x))

    @staticmethod
    def sign(x: Pair) -> Pair:
        return Pair(np.sign(x.high), 0.0, np.where(np.abs(x.high) <= x.off, np.inf, 0.0))

    def __getattr__(self, name: str) -> Callable:
        if name in OPS and OPS[name].comparison:
            holds = OPS[name].holds
            return lambda a, b: compared(holds, lifted(a) - lifted(b))
        return super().__getattr__(name)


def compared(holds: Callable[[Any, Any], Any], difference: Pair) -> Pair:
    """1 or 0; a tie is for Arb to say, since a kink may be there."""
    unsure = ~(np.abs(difference.high) * (1 - 2.0**-40) > difference.off)
    return Pair(np.where(holds(difference.high, 0), 1.0, 0.0), 0.0, np.where(unsure, np.inf, 0.0))


PAIRED_FLOATS = PairArithmetic()


def rounded(x: Pair) -> tuple[Any, Any]:
    """The nearest floats, and where both ends of what is possible round to them.

    An exact 0 is certain; so is nothing near the ends of the range.
    """
    high = x.high + x.low
    rest = x.low - (high - x.high)
    off = 1.5 * x.off + 2.0**-105 * np.abs(high)  # more than the ends lose when they are computed
    low_end, high_end = high + (rest - off), high + (rest + off)
    ordinary = (np.abs(high) > 2.0**-900) & (np.abs(high) < 2.0**900)
    sure = (low_end == high_end) & ordinary & (x.off < np.abs(high))
    return high, sure | (is_zero(x) & (high == 0))
