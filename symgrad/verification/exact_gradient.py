"""Correctly rounded values and gradients: the float64 nearest to the truth at the exact bits.

- `exact_value(tape, point, limits)` and `exact_gradient(tape, point, limits)`; `vanishes`.

Rational operations run in exact fractions, since their ties are real; all else runs in balls whose
precision doubles until the rounding is decided.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from ..arithmetic.balls import BALLS, nearest, precision, settled
from ..arithmetic.correctly_rounded import decided
from ..engine import Arithmetic, Tape, applied, first_undefined, forward, gradient, kinks, tangents
from ..errors import OutOfDomain, Undecided
from ..limits import Limits
from .kinks import Side, one_sided
from .runs import Problem, agree, exact_point

FIRST_BITS = 96
PLENTY = 3_000  # a partial without an end at this precision has none at more
RATIONAL = frozenset(("add", "sub", "mul", "div", "neg", "powi", "sum", "dot"))


class TooLong(Exception):
    """A fraction outgrew the limit; balls take over."""


class Fractions(Arithmetic):
    """Exact rational numbers, up to a number of bits."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def literal(self, exact: Any) -> Fraction:
        return Fraction(exact)

    def forward(self, op: Any, x: Sequence[Fraction]) -> Fraction:
        if op.name == "powi" and abs(x[1]) * x[0].numerator.bit_length() > self.bits:
            raise TooLong
        y = Arithmetic.forward(self, op, x)
        if y.numerator.bit_length() + y.denominator.bit_length() > self.bits:
            raise TooLong
        return y

    @staticmethod
    def powi(x: Fraction, n: Fraction) -> Fraction:
        return x ** int(n)


def exact_value(
    tape: Tape, point: Mapping[str, float], limits: Limits = Limits.library
) -> float:
    """The correctly rounded value. Raises OutOfDomain, or Undecided at `limits.bits`."""

    def run() -> list[arb]:
        return [_values(tape, point)[tape.roots[0]]]

    rational = _rational(tape, point, limits, ())
    return rational[0] if rational else _settled(run, limits)[0]


def vanishes(tape: Tape, point: Mapping[str, float]) -> bool:
    """Whether the true value may be 0; one that only rounds to 0 is not."""
    with precision(FIRST_BITS):
        return bool(arb(_values(tape, point)[tape.roots[0]]).contains(0))


def lost_in_floats(tape: Tape, point: Mapping[str, float], node: int) -> bool:
    """Whether a node outside its domain in floats has a value: they under- or overflowed below."""
    if not all(map(math.isfinite, point.values())):
        return False
    with precision(PLENTY):
        values = forward(tape, BALLS, exact_point(point))
        outside = first_undefined(tape, BALLS, values)
        return arb(values[node]).is_finite() and (outside is None or outside.node != node)


def exact_gradient(
    tape: Tape, point: Mapping[str, float], limits: Limits = Limits.library
) -> dict[str, float]:
    """Every partial, correctly rounded; at a kink the derivative where there is one.

    Raises OutOfDomain where no finite derivative exists (with the one-sided derivatives), and
    Undecided at `limits.bits`.
    """
    names = tape.variables
    rational = _rational(tape, point, limits, names)
    if rational:
        return dict(zip(names, rational[1:]))
    bent = _at_kinks(tape, point, limits)

    def run() -> list[arb]:
        values = _values(tape, point)
        return [arb(a) for a in gradient(tape, BALLS, values).values()]

    if bent:
        return {name: _at_kink(tape, point, limits, name, run) for name in names}
    with precision(FIRST_BITS):
        if not all(ball.is_finite() for ball in run()):
            return dict(zip(names, _settled(lambda: forwards(tape, point), limits)))
    return dict(zip(names, _settled(run, limits)))


def forwards(tape: Tape, point: Mapping[str, float]) -> list[arb]:
    """Every partial in balls by forward sweeps: slower, for where backwards is not finite."""
    values = _values(tape, point)
    return [_along(tape, values, name) for name in tape.variables]


def _along(tape: Tape, values: Sequence[arb], name: str) -> arb:
    """One partial by a forward sweep, in which what stands still meets no partial at all.

    Backwards, the exponent of (-2)^max(x, 3) at 1 would pass on a nan. Raises OutOfDomain where
    something that moves meets a partial that is not finite.
    """

    def slope(i: int, near: Sequence[arb | None]) -> arb | None:
        moving = [t is not None and not t.is_zero() for t in near]
        x, total = [values[j] for j in tape.args[i]], arb(0)
        for partial, t in zip(BALLS.partials(tape.ops[i], values[i], x, moving), near):  # type: ignore[arg-type]
            if partial is None or t is None or t.is_zero():
                continue
            if arb(partial).is_finite() or ctx.prec < PLENTY:
                total += partial * t
            elif not settled(t).is_zero():
                where = _shown(tape, values, i)
                raise OutOfDomain(f"no finite derivative by {name} exists at {where}")
        return total

    return arb(tangents(tape, BALLS, values, {name: arb(1)}, slope)[tape.roots[0]] or 0)


