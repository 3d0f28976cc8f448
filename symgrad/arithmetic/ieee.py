"""What IEEE 754 gives where Python raises, and sums and products without a rounding.

- `Ieee(x)` is a float whose operators give inf or nan; `quotient`, `power`, `guarded` are the same
  for functions.
- `two_difference(a, b)` and `two_product(a, b)` are a rounded result and what rounding took away.
- `dot(a, b)` and `total(x)` are sums that cancellation does not hurt.
- `LIMITS` and `POLES` are what rows tend to at an infinity, or at a pole with a side.
- The rest are functions that `math` lacks, or is too far off in.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from operator import mul
from typing import Any

RAISED = (ZeroDivisionError, OverflowError, ValueError)
TINY, HUGE = 2.0**-960, 2.0**960  # beyond these, a product of factors may have lost bits
SPLIT = 2.0**27 + 1
WHOLE_FROM = 2.0**52  # beyond it every float is a whole number


class Ieee(float):
    """A float whose operators never raise."""

    __slots__ = ()

    def __truediv__(self, other: Any) -> Ieee:
        return Ieee(quotient(float(self), float(other)))

    def __rtruediv__(self, other: Any) -> Ieee:
        return Ieee(quotient(float(other), float(self)))

    def __add__(self, other: Any) -> Ieee:
        return Ieee(float.__add__(self, float(other)))

    def __sub__(self, other: Any) -> Ieee:
        return Ieee(float.__sub__(self, float(other)))

    def __rsub__(self, other: Any) -> Ieee:
        return Ieee(float.__rsub__(self, float(other)))

    def __mul__(self, other: Any) -> Ieee:
        return Ieee(float.__mul__(self, float(other)))

    def __neg__(self) -> Ieee:
        return Ieee(float.__neg__(self))

    __radd__, __rmul__ = __add__, __mul__


def quotient(a: float, b: float) -> float:
    """a/b as IEEE 754 has it."""
    if b:
        return a / b
    if a == 0 or a != a or b != b:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1, b)


def power(a: float, b: float) -> float:
    """a^b as IEEE 754 has it; nan for a negative base and a fraction."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -math.inf if a < 0 and b % 2 == 1 else math.inf
    except ValueError:
        if a == 0:
            return math.copysign(math.inf, a) if b % 2 == 1 else math.inf
        return math.nan


def whole_power(x: float, n: float) -> float:
    """x^n; the square as a product, which is rounded right where the C library's pow is not."""
    return x * x if n == 2 else quotient(1.0, x) if n == -1 else power(x, n)


