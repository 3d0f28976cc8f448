"""Python floats: what micrograd computes in.

- `FLOATS` is the arithmetic; rules run in plain floats first.
- Where Python raises (1/0.0, exp(1000), a negative base) the same rule runs again in `Ieee`
  numbers, which give what IEEE 754 gives: inf or nan.
- A rule that a row calls delicate at these arguments, a product whose factors may have over- or
  underflowed, and a function that Python's math lacks, are asked of Arb (see `correct.rounded`).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Container, Sequence
from typing import Any

from ..engine import Arithmetic, Tape
from ..ops import OPS, Op
from . import ieee
from .ieee import (
    HUGE,
    RAISED,
    TINY,
    Ieee,
    at_zero_minus_inf,
    guarded,
    no_limit,
    power,
    signed,
)  # fmt: skip


def _arb(name: str) -> Callable:
    """A function that Python's math lacks, from Arb to the nearest float."""

    def native(*x: float) -> float:
        op = OPS[name]
        if not all(map(math.isfinite, x)):
            return math.nan if any(a != a for a in x) else (op.at_infinity or no_limit)(*x)
        return asked(op, None, x, lambda: (op.at_pole or no_limit)(*x))

    return native


class Floats(Arithmetic):
    """Rules in Python floats; nothing raises."""

    exp = staticmethod(guarded(math.exp))
    exp2 = staticmethod(guarded(math.exp2))
    expm1 = staticmethod(guarded(math.expm1))
    log = staticmethod(at_zero_minus_inf(math.log))
    log2 = staticmethod(at_zero_minus_inf(math.log2))
    log10 = staticmethod(at_zero_minus_inf(math.log10))
    sqrt = staticmethod(guarded(math.sqrt))
    sin = staticmethod(guarded(math.sin))
    cos = staticmethod(guarded(math.cos))
    tan = staticmethod(guarded(math.tan))
    asin = staticmethod(guarded(math.asin))
    acos = staticmethod(guarded(math.acos))
    atan = staticmethod(math.atan)
    atan2 = staticmethod(ieee.atan2)
    sinh = staticmethod(guarded(math.sinh, signed))
    cosh = staticmethod(guarded(math.cosh))
    tanh = staticmethod(math.tanh)
    asinh = staticmethod(math.asinh)
    acosh = staticmethod(guarded(math.acosh))
    hypot = staticmethod(math.hypot)
    abs = staticmethod(abs)
    erf = staticmethod(math.erf)
    erfc = staticmethod(math.erfc)
    log1p = staticmethod(ieee.log1p)
    cbrt = staticmethod(ieee.cbrt)
    atanh = staticmethod(ieee.atanh)
    sech = staticmethod(ieee.sech)
    csch = staticmethod(ieee.csch)
    gaussian = staticmethod(ieee.gaussian)
    relu = staticmethod(ieee.relu)
    floor, ceil = staticmethod(ieee.floor), staticmethod(ieee.ceil)
    trunc, round = staticmethod(ieee.trunc), staticmethod(ieee.to_even)
    mod, sinpi, cospi = staticmethod(ieee.mod), staticmethod(ieee.sinpi), staticmethod(ieee.cospi)
    sigmoid = staticmethod(ieee.sigmoid)
    exp_difference = staticmethod(ieee.exp_difference)
    power_below = staticmethod(ieee.power_below)
    powi = staticmethod(ieee.whole_power)
    powr = pow = staticmethod(power)
    sum = staticmethod(ieee.total)
    dot = staticmethod(ieee.dot)
    max = staticmethod(lambda *x: math.nan if any(a != a for a in x) else float(max(x)))
    min = staticmethod(lambda *x: math.nan if any(a != a for a in x) else float(min(x)))
    lt = staticmethod(lambda a, b: 1.0 if a < b else 0.0)
    le = staticmethod(lambda a, b: 1.0 if a <= b else 0.0)
    gt = staticmethod(lambda a, b: 1.0 if a > b else 0.0)
    ge = staticmethod(lambda a, b: 1.0 if a >= b else 0.0)
    eq = staticmethod(lambda a, b: 1.0 if a == b else 0.0)
    ne = staticmethod(lambda a, b: 1.0 if a != b else 0.0)
    select = staticmethod(lambda c, a, b: a if c else b)
    pi = staticmethod(lambda: math.pi)
    def __init__(self) -> None:
        self._values: dict[Op, Callable] = {}
        self._slopes: dict[Op, list[Callable | None]] = {}

    def __getattr__(self, name: str) -> Callable:
        """A row that is neither here nor composed is asked of Arb."""
        op = OPS.get(name)
        if op is None or op.forward:
            return super().__getattr__(name)
        self.__dict__[name] = function = _arb(name)
        return function

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
    def pull(adjoint: float, partial: float) -> float:
        """A partial of 0 passes nothing on, even of an infinite adjoint: sqrt(x^4) at 0."""
        return adjoint * partial if partial else 0.0

    @staticmethod
    def dead(adjoint: float) -> bool:
        return adjoint == 0

    def forward(self, op: Op, x: Sequence[float]) -> float:
        try:
            value = self._values[op]
        except KeyError:
            value = self._values[op] = _value(self, op)
        return value(*x)

    def partials(
        self, op: Op, y: float, x: Sequence[float], wanted: Sequence[bool] = ()
    ) -> list[Any]:
        try:
            slopes = self._slopes[op]
        except KeyError:
            slopes = self._slopes[op] = _slopes(self, op)
        if op.pullback:
            return slopes[0](y, x)  # type: ignore[misc]
        try:  # of one argument there is nothing to choose: most rows, and quick ones
            if len(x) == 1:
                return [slopes[0] and slopes[0](y, x[0])]
            if not wanted:
                return [slope and slope(y, *x) for slope in slopes]
            return [s(y, *x) if s and wants else None for s, wants in zip(slopes, wanted)]
        except RAISED:  # only a plain row's rule runs bare
            return [rule and careful(rule, y, x) for rule in op.partials]

    def partial(self, op: Op, i: int, y: float, x: Sequence[float]) -> float | None:
        return self.partials(op, y, x, [j == i for j in range(len(x))])[i]

    def overflowed(self, tape: Tape, values: Sequence[float]) -> Container[int]:
        """Infinite nodes above finite leaves; a variable that is infinite itself is no overflow."""
        if math.inf not in values and -math.inf not in values:
            return ()
        if any(op is None and not math.isfinite(y) for op, y in zip(tape.ops, values)):
            return ()
        return {i for i, y in enumerate(values) if math.isinf(y)}

    def decide(self, kind: str, value: float) -> bool | None:
        return None if value != value else FLOAT_DECISIONS[kind](value)


