"""At a kink: the derivatives from both sides, and the interval of acceptable ones.

- `one_sided(problem, point, name)` are the derivatives of the whole from below and from above: of
  the pieces that meet there, in balls, at the point itself (see `germs`): no step, and no scale.
- `interval(problem, run, name)` is the hull over one vertex per kink row; above ten kink rows the
  product of the rows' intervals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any

from flint import arb

from ..arithmetic.balls import BALLS, NEGLIGIBLE, STRICT, precision, settled
from ..arithmetic.germs import GERMS, Germ, after, beside, germ
from ..engine import Tape, first_undefined, forward, gradient
from ..ops import Op
from .runs import (
    FIRST_BITS,
    BallRun,
    Problem,
    agree,
    bends,
    engine_balls,
    narrow,
    overlaps,
    reference_balls,
)

MOST_ROWS, MOST_VERTICES = 10, 1024
NUDGE = 1000  # t^1000
MOST_SIDE_BITS = 16_384  # what is open at these is so at any
BESIDE, BESIDE_BITS = arb(2) ** -60, 4096  # where the rules are held against SymPy, beside a kink


@dataclass(frozen=True, slots=True)
class Side:
    """f from one side: `slope` is a ball or an infinite float; None outside the domain."""

    slope: Any = None
    outside: int | None = None  # the node that has no value there
    jumps: bool = False
    unsettled: str = ""


@dataclass(frozen=True, slots=True)
class Sides:
    """f from below and from above; `derivative` is there where both are proven equal."""

    left: Side
    right: Side
    derivative: arb | None = None

    @property
    def jumps(self) -> bool:
        return self.left.jumps or self.right.jumps

    @property
    def unsettled(self) -> str:
        return self.left.unsettled or self.right.unsettled

    @property
    def slopes(self) -> list[Any]:
        """Those that exist."""
        return [s.slope for s in (self.left, self.right) if s.slope is not None]


def on_a_kink(problem: Problem, point: Mapping[str, arb]) -> bool:
    """Whether f itself has a kink, a jump or an end of its domain there."""
    with precision(FIRST_BITS):
        values = forward(problem.tape, BALLS, point)
        return bool(bends(problem.tape, values))


def one_sided(
    problem: Problem, point: Mapping[str, arb], name: str, fine: Callable[[arb], Any] = narrow
) -> Sides:
    """Both sides, until their slopes are `fine` and known to be equal or different."""
    return _until_settled(problem, lambda: sides(problem.tape, point, name, fine))


def one_sided_again(
    problem: Problem, slope: Tape, point: Mapping[str, arb], names: tuple[str, str],
    fine: Callable[[arb], Any],
) -> Sides:  # fmt: skip
    """The same for a second derivative; `slope` is the graph of the derivative by the first name.

    By one variable twice f's own second term tells (see `one_sided_further`). By two, the first
    derivative beside the point is the graph's, looked at from both of its sides, as a kink may go
    along; at the point it is what both sides say.
    """
    first, second = names

    def look() -> Sides:
        once = sides(problem.tape, point, first, lambda c: True)
        if once.derivative is None:
            return once
        if first == second:
            return _further(problem.tape, point, first, [once.derivative], fine)
        there = once.derivative
        left, right = (
            _joined(*(
                replace(_side(slope, point, second, there, sign, fine, {first: n}), outside=None)
                for n in (-1, 1)  # a node outside would be one of the slope's graph, not of f's
            ))
            for sign in (-1, 1)
        )  # fmt: skip
        if left.derivative is None or right.derivative is None:
            return left if left.derivative is None else right
        return _joined(Side(left.derivative), Side(right.derivative))

    return _until_settled(problem, look)


def one_sided_further(
    problem: Problem, point: Mapping[str, arb], name: str, order: int,
    fine: Callable[[arb], Any] = narrow,
) -> Sides:  # fmt: skip
    """The same for the derivative of an order by one variable: f's own expansion tells."""

    def look() -> Sides:
        lower: list[arb] = []
        while True:
            last = len(lower) + 1 == order
            sides = _further(problem.tape, point, name, lower, fine if last else lambda c: True)
            if last or sides.derivative is None:
                return sides
            lower.append(sides.derivative)

    return _until_settled(problem, look)


def _further(
    tape: Tape, point: Mapping[str, arb], name: str, lower: Sequence[arb], fine: Callable
) -> Sides:
    """The next derivative by one variable, from both sides, where the lower ones are known."""
    value = forward(tape, BALLS, point)[tape.roots[0]]
    return _joined(*(_term(tape, point, name, [value, *lower], s, fine) for s in (-1, 1)))


def _until_settled(problem: Problem, look: Callable[[], Sides]) -> Sides:
    bits, most = FIRST_BITS, min(problem.limits.bits, MOST_SIDE_BITS)
    while True:
        with precision(bits):
            sides = look()
        if not sides.unsettled or not problem.goes_on(bits, most):
            return sides
        bits *= 2


def sides(tape: Tape, point: Mapping[str, arb], name: str, fine: Callable) -> Sides:
    """Both sides as Arb's present precision tells them."""
    value = forward(tape, BALLS, point)[tape.roots[0]]
    return _joined(*(_side(tape, point, name, value, sign, fine) for sign in (-1, 1)))


def _joined(left: Side, right: Side) -> Sides:
    """Two settled sides are one derivative, or none; else it is open which."""
    sides = Sides(left, right)
    slopes = sides.slopes
    if sides.unsettled or sides.jumps or not slopes or any(isinstance(s, float) for s in slopes):
        return sides
    gap = settled(slopes[0] - slopes[-1])
    if gap.is_zero() or abs(gap) < NEGLIGIBLE:  # what is nearer counts as equal, as at any 0
        return replace(sides, derivative=slopes[0])
    open_still = replace(left, unsettled="whether both sides are equal stayed open")
    return replace(sides, left=open_still) if gap.contains(0) else sides


