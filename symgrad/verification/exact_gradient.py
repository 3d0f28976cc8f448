"""Correctly rounded values and gradients: the float64 nearest to the truth at the exact bits.

- `exact_value(tape, point, limits)`, `exact_gradient(...)`, `exact_hessian(...)`; `vanishes`.

Rational operations run in exact fractions, since their ties are real; all else runs in balls whose
precision doubles until the rounding is decided.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import arb

from ..arithmetic.balls import BALLS, decided, nearest, precision
from ..engine import Arithmetic, Delicate, Tape, applied, first_undefined, forward, gradient
from ..errors import OutOfDomain, Undecided
from ..limits import Limits
from ..value import NO_CASE, is_no_case
from .kinks import MOST_SIDE_BITS, Sides, one_sided, one_sided_again
from .runs import Problem, bends, exact_point

BITS_OF_EXACT = 96
VALUE_BITS = 4096  # at which a margin that is 0 counts as 0


class TooLong(Exception):
    """A fraction outgrew the limit; balls take over."""


class Fractions(Arithmetic):
    """Exact rational numbers, up to a number of bits."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def literal(self, exact: Any) -> Fraction:
        return Fraction(exact)

    def forward(self, op: Any, x: Sequence[Fraction]) -> Fraction:
        if op.whole is not None and abs(x[1]) * x[0].numerator.bit_length() > self.bits:
            raise TooLong
        y = Arithmetic.forward(self, op, x)
        if y.numerator.bit_length() + y.denominator.bit_length() > self.bits:
            raise TooLong
        return y

    @staticmethod
    def powi(x: Fraction, n: Fraction) -> Fraction:
        return x ** int(n)


def exact_value(tape: Tape, point: Mapping[str, float], limits: Limits = Limits.library) -> float:
    """The correctly rounded value. Raises OutOfDomain, or Undecided at `limits.bits`."""

    def run() -> list[arb]:
        return [_values(tape, point)[tape.roots[0]]]

    rational = _rational(tape, point, limits, ())
    return rational[0] if rational else _settled(run, limits)[0]


def vanishes(tape: Tape, point: Mapping[str, float]) -> bool:
    """Whether the true value may be 0; one that only rounds to 0 is not."""
    with precision(BITS_OF_EXACT):
        return bool(arb(_values(tape, point)[tape.roots[0]]).contains(0))


def lost_in_floats(tape: Tape, point: Mapping[str, float], node: int) -> bool:
    """Whether a node outside its domain in floats has a value: they under- or overflowed below."""
    if not all(map(math.isfinite, point.values())):
        return False
    with precision(VALUE_BITS):
        values = forward(tape, BALLS, exact_point(point))
        outside = first_undefined(tape, BALLS, values)
        return arb(values[node]).is_finite() and (outside is None or outside.node != node)


def exact_gradient(
    tape: Tape, point: Mapping[str, float], limits: Limits = Limits.library,
    wrt: Sequence[str] | None = None,
) -> dict[str, float]:  # fmt: skip
    """Every partial (or those by `wrt`), correctly rounded; at a kink where there is a derivative.

    Raises OutOfDomain where no finite derivative exists (with the one-sided derivatives), and
    Undecided where that cannot be told at `limits.bits`.
    """
    names = tape.variables if wrt is None else tuple(wrt)
    rational = _rational(tape, point, limits, names)
    if rational:
        return dict(zip(names, rational[1:]))

    def run() -> dict[str, arb]:
        slopes = gradient(tape, BALLS, _values(tape, point))
        return {name: arb(slopes.get(name, 0)) for name in names}

    smooth: list[str] = []
    bits = BITS_OF_EXACT if not _at_kinks(tape, point, limits) else VALUE_BITS
    while bits < VALUE_BITS and len(smooth) < len(names):  # e^(10^120) takes some to be finite
        with precision(bits):
            smooth = [name for name, ball in run().items() if ball.is_finite()]
        bits *= 4
    found = dict(zip(smooth, _settled(lambda: [run()[name] for name in smooth], limits)))
    return {name: found[name] if name in found else _by_sides(tape, point, limits, name)
            for name in names}  # fmt: skip


def exact_hessian(
    tape: Tape, slopes: Mapping[str, Tape], point: Mapping[str, float], limits: Limits
) -> dict[str, dict[str, float]]:
    """Every second partial, correctly rounded; `slopes` are the graphs of the first ones."""
    names = tuple(slopes)
    with precision(min(limits.bits, VALUE_BITS)):
        _values(tape, point)
    if not _at_kinks(tape, point, limits):
        try:
            return {a: exact_gradient(slopes[a], point, limits, names) for a in names}
        except OutOfDomain:  # of the formula of a slope, which says nothing of f
            pass
    return {a: {b: _again(tape, slopes[a], point, limits, (a, b)) for b in names} for a in names}


