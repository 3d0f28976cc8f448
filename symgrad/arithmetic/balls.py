"""Arb balls: numbers with a proven radius, at any precision.

- `BALLS` is the arithmetic of exact balls; `precision(bits)` sets how fine they are.
- `rounded(op, i, x)` runs one rule of the table with rising precision and rounds it to a float.
- `exact(x)` is the ball of exactly this int, float or Fraction.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from flint import acb, arb, ctx, fmpq

from ..engine import Arithmetic
from ..ops import Op

NEGLIGIBLE = arb(2) ** -1200  # a margin below this in size counts as 0
UNIT = arb(0.5, 0.5)  # [0, 1]: a comparison that cannot be told
GOOD_BITS, MOST_BITS = 60, 16384


@contextmanager
def precision(bits: int) -> Any:
    """Run the body with Arb at this many bits."""
    before, ctx.prec = ctx.prec, bits
    try:
        yield
    finally:
        ctx.prec = before


def exact(x: Any) -> arb:
    """The ball around an int, float, Fraction or ball: exact, or one rounding wide for a third."""
    if isinstance(x, (arb, int, float)):
        return arb(x)
    x = Fraction(x)
    return arb(fmpq(x.numerator, x.denominator))


def compared(less: Callable[[arb], Any], more: Callable[[arb], Any]) -> Callable:
    """A comparison of a - b with 0: 1, 0, or [0, 1] where the ball cannot tell."""

    def comparison(a: Any, b: Any) -> arb:
        gap = settled(arb(a) - b)
        return arb(1) if less(gap) else arb(0) if more(gap) else UNIT

    return comparison


def settled(x: arb) -> arb:
    """x, or exactly 0 where it is negligible."""
    return arb(0) if not x.is_exact() and abs(x) < NEGLIGIBLE else x


def nearest(ball: arb) -> float:
    """The float nearest to a ball's middle, rounded once, ties to even; inf past the largest."""
    mantissa, exponent = ball.mid().man_exp()
    try:
        return float(Fraction(int(mantissa)) * Fraction(2) ** int(exponent))
    except OverflowError:
        return math.inf if mantissa > 0 else -math.inf


def whole(n: Any) -> int:
    """A parameter such as the n of root as an int."""
    return n if isinstance(n, int) else int(arb(n).unique_fmpz())


def _of(name: str) -> Callable:
    method = getattr(arb, name)
    return lambda x: method(arb(x) if isinstance(x, (int, float)) else x)


