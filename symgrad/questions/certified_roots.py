"""Zeros of a function of one variable, each proved: a box that holds exactly one, at any precision.

- `zeros(tape, name, others, low, high)` are the zeros in an interval, and what stayed open.
- `CertifiedRoot` is one of them: a number whose ball is made narrower by interval Newton.

A box where the function's ball has no 0 has no zero; where the slope's ball has none there is at
most one, and the signs at the ends tell. Boxes are halved until one of these holds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from flint import arb, ctx

from ..arithmetic.balls import BALLS, exact, precision
from ..engine import Tape, first_undefined, forward, gradient
from ..homework import coordinates
from ..homework.coordinates import Coordinate, ExactNumber
from ..value import Graphs

BOX_BITS = 96
NODES_OF_A_SEARCH = 60_000  # of a tape, times the boxes looked at
FEWEST_BOXES = 300
MOST_ZEROS = 60  # where they pile up, nobody writes them all
NARROWEST = Fraction(1, 2**40)  # relative to the interval: a box that is left open
GUARD_BITS = 24
NEWTON_STEPS = 60
NO_GRAPH = Graphs().literal(0)  # a zero has no formula
OFF_CENTRE = Fraction(1031, 2048)  # boxes are not halved at whole numbers, where zeros are


class Along(NamedTuple):
    """A function of one variable, the others standing still."""

    tape: Tape
    name: str
    others: Mapping[str, Coordinate]

    def at(self, x: arb) -> tuple[arb, arb]:
        """Value and slope over a ball."""
        point = {n: coordinates.ball(c) for n, c in self.others.items()}
        values = forward(self.tape, BALLS, {**point, self.name: x})
        value = arb(values[self.tape.roots[0]])
        if not value.is_finite():
            return arb.nan(), arb.nan()
        return value, arb(gradient(self.tape, BALLS, values).get(self.name, 0))

    def nowhere(self, x: arb) -> bool:
        """Whether the function has certainly no value in all of a ball."""
        point = {n: coordinates.ball(c) for n, c in self.others.items()}
        values = forward(self.tape, BALLS, {**point, self.name: x})
        outside = first_undefined(self.tape, BALLS, values)
        return outside is not None and bool(outside.sure)

    def sign(self, x: Fraction) -> int | None:
        """The sign at a number; None where that stays open."""
        for bits in (BOX_BITS, 4 * BOX_BITS):
            with precision(bits):
                value, _ = self.at(exact(x))
                if value.is_finite() and not value.contains(0):
                    return 1 if value > 0 else -1
                if value.is_zero():
                    return 0
        return None


@dataclass(frozen=True, eq=False)
class CertifiedRoot(ExactNumber):
    """The one zero between two numbers."""

    along: Along = field(kw_only=True)
    low: Fraction = field(kw_only=True)
    high: Fraction = field(kw_only=True)
    known: dict[int, arb] = field(default_factory=dict, kw_only=True)

    def ball(self) -> arb:
        """The zero at the current precision."""
        found = self.known.get(ctx.prec)
        if found is None:
            found = self.known[ctx.prec] = self.narrowed()
        return found

    def narrowed(self) -> arb:
        """Interval Newton: x - f(x)/f'(box), inside the box, until it gets no narrower.

        Where the ball of the slope has a 0, as it may in a wide box, the half whose ends have
        other signs is taken.
        """
        wanted, left = ctx.prec, self.along.sign(self.low)
        with precision(wanted + GUARD_BITS):
            box = exact(self.low).union(exact(self.high))
            for _ in range(NEWTON_STEPS):
                middle = arb(box.mid())
                value, slope = self.along.at(middle)[0], self.along.at(box)[1]
                if not value.is_finite() or (slope.contains(0) and (value.contains(0) or not left)):
                    break
                if slope.contains(0):
                    beyond = bool(value > 0) == (left == 1)  # of the middle
                    box = middle.union(arb(box.upper() if beyond else box.lower()))
                    continue
                step = (middle - value / slope).intersection(box)
                if step.rad() > box.rad() * arb(0.9):
                    return step
                box = step
            return box


class Zeros(NamedTuple):
    """What was found: zeros in order, and the boxes that may hold more."""

    found: list[CertifiedRoot]
    unsettled: list[tuple[Fraction, Fraction]]


def zeros(
    tape: Tape, name: str, others: Mapping[str, Coordinate], low: Fraction, high: Fraction
) -> Zeros:
    """All zeros of a function between two numbers, each in a box of its own."""
    along = Along(tape, name, others)
    found: list[CertifiedRoot] = []
    unsettled: list[tuple[Fraction, Fraction]] = []
    narrowest = (high - low) * NARROWEST
    most = max(FEWEST_BOXES, NODES_OF_A_SEARCH // len(tape))
    waiting, boxes = deque([(low, high)]), 0
    while waiting:
        a, b = waiting.popleft()  # the wide ones first: where zeros pile up others are found
        boxes += 1
        if len(found) >= MOST_ZEROS or boxes > most:
            unsettled.append((a, b))
            continue
        settled = looked_at(along, a, b)
        if isinstance(settled, CertifiedRoot):
            found.append(settled)
        elif settled is None and b - a < narrowest:
            unsettled.append((a, b))
        elif settled is None:
            cut = a + (b - a) * OFF_CENTRE
            waiting += [(a, cut), (cut, b)]
    return Zeros(sorted(found, key=lambda r: r.low), sorted(unsettled))


def looked_at(along: Along, a: Fraction, b: Fraction) -> CertifiedRoot | bool | None:
    """The zero in a box, True where there is certainly none, None where that stays open."""
    with precision(BOX_BITS):
        box = exact(a).union(exact(b))
        value, slope = along.at(box)
        if not value.is_finite() and along.nowhere(box):
            return True
    if value.is_finite() and not value.contains(0):
        return True
    if not slope.is_finite() or slope.contains(0):
        return None
    left, right = along.sign(a), along.sign(b)
    if left is None or right is None:
        return None
    if left * right > 0:
        return True
    if left == 0 and right == 0:
        return None
    return CertifiedRoot("", NO_GRAPH, along=along, low=a, high=b)


__all__ = ["Along", "CertifiedRoot", "Zeros", "zeros"]