def _again(
    tape: Tape, slope: Tape, point: Mapping[str, float], limits: Limits, names: tuple[str, str]
) -> float:
    _by_sides(tape, point, limits, names[0])  # without a first derivative there is no second one
    problem = Problem(tape, None, tape.variables, limits)
    sides = one_sided_again(problem, slope, exact_point(point), names, correctly_rounded)
    return _chosen(tape, point, sides, f"second derivative by {', '.join(names)}")


def _by_sides(tape: Tape, point: Mapping[str, float], limits: Limits, name: str) -> float:
    """A partial at a kink, or where backwards 0 would meet an infinity: both sides are equal."""
    problem = Problem(tape, None, tape.variables, limits)
    with precision(min(limits.bits, VALUE_BITS)):
        _values(tape, point)
    sides = one_sided(problem, exact_point(point), name, correctly_rounded)
    return _chosen(tape, point, sides, f"derivative by {name}")


def correctly_rounded(ball: arb) -> bool:
    return decided(ball) is not None


def _chosen(tape: Tape, point: Mapping[str, float], sides: Sides, what: str) -> float:
    """The derivative that both sides agree on, as a float."""
    if sides.derivative is not None:
        with precision(MOST_SIDE_BITS):
            return decided(sides.derivative) or 0.0
    if sides.unsettled:
        raise Undecided(f"the {what} stayed open: {sides.unsettled}")
    raise OutOfDomain(f"no finite {what} exists{_told(tape, point, sides)}")


def _values(tape: Tape, point: Mapping[str, float]) -> list[Any]:
    """The forward sweep in balls. Raises OutOfDomain where the result has no value."""
    values = forward(tape, BALLS, exact_point(point))
    found = first_undefined(tape, BALLS, values)
    if found and found.sure:
        raise OutOfDomain(NO_CASE if is_no_case(tape, found.node)
                          else f"{_shown(tape, values, found.node)} has no value")  # fmt: skip
    return values


def _shown(tape: Tape, values: Sequence[arb], i: int) -> str:
    """A node as an operation on numbers."""
    return applied(tape.ops[i], [nearest(values[j]) for j in tape.args[i]])  # type: ignore[arg-type]


def _rational(
    tape: Tape, point: Mapping[str, float], limits: Limits, names: Sequence[str]
) -> list[float]:
    """Value and partials by exact fractions; empty where that is not possible."""
    if any(op and not op.rational for op in tape.ops):
        return []
    m = Fractions(limits.bits)
    try:
        values = forward(tape, m, {name: Fraction(x) for name, x in point.items()})
        found = [values[tape.roots[0]]]
        if names:
            slopes = gradient(tape, m, values)
            found += [slopes.get(name, 0) for name in names]
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
    bits = 2 * BITS_OF_EXACT
    while bits <= limits.bits:
        with precision(bits):
            values = _values(tape, point)
            at = bends(tape, values)
            bent = [k for k in at if not (_ends(tape, k) and _smooth(tape, values, k.node))]
        if all(k.sure for k in bent):
            return bool(bent)
        bits *= 2
    raise Undecided(f"whether this point lies on a kink stayed open at {limits.bits} bits")


def _ends(tape: Tape, at: Delicate) -> bool:
    """Whether a domain just ends there; where 0^b begins to have a value, at b = 0, it jumps."""
    op = tape.ops[at.node]
    return at.margin.kind == ">= 0" and op is not None and at.margin in op.domain


def _smooth(tape: Tape, values: Sequence[arb], i: int) -> bool:
    """Whether a node's partials are finite, so that a closed end of its domain does no harm."""
    args = tape.args[i]
    partials = BALLS.partials(
        tape.ops[i], values[i], [values[j] for j in args], [tape.active[j] for j in args]  # type: ignore[arg-type]
    )
    return all(p is None or arb(p).is_finite() for p in partials)


def _told(tape: Tape, point: Mapping[str, float], sides: Sides) -> str:
    """at abs(0): -1.0 from the left, 1.0 from the right"""
    with precision(2 * BITS_OF_EXACT):
        values = _values(tape, point)
        nodes = [s.outside for s in (sides.left, sides.right) if s.outside is not None]
        nodes += [k.node for k in bends(tape, values)]
        where = f" at {_shown(tape, values, nodes[0])}" if nodes else " here"
    if sides.jumps:
        return f"{where}: it jumps"
    told = [
        f"{side.slope if isinstance(side.slope, float) else nearest(side.slope)!r} from the {word}"
        for side, word in zip((sides.left, sides.right), ("left", "right"))
        if side.slope is not None
    ]
    return where + (": " + ", ".join(told) if told else "")


def _settled(run: Callable[[], list[arb]], limits: Limits) -> list[float]:
    """The numbers of a run, its precision doubled until each rounding is decided."""
    bits = BITS_OF_EXACT
    while True:
        with precision(bits):
            balls = run()
            found = [decided(ball) for ball in balls]
        if None not in found:
            return found  # type: ignore[return-value]
        if 2 * bits > limits.bits:
            raise Undecided(f"the rounding stayed open at {limits.bits} bits")
        bits *= 2