class Balls(Arithmetic):
    """Rules in Arb balls; what has no value is a ball that is not finite."""

    for _name in ("exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan", "sec", "csc", "cot",
                  "asin", "acos", "atan", "sinh", "cosh", "tanh", "sech", "csch", "coth", "asinh",
                  "acosh", "atanh", "erf", "erfc", "erfinv", "gamma", "digamma", "sinc"):  # fmt: skip
        locals()[_name] = staticmethod(_of(_name))
    del _name
    abs = staticmethod(lambda x: abs(arb(x)))
    exp2 = staticmethod(lambda x: arb(2) ** x)
    log2 = staticmethod(lambda x: x.log() / arb(2).log())
    log10 = staticmethod(lambda x: x.log() / arb(10).log())
    pi = staticmethod(lambda: arb.pi())
    lt = staticmethod(compared(lambda d: d < 0, lambda d: d >= 0))
    le = staticmethod(compared(lambda d: d <= 0, lambda d: d > 0))
    gt = staticmethod(compared(lambda d: d > 0, lambda d: d <= 0))
    ge = staticmethod(compared(lambda d: d >= 0, lambda d: d < 0))
    eq = staticmethod(compared(lambda d: d == 0, lambda d: d != 0))
    ne = staticmethod(compared(lambda d: d != 0, lambda d: d == 0))

    literal = staticmethod(exact)

    @staticmethod
    def sign(x: arb) -> arb:
        return settled(x).sgn()

    @staticmethod
    def cbrt(x: arb) -> arb:
        return Balls.root(x, 3)

    @staticmethod
    def root(x: arb, n: Any) -> arb:
        n = whole(n)
        if x > 0:
            return x.root(n)
        if x >= 0:  # Arb has no root of a ball that touches 0
            return arb(0) if x.is_zero() else arb(0).union(x.abs_upper().root(n))
        if n % 2 == 0:
            return arb("nan")
        if x < 0:
            return -((-x).root(n))
        top = abs(x).abs_upper().root(n)
        return (-top).union(top)

    @staticmethod
    def powi(x: Any, n: Any) -> arb:
        return arb(x) ** n

    @staticmethod
    def pow(x: Any, c: Any) -> arb:
        x, c = arb(x), arb(c)
        if x.is_zero() and c > 0:
            return arb(0)
        if x >= 0 and c > 0 and x.contains(0):
            return arb(0).union(arb(x.abs_upper()) ** c)
        return x**c

    powr = pow

    @staticmethod
    def power_below(x: arb, c: arb) -> arb:
        return Balls.pow(x, c - 1)

    @staticmethod
    def gaussian(x: arb) -> arb:
        return (-x * x).exp()

    @staticmethod
    def hypot(*x: Any) -> arb:
        if len(x) == 2 and any(settled(arb(a)).is_zero() for a in x):
            return abs(arb(x[0]) + x[1])  # exact where one leg is 0
        return sum((arb(a) * a for a in x), arb(0)).sqrt()

    @staticmethod
    def atan2(y: arb, x: arb) -> arb:
        return arb.atan2(y, arb(x))

    @staticmethod
    def max(*x: Any) -> arb:
        top = arb(x[0])
        for a in x[1:]:
            top = top.max(arb(a))
        return top

    @staticmethod
    def min(*x: Any) -> arb:
        low = arb(x[0])
        for a in x[1:]:
            low = low.min(arb(a))
        return low

    @staticmethod
    def select(c: Any, a: Any, b: Any) -> arb:
        c = arb(c)
        return arb(b) if c.is_zero() else arb(a) if c != 0 else arb(a).union(arb(b))

    @staticmethod
    def lgamma(x: arb) -> arb:
        return x.lgamma() if x > 0 else abs(x.gamma()).log()

    @staticmethod
    def polygamma(n: Any, x: arb) -> arb:
        """(-1)^(n+1) n! zeta(n+1, x); left of 0 through acb, which reflects (DLMF 5.15.1)."""
        n = whole(n)
        if n == 0:
            return x.digamma()
        order = arb(n + 1)
        zeta = order.zeta(x) if x > 0 else acb(order).zeta(acb(x)).real
        return (-1) ** (n + 1) * arb(n).fac() * zeta

    @staticmethod
    def besselj(n: Any, x: arb) -> arb:
        return x.bessel_j(arb(n)) if x >= 0 else (-1) ** whole(n) * (-x).bessel_j(arb(n)) if x < 0 else (
            acb(x).bessel_j(acb(whole(n))).real)  # fmt: skip

    @staticmethod
    def besseli(n: Any, x: arb) -> arb:
        return x.bessel_i(arb(n)) if x >= 0 else (-1) ** whole(n) * (-x).bessel_i(arb(n)) if x < 0 else (
            acb(x).bessel_i(acb(whole(n))).real)  # fmt: skip

    @staticmethod
    def sphericalj(n: Any, x: arb) -> arb:
        """x^n/(2n+1)!! 0F1(n + 3/2, -x^2/4): entire, so 0 is no special case (DLMF 10.53.1)."""
        n = whole(n)
        if n == -1:
            return x.cos() / x
        double_factorial = arb(1)
        for k in range(3, 2 * n + 2, 2):
            double_factorial *= k
        return x**n / double_factorial * (-x * x / 4).hypgeom_0f1(arb(n) + arb(3) / 2)

    @staticmethod
    def dead(adjoint: arb) -> bool:
        return adjoint.is_zero()

    @staticmethod
    def pull(adjoint: arb, partial: Any) -> arb:
        return adjoint * partial

    @staticmethod
    def decide(kind: str, value: Any) -> bool | None:
        value = settled(arb(value))
        if value.is_nan():
            return None
        if kind in ("integer", "not integer"):
            inside = value.contains_integer()
            if inside and not value.is_exact():
                return None
            return bool(inside) is (kind == "integer")
        return DECISIONS[kind](value)


def _decision(yes: Callable[[arb], Any], no: Callable[[arb], Any]) -> Callable:
    return lambda v: True if yes(v) else False if no(v) else None


DECISIONS = {
    "> 0": _decision(lambda v: v > 0, lambda v: v <= 0),
    ">= 0": _decision(lambda v: v >= 0, lambda v: v < 0),
    "!= 0": _decision(lambda v: v != 0, lambda v: v.is_zero()),
    "= 0": _decision(lambda v: v.is_zero(), lambda v: v != 0),
    "jump": _decision(lambda v: v.is_zero(), lambda v: v != 0),
}

BALLS = Balls()


def rounded(op: Op, i: int | None, x: Sequence[float]) -> Any:
    """The row's forward (i None) or partial i at these floats, in Arb, rounded to the nearest float.

    A variadic row's partials come as a list. nan where Arb finds no value.
    """
    bits, found = 64, []
    while bits <= MOST_BITS:
        with precision(bits):
            balls = [arb(a) for a in x]
            if i is None:
                found = [BALLS.forward(op, balls)]
            elif op.pullback:
                found = op.pullback(BALLS, BALLS.forward(op, balls), balls)
            else:
                found = [op.partials[i](BALLS, BALLS.forward(op, balls), *balls)]  # type: ignore[misc]
            found = [arb(ball) for ball in found]
            if all(good(ball) for ball in found):
                break
        bits *= 2
    numbers = [float(ball.mid()) if ball.is_finite() else float("nan") for ball in found]
    return numbers if op.pullback and i is not None else numbers[0]


def good(ball: arb) -> bool:
    """Whether a ball is fine enough to round to a float."""
    return ball.is_exact() or ball.rel_accuracy_bits() >= GOOD_BITS or abs(ball) < NEGLIGIBLE