def guarded(function: Callable, overflow: Callable = lambda x: math.inf) -> Callable:
    """A function of `math` that gives inf or nan where it would raise."""

    def careful(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return overflow(x)
        except ValueError:
            return math.nan

    return careful


def signed(x: float) -> float:
    return math.copysign(math.inf, x)


def at_zero_minus_inf(function: Callable) -> Callable:
    plain = guarded(function)
    return lambda x: -math.inf if x == 0 else plain(x)


def two_difference(a: float, b: float) -> tuple[float, float]:
    """fl(a - b) and what rounding took away (Knuth's TwoSum)."""
    s = a - b
    t = s - a
    return s, (a - (s - t)) - (b + t)


def halves(a: Any) -> tuple[Any, Any]:
    """A float, or an array, in two pieces of 26 bits, whose products are exact (Veltkamp)."""
    t = SPLIT * a
    high = t - (t - a)
    return high, a - high


def two_product(a: Any, b: Any) -> tuple[Any, Any]:
    """fl(a*b) and what rounding took away (Dekker); right while a*b is between TINY and HUGE."""
    p = a * b
    (a1, a2), (b1, b2) = halves(a), halves(b)
    return p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2


def total(*x: float) -> float:
    """The sum, rounded once."""
    try:
        return math.fsum(x)
    except RAISED:  # an infinity, or an overflow on the way
        if all(map(math.isfinite, x)):
            return nearest(sum(map(Fraction, x)))
        return sum(x)


def nearest(exact: Fraction | int) -> float:
    try:
        return float(exact)
    except OverflowError:
        return math.inf if exact > 0 else -math.inf


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    """The sum of products: each rounded where nothing cancels, and none where something does."""
    products = list(map(mul, a, b))
    try:
        rough = math.fsum(products)
    except RAISED:
        rough = math.inf
    if 3 * abs(rough) >= sum(map(abs, products)) and TINY < abs(rough) < HUGE:
        return rough
    pairs = [(p, q) for p, q in zip(a, b) if p and q]  # relu makes many zeros, which are exact
    if math.isfinite(rough) and all(TINY < abs(p * q) < HUGE for p, q in pairs):
        return math.fsum(part for p, q in pairs for part in two_product(p, q))
    if all(map(math.isfinite, (*a, *b))):
        return nearest(sum(Fraction(p) * Fraction(q) for p, q in zip(a, b)))
    return sum(products)


def atan2(y: float, x: float) -> float:
    """The angle of (x, y); -0.0 is 0: the sign of a zero is that of no number."""
    return math.atan2(y + 0.0, x + 0.0)


exp = guarded(math.exp)
_log1p, _atanh = guarded(math.log1p), guarded(math.atanh)


def log1p(x: float) -> float:
    return -math.inf if x == -1 else _log1p(x)


def cbrt(x: float) -> float:
    """The C library's is up to 2.5 ulp off: one Newton step on an exact residual."""
    y = math.cbrt(x)
    if not TINY < abs(x) < HUGE:
        return y if x == 0 or x - x else scaled_cbrt(x)
    square, lost = two_product(y, y)
    cube, gone = two_product(square, y)
    return y + ((x - cube) - gone - lost * y) / (3 * square)


def atanh(x: float) -> float:
    return signed(x) if abs(x) == 1 else _atanh(x)


def sech(x: float) -> float:
    """2e/(1 + e^2) with e = exp(-|x|), the denominator in two pieces: its square is tanh'."""
    e = math.exp(-abs(x))
    if e < 1e-9 or e != e:
        return 2 * e
    square, lost = two_product(e, e)
    below = 1 + square
    return divided(2 * e, below, square - (below - 1) + lost)


def csch(x: float) -> float:
    """2e/(1 - e^2) with e = exp(-|x|), or one over sinh's series, both in two pieces."""
    a = abs(x)
    if a > 0.7:
        e = math.exp(-a)
        square, lost = two_product(e, e) if e > 1e-9 else (0.0, 0.0)
        below = 1 - square
        y = divided(2 * e, below, (1 - below) - square - lost) if square else 2 * e
    elif a > 1e-8:
        more = a * (a * a) * horner(SINH, a * a)
        below = a + more
        y = divided(1.0, below, more - (below - a))
    else:
        y = quotient(1.0, a)  # y is a number with a sign, 0 too
    return math.copysign(y, x)


SINH = [1 / math.factorial(k) for k in range(3, 19, 2)]


def horner(coefficients: Sequence[float], x: float) -> float:
    y = 0.0
    for c in reversed(coefficients):
        y = y * x + c
    return y


def divided(a: float, b: float, low: float) -> float:
    """a/(b + low), rounded about once."""
    q = a / b
    p, lost = two_product(q, b)
    return q + ((a - p) - lost - q * low) / b


def floor(x: float) -> float:
    return float(math.floor(x)) if abs(x) < WHOLE_FROM else x


def ceil(x: float) -> float:
    return float(math.ceil(x)) if abs(x) < WHOLE_FROM else x


def trunc(x: float) -> float:
    return float(math.trunc(x)) if abs(x) < WHOLE_FROM else x


def to_even(x: float) -> float:
    """The nearest whole number, the even one of two."""
    return float(round(x)) if abs(x) < WHOLE_FROM else x


def mod(a: float, b: float) -> float:
    """What is left of a by whole steps of b: between 0 and b, rounded once."""
    return a % b if b and math.isfinite(a) else math.nan


def sinpi(x: float) -> float:
    """sin(pi x): whole periods and halves taken away exactly, the sine of at most 45 degrees."""
    if not abs(x) < math.inf:
        return math.nan
    x = math.remainder(x, 2.0)
    a = 1 - abs(x) if abs(x) > 0.5 else abs(x)
    return math.copysign(math.sin(math.pi * a) if a < 0.25 else math.cos(math.pi * (0.5 - a)), x)


def cospi(x: float) -> float:
    if not abs(x) < math.inf:
        return math.nan
    return sinpi(0.5 - abs(math.remainder(x, 2.0)))


def relu(x: float) -> float:
    return 0.0 if x <= 0 else x


def sigmoid(x: float) -> float:
    """The row's own form, without the detour through an arithmetic."""
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    e = math.exp(x)
    return e / (1 + e)


def gaussian(x: float) -> float:
    """exp(-x^2): the square in two pieces, since its rounding is off by x^2/2 ulp."""
    if not abs(x) < 28:
        return 0.0 if x == x else x
    high = math.ldexp(round(math.ldexp(x, 20)), -20)  # at most 25 bits: its square is exact
    return math.exp(-high * high) * math.exp(-(x - high) * (x + high))


def exp_difference(a: float, b: float) -> float:
    """exp(a - b), with what the difference lost to rounding put back."""
    if a == b:  # infinite ones too
        return 1.0
    s, e = two_difference(a, b)
    y = exp(s)
    return y + y * e if abs(e) < 1 and y < math.inf else y


def power_below(x: float, c: float) -> float:
    """x^(c-1) though c-1 rounds: x^(s+e) = x^s exp(e ln x), e being what rounding took."""
    s, e = two_difference(c, 1.0)
    y = power(x, s)
    return y * exp(e * math.log(x)) if e and x > 0 and 0 < y < math.inf else y


def scaled_cbrt(x: float) -> float:
    """cbrt by way of a number near 1, since the residual of an extreme one has no bits."""
    third = math.frexp(x)[1] // 3
    return math.ldexp(cbrt(math.ldexp(x, -3 * third)), third)


def no_limit(*x: float) -> float:
    return math.nan
