"""Hold an answer against the slope, point by point, in balls of rising precision; then in symbols.

- `compared(root, question, spots)` says of every spot: equal, different, undefined or open.
- `Comparison` counts them; `.parts` tells an answer that is right on a part of the domain only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from flint import arb

from ..arithmetic.balls import BALLS, precision
from ..engine import Tape, first_undefined, forward, order
from ..errors import LimitReached, SymgradError, Verdict
from ..language import explicit
from ..ops import OPS
from ..processes import bounded
from ..symbolic import differentiated, meaning, sympy
from ..value import Value, is_valueless
from ..verification.kinks import one_sided
from ..verification.runs import Problem
from ..verification.verdicts import approached
from . import coordinates
from .assumptions import constant, real_roots
from .sought import FEWEST_POINTS, SLOPE_BITS, Point, Sought, Spot, evaluated

DIGITS_AGREED = 50
EQUAL_TO = arb(10) ** -DIGITS_AGREED
ASIDE = (Fraction(1, 99_991), Fraction(-1, 99_991))  # relative steps to both sides of a spot
NEARBY = Fraction(1, 10**7)  # a value missing at one point alone does not count


@dataclass(slots=True)
class Comparison:
    """What was found at each spot; `outcomes[i]` belongs to `spots[i]`."""

    spots: list[Spot] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    rooted: bool = False  # whether a power had to be read as a real root

    def add(self, spot: Spot, outcome: str) -> None:
        self.spots.append(spot)
        self.outcomes.append(outcome)

    def at(self, *outcomes: str) -> list[Spot]:
        return [s for s, found in zip(self.spots, self.outcomes) if found in outcomes]

    @property
    def verdict(self) -> Verdict:
        wrong, right = self.at("different", "undefined"), self.at("equal")
        if wrong:
            return Verdict.equal_on_part if len(right) >= FEWEST_POINTS else Verdict.incorrect
        if len(right) >= FEWEST_POINTS and len(right) >= 2 * len(self.at("open")):
            return Verdict.correct
        return Verdict.undecided


def compared(root: Value, question: Sought) -> Comparison:
    """The answer against the slope at every spot of the question, and where the answer bends."""
    tape, other = Tape.of([root]), None
    found = Comparison()
    for spot in question.spots:
        found.add(spot, _outcome(tape, question, spot))
    if found.at("undefined"):
        other = real_roots(root) if question.powers == "real" else None
        if other is not None:
            _again(found, Tape.of([other]), question, ("undefined",))
    if not found.at("different", "undefined") and found.at("equal"):
        for spot in _bends(tape, question):
            found.add(spot, _outcome(tape, question, spot))
            if found.outcomes[-1] == "undefined" and other is not None:
                found.outcomes[-1] = _outcome(Tape.of([other]), question, spot)
        for spot in _named(root, question):
            if _outcome(tape, question, spot) == "different":
                found.add(spot, "different")
                return found
        for spot, outcome in _wrong_points(root, question):
            found.add(spot, outcome)
            return found
    if found.at("different", "undefined") and found.at("equal"):
        _look_closer(found, tape, question)
    elif found.at("equal"):
        _confirm(found, Tape.of([other]) if found.rooted and other else tape, question)
    return found


def _confirm(found: Comparison, tape: Tape, question: Sought) -> None:
    """Two of the spots again with all the bits there are: 1 + 10^-100 is not 1."""
    bits = question.limits.bits
    for i in [i for i, spot in enumerate(found.spots) if not spot.far][:2]:
        if _outcome(tape, question, found.spots[i], bits) == "different":
            found.outcomes = ["different" if o == "equal" else o for o in found.outcomes]
            return


def _again(found: Comparison, tape: Tape, question: Sought, which: tuple[str, ...]) -> None:
    """The real roots of the answer, where it has no value as it is written."""
    for i, spot in enumerate(found.spots):
        if found.outcomes[i] in which:
            outcome = _outcome(tape, question, spot)
            if outcome != "undefined":
                found.outcomes[i], found.rooted = outcome, True


def _outcome(tape: Tape, question: Sought, spot: Spot, bits: int = SLOPE_BITS) -> str:
    """equal, different, undefined or open. A ball that holds no common number is a proof."""
    while True:
        if not question.in_time():
            raise LimitReached("the answer took too long to evaluate", "seconds")
        with precision(bits):
            found = _looked_at(tape, question, spot, bits)
        if found or 2 * bits > question.limits.bits:
            return found or "open"
        bits *= 2


def _looked_at(tape: Tape, question: Sought, spot: Spot, bits: int) -> str:
    """The outcome at this precision; nothing where it takes more."""
    try:
        values = forward(tape, BALLS, spot.balls())
        yours = arb(values[tape.roots[0]])
        outside = None if yours.is_finite() else first_undefined(tape, BALLS, values)
    except (ValueError, ArithmeticError):
        return "open"  # a parameter that Arb does not take
    if not yours.is_finite():
        if outside and outside.sure:
            return "undefined" if _missing_nearby(tape, spot, question) else "open"
        return ""
    slope = question.slope(spot, bits)
    gap = yours - slope
    if not gap.contains(0):
        return "different"
    scale = 1 if slope.contains(0) else abs(slope).abs_lower()
    fine = gap.rad() <= EQUAL_TO * scale
    return "equal" if fine else ""


def _missing_nearby(tape: Tape, spot: Spot, question: Sought) -> bool:
    """Whether there is no value close by either: else the point is isolated."""
    shift = {question.wrt: NEARBY * 3}
    with precision(SLOPE_BITS):
        point = {
            n: x + coordinates.ball(shift.get(n, Fraction(0))) for n, x in spot.balls().items()
        }
        values = forward(tape, BALLS, point)
        outside = first_undefined(tape, BALLS, values)
    return outside is not None and outside.sure


def _bends(tape: Tape, question: Sought) -> list[Spot]:
    """Spots between the kinks and edges of an answer that was right so far."""
    others = {n: 2.0 + i for i, n in enumerate(question.names) if n != question.wrt}
    bends = coordinates.critical(tape, question.wrt, others, coarse=True, known=question.critical)
    spots = []
    for x in list(coordinates.between(bends))[: 2 * len(bends) + 2]:
        spot = question.spot({**{n: Fraction(others[n]) for n in others}, question.wrt: x})
        if spot:
            spots.append(spot)
    return spots


def _named(root: Value, question: Sought) -> Iterator[Spot]:
    """Spots at the numbers with which an answer compares the variable: if(x = 5, 7, 2*x)."""
    others = {n: Fraction(2 + i) for i, n in enumerate(question.names) if n != question.wrt}
    for node in order((root,)):
        names = [a.label for a in node.args] if node.op and node.op.comparison else ()
        if question.wrt in names:
            number = next((constant(a) for a in node.args if a.label != question.wrt), None)
            spot = None if number is None else question.spot({**others, question.wrt: number})
            if spot:
                yield spot


def equalities(root: Value) -> Iterator[tuple[Value, Value, Value]]:
    """Of every if(a = b, value, ...) in a graph a, b and the value; it is kept as <= and >=."""
    for node in order((root,)):
        if node.op is OPS["if"] and node.args[1].op is OPS["if"]:
            condition, inner, rest = node.args
            other, value, left = inner.args
            if left is rest and other.args == condition.args and {
                other.op, condition.op} == {OPS["le"], OPS["ge"]}:  # fmt: skip
                a, b = condition.args
                yield a, b, value


def _wrong_points(root: Value, question: Sought) -> Iterator[tuple[Spot, str]]:
    """The single points of which an answer says what is wrong: 0 if x = 0 of |x|, of 2x that it
    has no value at 5."""
    for a, b, value in equalities(root):
        for point in _where_equal(a, b, question):
            spot, at_an_end = question.spot(point), False
            if spot is None:
                spot, at_an_end = _at_a_kink(question, point)
            if spot is None:
                continue
            with precision(SLOPE_BITS):
                yours = evaluated(Tape.of([value]), spot.balls())
                slope = question.slope(spot)
            if is_valueless(value) and slope.is_finite() and not at_an_end:
                yield spot, "undefined"
            elif yours.is_finite() and not (slope.is_finite() and yours.overlaps(slope)):
                yield spot, "different"


def _where_equal(a: Value, b: Value, question: Sought) -> Iterator[Point]:
    """The point at which the variable is a number; spots, where whole numbers are meant, say."""
    others = {n: Fraction(2 + i) for i, n in enumerate(question.names) if n != question.wrt}
    for name, other in ((a, b), (b, a)):
        if name.label == question.wrt and not Tape.of([other]).variables:
            number = constant(other)
            exact = coordinates.ExactNumber(explicit(other), other) if number is None else number
            yield {**others, question.wrt: exact}
            return
    left, right = Tape.of([a]), Tape.of([b])
    with precision(SLOPE_BITS):
        yield from (s.point for s in question.spots
                    if evaluated(left, s.balls()) == evaluated(right, s.balls()))  # fmt: skip


def _at_a_kink(question: Sought, point: Point) -> tuple[Spot | None, bool]:
    """The spot with the slope that both sides have, nan where there is none; None: it is open.

    At an end of the domain the slope is that of its one side, which nobody need call one. What has
    no value there has no slope, but for a gap that its limit would fill.
    """
    f = question.original
    spot, problem = Spot(point), Problem(f, None, question.names, question.limits)
    with precision(SLOPE_BITS):
        at = spot.balls()
        outside = first_undefined(f, BALLS, forward(f, BALLS, at))
    spot.slopes[SLOPE_BITS] = arb.nan()
    if outside:
        return (None if not outside.sure or approached(problem, at) else spot), False
    two = one_sided(problem, at, question.wrt)
    if question.order != 1 or two.unsettled:
        return None, False
    if two.derivative is not None:
        spot.slopes[SLOPE_BITS] = two.derivative
    return spot, len(two.slopes) == 1 and two.derivative is not None


def _isolated(tape: Tape, question: Sought, spot: Spot) -> bool:
    """Whether an answer that is right at a spot is wrong on both sides of it, in some direction."""
    def differs(name: str, step: Fraction) -> bool:
        moved = {**spot.point, name: coordinates.beside(spot.point[name], step)}
        beside = question.spot(question.fits(moved))
        return beside is not None and _outcome(tape, question, beside) == "different"

    free = [n for n in question.names if not getattr(question.assumptions.get(n), "whole", False)]
    return any(all(differs(name, step) for step in ASIDE) for name in free)


def _look_closer(found: Comparison, tape: Tape, question: Sought) -> None:
    """Where an answer is right on a part: far out, where differences fade, nothing counts."""
    for i, spot in enumerate(found.spots):
        if found.outcomes[i] == "equal" and (spot.far or _isolated(tape, question, spot)):
            found.outcomes[i] = "open"
        elif found.outcomes[i] == "equal":
            with precision(question.limits.bits):
                point = spot.balls()
                gap = evaluated(tape, point) - question.slope(spot, question.limits.bits)
            if gap.is_finite() and not gap.contains(0):
                found.outcomes[i] = "different"


def exists(root: Value, question: Sought) -> bool:
    """Whether an answer has a value anywhere."""
    random, tape = coordinates.random(), Tape.of([root])
    for k in range(60):
        point = {
            n: coordinates.FIRST[k] if k < 20 else coordinates.drawn(random)
            for n in question.names
        }
        with precision(SLOPE_BITS):
            balls = {n: coordinates.ball(x) for n, x in point.items()}
            if evaluated(tape, balls).is_finite():
                return True
    return False


def proved(question: Sought, root: Value) -> bool:
    """False where SymPy cannot, or does not in time: that says nothing about the answer."""
    work = (question.f.root, root, question.wrt, question.order)
    try:
        return bool(bounded(question.limits, vanishes, *work, world=tuple(OPS.values())))
    except SymgradError:
        return False


def vanishes(f: Value, answer: Value, wrt: str, order: int) -> bool:
    """Whether the answer less the derivative rearranges to 0; runs where it can be killed."""
    s = sympy()
    gap = differentiated(meaning(f), wrt, order) - meaning(answer)
    ways = (s.expand, s.together, s.cancel, s.trigsimp, s.simplify)
    return gap == 0 or any(way(gap) == 0 for way in ways)

__all__ = ["Comparison", "compared", "proved"]