class Careful(Arithmetic):
    """Floats once more, in numbers whose operators never raise: for a rule that raised."""

    def __getattr__(self, name: str) -> Callable:
        function = getattr(FLOATS, name)

        def careful(*x: Any) -> Any:
            found = function(*x)
            return Ieee(found) if isinstance(found, (int, float)) else found

        return careful

    def literal(self, exact: Any) -> Ieee:
        return Ieee(FLOATS.literal(exact))

    def sum(self, *x: float) -> Ieee:
        return Ieee(ieee.total(*x))

    def dot(self, a: Sequence[float], b: Sequence[float]) -> Ieee:
        return Ieee(ieee.dot(a, b))


def _value(m: Floats, op: Op) -> Callable[..., float]:
    """The row's forward as one function of floats."""
    when, rule = op.where(0), op.forward
    if rule is None or (op.native and hasattr(Floats, op.name)):
        native = getattr(m, op.name)
        if when is None:
            return native
        return lambda *x: asked(op, None, x, lambda: native(*x)) if when(*x) else native(*x)

    def careful(*x: float) -> float:
        return float(rule(CAREFUL, *map(Ieee, x)))

    def plain(*x: float) -> float:
        try:
            return rule(m, *x)
        except RAISED:
            return careful(*x)

    limit = op.at_infinity or no_limit

    def watched(*x: float) -> float:
        """Arb's answer where the row says so, or where a factor may have lost its bits."""
        if when is not None and when(*x) and all(map(math.isfinite, x)):
            return asked(op, None, x, lambda: plain(*x))
        y = plain(*x)
        if TINY < y < HUGE or -HUGE < y < -TINY or op.plain:
            return y
        if y != y and not all(map(math.isfinite, x)):
            return no_limit() if any(a != a for a in x) else limit(*x)
        return y if sound(y, x) else asked(op, None, x, lambda: y)

    return plain if op.plain and when is None else watched


