"""Python floats: what micrograd computes in.

- `FLOATS` is the arithmetic; rules run in plain floats first.
- Where Python raises (1/0.0, exp(1000), a negative base) the same rule runs again in `Ieee`
  numbers, which give what IEEE 754 gives: inf or nan.
- A rule that a row calls delicate at these arguments, and a function that Python's math lacks,
  are asked of Arb with rising precision (see `balls.rounded`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from ..engine import Arithmetic
from ..ops import OPS, Op

RAISED = (ZeroDivisionError, OverflowError, ValueError)
TINY, HUGE = 2.0**-960, 2.0**960  # beyond these, a partial made of factors may have lost bits


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


def two_difference(a: float, b: float) -> tuple[float, float]:
    """fl(a - b) and what rounding took away (Knuth's TwoSum)."""
    s = a - b
    t = s - a
    return s, (a - (s - t)) - (b + t)


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


def _arb(name: str) -> Callable:
    """A function that Python's math lacks, from Arb to the nearest float."""

    def asked(*x: float) -> float:
        from .balls import rounded  # noqa: PLC0415  # flint costs 50 ms, only once needed

        return rounded(OPS[name], None, x)

    return asked


class Floats(Arithmetic):
    """Rules in Python floats; nothing raises."""

    exp = staticmethod(guarded(math.exp))
    exp2 = staticmethod(guarded(math.exp2))
    expm1 = staticmethod(guarded(math.expm1))
    log = staticmethod(at_zero_minus_inf(math.log))
    log2 = staticmethod(at_zero_minus_inf(math.log2))
    log10 = staticmethod(at_zero_minus_inf(math.log10))
    sqrt = staticmethod(guarded(math.sqrt))
    cbrt = staticmethod(math.cbrt)
    sin = staticmethod(guarded(math.sin))
    cos = staticmethod(guarded(math.cos))
    tan = staticmethod(guarded(math.tan))
    asin = staticmethod(guarded(math.asin))
    acos = staticmethod(guarded(math.acos))
    atan = staticmethod(math.atan)
    atan2 = staticmethod(math.atan2)
    sinh = staticmethod(guarded(math.sinh, signed))
    cosh = staticmethod(guarded(math.cosh))
    tanh = staticmethod(math.tanh)
    asinh = staticmethod(math.asinh)
    acosh = staticmethod(guarded(math.acosh))
    hypot = staticmethod(math.hypot)
    abs = staticmethod(abs)
    erf = staticmethod(math.erf)
    erfc = staticmethod(math.erfc)
    powi = powr = pow = staticmethod(power)
    max = staticmethod(lambda *x: math.nan if any(a != a for a in x) else max(x))
    min = staticmethod(lambda *x: math.nan if any(a != a for a in x) else min(x))
    lt = staticmethod(lambda a, b: 1.0 if a < b else 0.0)
    le = staticmethod(lambda a, b: 1.0 if a <= b else 0.0)
    gt = staticmethod(lambda a, b: 1.0 if a > b else 0.0)
    ge = staticmethod(lambda a, b: 1.0 if a >= b else 0.0)
    eq = staticmethod(lambda a, b: 1.0 if a == b else 0.0)
    ne = staticmethod(lambda a, b: 1.0 if a != b else 0.0)
    select = staticmethod(lambda c, a, b: a if c else b)
    pi = staticmethod(lambda: math.pi)
    for _name in ("root", "gamma", "lgamma", "digamma", "polygamma", "erfinv", "besselj",
                  "besseli", "sphericalj", "sinc"):  # fmt: skip
        locals()[_name] = staticmethod(_arb(_name))
    del _name

    @staticmethod
    def literal(exact: Any) -> float:
        try:
            return float(exact)
        except OverflowError:
            return math.inf if exact > 0 else -math.inf

    @staticmethod
    def sign(x: float) -> float:
        return math.nan if x != x else float((x > 0) - (x < 0))

    @staticmethod
    def log1p(x: float) -> float:
        return -math.inf if x == -1 else guarded(math.log1p)(x)

    @staticmethod
    def atanh(x: float) -> float:
        return signed(x) if abs(x) == 1 else guarded(math.atanh)(x)

    @staticmethod
    def sech(x: float) -> float:
        return 1 / math.cosh(x) if abs(x) < 700 else 2 * math.exp(-abs(x))

    @staticmethod
    def csch(x: float) -> float:
        if abs(x) < 700:
            return quotient(1, math.sinh(x))
        return math.copysign(2 * math.exp(-abs(x)), x)

    @staticmethod
    def gaussian(x: float) -> float:
        """exp(-x^2): the square in two pieces, since its rounding is off by x^2/2 ulp."""
        if not abs(x) < 28:
            return 0.0 if x == x else x
        high = math.ldexp(round(math.ldexp(x, 20)), -20)  # at most 25 bits: its square is exact
        return math.exp(-high * high) * math.exp(-(x - high) * (x + high))

    @staticmethod
    def power_below(x: float, c: float) -> float:
        """x^(c-1) though c-1 rounds: x^(s+e) = x^s (1 + e ln x), e being what rounding took."""
        s, e = two_difference(c, 1.0)
        y = power(x, s)
        return y * (1 + e * math.log(x)) if e and 0 < x < math.inf else y

    @staticmethod
    def sum(*x: float) -> float:
        total = x[0]
        for term in x[1:]:
            total += term
        return total

    @staticmethod
    def dead(adjoint: float) -> bool:
        return adjoint == 0

    def forward(self, op: Op, x: Sequence[float]) -> float:
        when = op.delicate[0] if op.delicate else None
        if when and when(*x):
            return asked(op, None, x)
        rule = op.forward
        try:
            return rule(self, *x) if rule else getattr(self, op.name)(*x)
        except RAISED:
            assert rule
            return float(rule(self, *map(Ieee, x)))

    def partials(
        self, op: Op, y: float, x: Sequence[float], wanted: Sequence[bool] = ()
    ) -> list[Any]:
        if op.pullback:
            if len(op.delicate) > 1 and op.delicate[1](*x):  # type: ignore[misc]
                return asked(op, 0, x)
            try:
                return op.pullback(self, y, x)
            except RAISED:
                return [float(p) for p in op.pullback(self, Ieee(y), [Ieee(a) for a in x])]
        wanted = wanted or [True] * len(x)
        return [self.partial(op, i, y, x) if wants else None for i, wants in enumerate(wanted)]

    def partial(self, op: Op, i: int, y: float, x: Sequence[float]) -> float | None:
        rule = op.partials[i]
        if rule is None:
            return None
        if len(op.delicate) > i + 1 and (when := op.delicate[i + 1]) and when(*x):
            return asked(op, i, x)
        try:
            return rule(self, y, *x)
        except RAISED:
            return float(rule(self, Ieee(y), *map(Ieee, x)))

    def decide(self, kind: str, value: float) -> bool | None:
        if value != value:
            return None
        return DECISIONS[kind](value)


DECISIONS: dict[str, Callable[[float], bool]] = {
    "> 0": lambda v: v > 0,
    ">= 0": lambda v: v >= 0,
    "!= 0": lambda v: v != 0,
    "= 0": lambda v: v == 0,
    "jump": lambda v: v == 0,
    "integer": lambda v: v == math.floor(v) if math.isfinite(v) else True,
    "not integer": lambda v: v != math.floor(v) if math.isfinite(v) else False,
}


def asked(op: Op, i: int | None, x: Sequence[float]) -> Any:
    """The row's own rule run in Arb until it has 60 good bits, then rounded to a float."""
    from .balls import rounded  # noqa: PLC0415  # flint costs 50 ms, only once needed

    return rounded(op, i, x)


FLOATS = Floats()
__all__ = ["FLOATS", "Floats", "Fraction"]