def _side(
    tape: Tape, point: Mapping[str, arb], name: str, value: arb, sign: int, fine: Callable,
    nudged: Mapping[str, int] | None = None,
) -> Side:  # fmt: skip
    """f moved along one variable, compared with its value at the point."""
    germs = _moved(tape, point, name, sign, nudged or {})
    outside = first_undefined(tape, GERMS, germs)
    if outside and outside.sure:
        return Side(outside=outside.node)
    if outside:
        return Side(unsettled="whether f has a value beside stayed open")
    return slope_of(germs[tape.roots[0]] - value, sign, fine)


def _moved(
    tape: Tape, point: Mapping[str, arb], name: str, sign: int, nudged: Mapping[str, int]
) -> list[Germ]:
    """All germs as one variable moves; `nudged` ones step aside by less than any power tells."""
    start = {n: beside(x, sign * (n == name)) for n, x in point.items()}
    for n, side in nudged.items():
        start[n] = start[n] + Germ({(NUDGE, 0): arb(side)})
    return forward(tape, GERMS, start)


def _term(
    tape: Tape, point: Mapping[str, arb], name: str, known: Sequence[arb], sign: int, fine: Callable
) -> Side:
    """Of f = f(p) + d f'(p) + ... + d^n f_n/n! + ... with d = sign*t: f_n, those before known."""
    germs = _moved(tape, point, name, sign, {})
    outside = first_undefined(tape, GERMS, germs)
    if outside and outside.sure:
        return Side(outside=outside.node) if len(known) == 1 else Side()
    if outside:
        return Side(unsettled="whether f has a value beside stayed open")
    return slope_of(after(germs[tape.roots[0]], known, sign), sign, fine)


def slope_of(gap: Germ, sign: int, fine: Callable[[arb], Any]) -> Side:
    """The derivative of what tends to 0, or a jump: its largest term tells."""
    slope = gap.slope()
    if slope is None:
        return Side(unsettled="what its difference from f tends to stayed open")
    if isinstance(slope, float):
        return Side(jumps=True) if math.isnan(slope) else Side(slope * sign)
    return Side(slope * sign, unsettled="" if fine(slope) else "a slope stayed wide")


def differ(problem: Problem, point: Mapping[str, arb], name: str) -> bool:
    """Whether beside the kink, where no other one is left, the rules are not SymPy's derivative."""
    if problem.column is None:
        return False
    with precision(BESIDE_BITS):
        step = BESIDE * (1 + abs(point[name]))
        return any(
            _differ_at(problem, {**point, name: point[name] + sign * step}, name)
            for sign in (-1, 1)
        )


def _differ_at(problem: Problem, point: Mapping[str, arb], name: str) -> bool:
    run = engine_balls(problem, point)
    if not run.balls or run.bent or run.unsettled:
        return False
    reference = reference_balls(problem, point)
    pairs = [(run.balls[k], reference.balls[k]) for k in (0, 1 + problem.names.index(name))]
    return any(b.is_finite() and not overlaps(a, b) for a, b in pairs)


def interval(problem: Problem, run: BallRun, names: Sequence[str]) -> dict[str, tuple[arb, arb]]:
    """For each variable the least and the largest gradient over the vertices of the kink rows."""
    with precision(256):
        tape, values = problem.tape, run.values
        at = {k.node: tape.ops[k.node] for k in run.at_kinks}
        # a comparison has no partials; its `if` moves with it
        rows = [(i, vertices(op, [values[j] for j in tape.args[i]]))
                for i, op in at.items() if op and not op.infix]  # fmt: skip
        rows = [(i, found) for i, found in rows if found]
        count = math.prod(len(found) for _, found in rows)
        if len(rows) > MOST_ROWS or count > MOST_VERTICES:
            rows = [(i, [hull(found)]) for i, found in rows]
        bounds: dict[str, tuple[arb, arb]] = {}
        for choice in islice(product(*(found for _, found in rows)), MOST_VERTICES):
            chosen = dict(zip((i for i, _ in rows), choice))
            slopes = gradient(tape, STRICT, values, partials=chosen.get)
            for name, slope in slopes.items():
                g = arb(slope)
                low, high = bounds.get(name, (g.lower(), g.upper()))
                bounds[name] = (low.min(g.lower()), high.max(g.upper()))
    return {name: bounds.get(name, (arb(0), arb(0))) for name in names}


def vertices(op: Op, x: Sequence[arb]) -> list[list[Any]]:
    """What a row's partials tend to as one argument after the other leaves the kink, either way."""
    found: list[list[Any]] = []
    for k, sign in product(range(len(x)), (-1, 1)):
        if k in op.parameters:
            continue
        moved = [beside(a, sign * (j == k)) for j, a in enumerate(x)]
        slopes = GERMS.partials(op, GERMS.forward(op, moved), moved, [True] * len(x))
        limits = [p if p is None else germ(p).limit() for p in slopes]
        open_still = any(b is None and p is not None for b, p in zip(limits, slopes))
        if not open_still and not any(same(limits, old) for old in found):
            found.append(limits)
    return found


def same(a: list[Any], b: list[Any]) -> bool:
    return all(p is q or (p is not None and q is not None and agree(p, q)) for p, q in zip(a, b))


def hull(vertices: list[list[Any]]) -> list[Any]:
    """Each partial's interval over all choices at the kinks."""
    joined = vertices[0]
    for other in vertices[1:]:
        joined = [p if p is None else p.union(q) for p, q in zip(joined, other)]
    return joined
