"""Rounding balls: how far a correct float run of a graph may be from the truth.

- `ROUNDING` is the arithmetic for float64: Arb balls in which every operation's radius is widened
  by its row's ulps, an ulp being max(2^-1074, 2^(e-52)). Rigorous, non-linear, nobody tunes it.
- `BOUNDLESS` has float64's digits, and no end of its range.
- `Rounding(bits=24, ...)` is the same for float32; `least_ulps` allows every operation more.
- `Rounded.ball` is unbounded (not finite) from where an intermediate passes the largest float.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Sequence
from fractions import Fraction
from math import frexp, ldexp
from typing import Any

from flint import arb

from ..engine import Arithmetic, Tape
from ..ops import OPS, Op
from .balls import BALLS, exact, precision

WORKING_BITS = 80  # Arb's own rounding stays far below an ulp
NEAR_LARGEST = 2.0**127  # below it, a number is inside the range of float64 and float32
UNBOUNDED = arb(0, math.inf)
TINY, HUGE = 2.0**-1000, 2.0**1000  # between them a float tells the size of a ball


def _operator(function: Callable) -> Callable:
    def method(self: Rounded, other: Any) -> Rounded:
        ball = other.ball if type(other) is Rounded else other
        with precision(WORKING_BITS):
            if type(ball) is arb and not (ball.is_finite() and self.ball.is_finite()):
                return Rounded(self.m, UNBOUNDED)  # 0 times what overflowed is nan in floats
            return self.m.widened(function(self.ball, ball), 0.5)

    return method


class Rounded:
    """A ball that holds every result that a correct float run may have; operators widen it."""

    __slots__ = ("ball", "m")

    def __init__(self, m: Rounding, ball: arb) -> None:
        self.m = m
        self.ball = ball

    __add__ = __radd__ = _operator(lambda a, b: a + b)
    __sub__ = _operator(lambda a, b: a - b)
    __rsub__ = _operator(lambda a, b: b - a)
    __mul__ = __rmul__ = _operator(lambda a, b: a * b)
    __truediv__ = _operator(lambda a, b: a / b)
    __rtruediv__ = _operator(lambda a, b: b / a)

    def __neg__(self) -> Rounded:
        return Rounded(self.m, -self.ball)

    def __eq__(self, other: object) -> bool:
        """Whether both are the same number for certain: a rule may ask if an exponent is 0."""
        return bool(self.ball == bare(other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Rounded({self.ball})"


def exponent_of(top: arb, smallest: int) -> int:
    """The e of a number in [2^(e-1), 2^e) which no ordinary float holds; `smallest` for 0."""
    if not top.is_finite() or top.is_zero():
        return smallest
    mantissa, exponent = top.abs_upper().man_exp()
    return int(exponent) + int(mantissa).bit_length()


def bare(x: Any) -> Any:
    return x.ball if isinstance(x, Rounded) else x


class Rounding(Arithmetic):
    """Rules in balls, every operation widened; `bits` is the significand of the floats meant."""

    def __init__(self, bits: int = 53, smallest: int = -1074, largest: int = 1024,
                 least_ulps: float = 0) -> None:  # fmt: skip
        self.bits, self.smallest, self.least_ulps = bits, smallest, least_ulps
        self.largest = (arb(2) - arb(2) ** (1 - bits)) * arb(2) ** (largest - 1)
        self.surely_inside = min(NEAR_LARGEST, math.ldexp(1.0, min(largest, 1000) - 1))

    def widened(self, ball: arb, ulps: float) -> Rounded:
        """The ball, `ulps` of its largest member wider; unbounded past the largest float."""
        top = ball.abs_upper()
        size = float(top)
        if not size < self.surely_inside and not (ball.is_finite() and top <= self.largest):
            return Rounded(self, UNBOUNDED)
        if ulps <= 0.5 and ball.is_exact() and (ball.is_zero() or self.representable(ball)):
            return Rounded(self, ball)  # an exact operation whose result is a float
        ulps = max(ulps, self.least_ulps)
        return Rounded(self, ball + arb(0, ulps * self.ulp(top))) if ulps else Rounded(self, ball)

    def ulp(self, top: arb) -> Any:
        """The ulp of a positive number, as a float where a float and its half can hold it."""
        mantissa, exponent = frexp(size := float(top))
        if mantissa == 0.5 and top < size:  # it was rounded up to a power of 2
            exponent -= 1
        if not TINY < size < HUGE:
            exponent = exponent_of(top, self.smallest + self.bits)
        exponent = max(self.smallest, exponent - self.bits)
        return ldexp(1.0, exponent) if -1000 < exponent < 1000 else arb(2) ** exponent

    def representable(self, ball: arb) -> bool:
        if not ball.is_finite():
            return False
        mantissa, exponent = ball.man_exp()
        width = int(mantissa).bit_length()
        return width <= self.bits and int(exponent) >= self.smallest

    def literal(self, value: Any) -> Rounded:
        """An exact decimal as a float run holds it: within half an ulp."""
        with precision(WORKING_BITS):
            ball = exact(value)
            if ball.is_exact() and (ball.is_zero() or self.representable(ball)):
                return Rounded(self, ball)
            return self.widened(ball, 0.5)

    def forward(self, op: Op, x: Sequence[Rounded]) -> Rounded:
        with precision(WORKING_BITS):
            return self._run(op, op.forward, 0, x)

    def partials(
        self, op: Op, y: Rounded, x: Sequence[Rounded], wanted: Sequence[bool]
    ) -> list[Any]:
        with precision(WORKING_BITS):
            if op.pullback:
                return op.pullback(self, y, x)
            return [
                self._run(op, rule, i + 1, x, y) if rule and wants else None
                for i, (rule, wants) in enumerate(zip(op.partials, wanted))
            ]

    def _run(self, op: Op, rule: Callable | None, place: int, x: Sequence[Rounded], *y: Any) -> Any:
        """A rule as written, every operation widened; what floats ask of Arb, widened once."""
        if rule is None:
            return getattr(self, op.name)(*x)
        when = op.where(place)
        if when is not None and when.everywhere:
            return self.widened(arb(rule(BALLS, *map(bare, y), *map(bare, x))), op.ulps)
        return rule(self, *y, *x)

    def pull(self, adjoint: Rounded, partial: Any) -> Rounded:
        nothing = partial.ball.is_zero() if type(partial) is Rounded else partial == 0
        return Rounded(self, arb(0)) if nothing else adjoint * partial

    def overflowed(self, tape: Tape, values: Sequence[Rounded]) -> Container[int]:
        """The nodes that may be infinite in floats: a slope of 0 at one is nan there."""
        return {i for i, y in enumerate(values) if not y.ball.is_finite()}

    def vanishes(self, slope: Any) -> bool:
        """A ball around 0 may be the slope 0 of a float run, nan where its node is lost."""
        return bool(slope.ball.contains(0) if type(slope) is Rounded else slope == 0)

    def dead(self, adjoint: Rounded) -> bool:
        return adjoint.ball.is_zero()

    def decide(self, kind: str, value: Any) -> bool | None:
        return BALLS.decide(kind, bare(value))

    def select(self, c: Any, a: Any, b: Any) -> Rounded:
        return Rounded(self, BALLS.select(bare(c), bare(a), bare(b)))

    def __getattr__(self, name: str) -> Callable:
        """Arb's own function, widened by its row's ulps."""
        op, native = OPS.get(name), getattr(type(BALLS), name, None)
        if native is None:
            return super().__getattr__(name)
        ulps = op.ulps if op else 0.5

        def loosened(*x: Any) -> Rounded:
            balls = [bare(a) for a in x]
            lost = any(isinstance(b, arb) and not b.is_finite() for b in balls)
            if lost and not (op and op.comparison):
                return Rounded(self, UNBOUNDED)  # sin of what overflowed is nan in floats
            return self.widened(arb(native(*balls)), ulps)

        return loosened

    def shares(self, y: Rounded, x: Sequence[Any]) -> list[Rounded]:
        if not all(arb(bare(a)).is_finite() for a in x):  # one may be nan, and no choice is made
            return [Rounded(self, UNBOUNDED)] * len(x)
        return [self.widened(p, 0.5) for p in BALLS.shares(y.ball, [bare(a) for a in x])]

    def gap(self, which: Callable, x: Sequence[Any]) -> Rounded:
        return Rounded(self, BALLS.gap(which, [arb(bare(a)) for a in x]))


ROUNDING = Rounding()
# float64's digits without its range: what such a run loses was not lost by over- or underflow
BOUNDLESS = Rounding(smallest=-(2**40), largest=2**40)
__all__ = ["BOUNDLESS", "ROUNDING", "Fraction", "Rounded", "Rounding"]