def _slopes(m: Floats, op: Op) -> list[Callable | None]:
    """The row's partials as functions (y, *x) of floats; a pullback as one function (y, x)."""
    if op.pullback:
        return [_pullback(m, op)]
    return [rule and _slope(m, op, i, rule) for i, rule in enumerate(op.partials)]


def careful(rule: Callable, y: float, x: Sequence[float]) -> float:
    """A partial that raised in plain floats, in numbers that never do."""
    return float(rule(CAREFUL, Ieee(y), *map(Ieee, x)))


def _slope(m: Floats, op: Op, i: int, rule: Callable) -> Callable:
    when = op.where(i + 1)
    if op.plain and when is None:
        return functools.partial(rule, m)

    def plain(y: float, *x: float) -> float:
        try:
            return rule(m, y, *x)
        except RAISED:
            return careful(rule, y, x)

    limit = op.slope_at_infinity or no_limit

    def watched(y: float, *x: float) -> float:
        if when is not None and when(*x) and all(map(math.isfinite, x)):
            return asked(op, i, x, lambda: plain(y, *x))
        try:
            p = rule(m, y, *x)
        except RAISED:
            p = careful(rule, y, x)
        if TINY < p < HUGE or -HUGE < p < -TINY or op.plain:
            return p
        if p != p and not all(map(math.isfinite, x)):
            return no_limit() if any(a != a for a in x) else limit(*x)
        return p if sound(p, x) else asked(op, i, x, lambda: p)

    return watched


def _pullback(m: Floats, op: Op) -> Callable:
    rule = op.pullback
    when = op.where(1)

    def plain(y: float, x: Sequence[float]) -> list[float]:
        try:
            return rule(m, y, x)  # type: ignore[misc]
        except RAISED:
            found = rule(CAREFUL, Ieee(y), [Ieee(a) for a in x])  # type: ignore[misc]
            return [float(p) for p in found]

    def watched(y: float, x: Sequence[float]) -> list[float]:
        if when and when(*x):
            return asked(op, 0, x, lambda: plain(y, x))
        found = plain(y, x)
        if all(sound(p, x) for p in found):
            return found
        return asked(op, 0, x, lambda: found)

    return plain if op.plain and when is None else watched


def sound(found: float, x: Sequence[float]) -> bool:
    """Whether a result is believed: of ordinary size, an exact 0, or a limit at infinity."""
    if TINY < found < HUGE or -HUGE < found < -TINY:
        return True
    return (found == 0 and 0 in x) or not all(map(math.isfinite, x))


def asked(op: Op, i: int | None, x: Sequence[float], otherwise: Callable[[], Any]) -> Any:
    """The row's own rule run in Arb and rounded to a float; where that has no value, IEEE's."""
    from .balls import rounded  # noqa: PLC0415  # flint costs 50 ms, only once needed

    found = rounded(op, i, x) if all(map(math.isfinite, x)) else None
    return otherwise() if found is None else found


FLOAT_DECISIONS: dict[str, Callable[[float], bool]] = {
    "> 0": lambda v: v > 0,
    ">= 0": lambda v: v >= 0,
    "!= 0": lambda v: v != 0,
    "= 0": lambda v: v == 0,
    "jump": lambda v: v == 0,
    "integer": lambda v: v == math.floor(v) if math.isfinite(v) else True,
    "not integer": lambda v: v != math.floor(v) if math.isfinite(v) else False,
}

FLOATS = Floats()
CAREFUL = Careful()