def _values(tape: Tape, point: Mapping[str, float]) -> list[Any]:
    """The forward sweep in balls. Raises OutOfDomain where the result has no value."""
    values = forward(tape, BALLS, exact_point(point))
    found = first_undefined(tape, BALLS, values)
    if found and found.sure:
        raise OutOfDomain(f"{_shown(tape, values, found.node)} has no value")
    return values


def _shown(tape: Tape, values: Sequence[arb], i: int) -> str:
    """A node as an operation on numbers."""
    return applied(tape.ops[i], [nearest(values[j]) for j in tape.args[i]])  # type: ignore[arg-type]


def _rational(
    tape: Tape, point: Mapping[str, float], limits: Limits, names: Sequence[str]
) -> list[float]:
    """Value and partials by exact fractions; empty where that is not possible."""
    if any(op and op.name not in RATIONAL for op in tape.ops):
        return []
    m = Fractions(limits.bits)
    try:
        values = forward(tape, m, {name: Fraction(x) for name, x in point.items()})
        found = [values[tape.roots[0]]]
        if names:
            found += gradient(tape, m, values).values()
        return [_float(Fraction(x)) for x in found]
    except (TooLong, ZeroDivisionError, OverflowError, ValueError):  # inf or nan has no fraction
        return []


def _float(x: Fraction) -> float:
    try:
        return float(x)
    except OverflowError:
        return float("inf") if x > 0 else float("-inf")


def _at_kinks(tape: Tape, point: Mapping[str, float], limits: Limits) -> bool:
    """Whether the result depends on a row at a kink, or at a closed end of its domain."""
    bits = 2 * FIRST_BITS
    while bits <= limits.bits:
        with precision(bits):
            values = _values(tape, point)
            at = kinks(tape, BALLS, values)
            bent = [k for k in at if k.margin.kind != ">= 0" or not _smooth(tape, values, k.node)]
        if all(k.sure for k in bent):
            return bool(bent)
        bits *= 2
    raise Undecided(f"whether this point lies on a kink stayed open at {limits.bits} bits")


def _smooth(tape: Tape, values: Sequence[arb], i: int) -> bool:
    """Whether a node's partials are finite, so that a closed end of its domain does no harm."""
    args = tape.args[i]
    partials = BALLS.partials(
        tape.ops[i], values[i], [values[j] for j in args], [tape.active[j] for j in args]  # type: ignore[arg-type]
    )
    return all(p is None or arb(p).is_finite() for p in partials)


def _at_kink(
    tape: Tape, point: Mapping[str, float], limits: Limits, name: str, run: Callable[[], list[arb]]
) -> float:
    """One partial at a kink: the derivative if both sides agree on it."""
    problem = Problem(tape, None, tape.variables, limits)
    with precision(512):
        values = _values(tape, point)
        engine = run()[tape.variables.index(name)]
        sides = one_sided(problem, exact_point(point), name)
        slopes = [s.slope for s in sides if s.slope is not None]
        smooth = slopes and all(isinstance(s, arb) and agree(s, slopes[0]) for s in slopes)
        if not smooth or any(s.jumps for s in sides):
            i = kinks(tape, BALLS, values)[0].node
            where = _shown(tape, values, i)
            raise OutOfDomain(f"no finite derivative by {name} exists at {where}{_told(sides)}")
        if not (engine.is_finite() and agree(engine, slopes[0])):
            return nearest(slopes[0])
    return _settled(lambda: [run()[tape.variables.index(name)]], limits)[0]


def _told(sides: Sequence[Side]) -> str:
    """: -1.0 from the left, 1.0 from the right"""
    if any(side.jumps for side in sides):
        return ": it jumps"
    told = [
        f"{side.slope if isinstance(side.slope, float) else nearest(side.slope)!r} from the {word}"
        for side, word in zip(sides, ("left", "right"))
        if side.slope is not None
    ]
    return ": " + ", ".join(told) if told else ""


def _settled(run: Callable[[], list[arb]], limits: Limits) -> list[float]:
    """The numbers of a run, its precision doubled until each rounding is decided."""
    bits = FIRST_BITS
    while True:
        with precision(bits):
            balls = run()
            found = [decided(ball) for ball in balls]
        if None not in found:
            return found  # type: ignore[return-value]
        if 2 * bits > limits.bits:
            raise Undecided(f"the rounding stayed open at {limits.bits} bits")
        bits *= 2
