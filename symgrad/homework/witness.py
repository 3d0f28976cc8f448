"""Where an answer is wrong, as numbers that a student can check.

- `witness(question, answer, comparison)` is the simplest such point, with both values.
- `parts(question, comparison)` says on which part of the domain an answer is right.
"""

from __future__ import annotations

from flint import arb

from ..arithmetic.balls import precision
from ..engine import Tape
from ..value import Value
from . import places
from .comparing import Comparison
from .judgement import Witness
from .places import Coordinate
from .question import BITS, Question, Spot, evaluated

MOST_WHOLE = 10**9
LEAST, MOST = 1e-4, 1e6  # sizes that are pleasant to read


def witness(question: Question, root: Value, found: Comparison) -> Witness | None:
    """The simplest point at which the answer is wrong; a constant slope is not shown."""
    spots = sorted(found.at("different", "undefined"), key=lambda s: _burden(question, s))
    if not spots:
        return None
    spot = spots[0]
    tape = Tape.of([root])
    yours = None
    if set(tape.variables) <= set(question.names):
        with precision(BITS):
            ball = evaluated(tape, spot.balls())
        yours = number(ball) if ball.is_finite() else None
    slope = None if question.constant else number(question.slope(spot))
    for digits in (12, 25, 60):
        if slope is not None and slope == yours:
            yours, slope = number(ball, digits), number(question.slope(spot), digits)
    return Witness({n: text(x) for n, x in spot.point.items()}, yours, slope)


def _burden(question: Question, spot: Spot) -> tuple[int, int]:
    """Whole numbers first, then short fractions; values of a pleasant size before others."""
    slope = abs(float(question.slope(spot)))
    unpleasant = 0 if slope == 0 or LEAST < slope < MOST else 1
    length = sum(
        4 if isinstance(x, str) else len(text(x)) + (x.denominator != 1)
        for x in spot.point.values()
    )
    return unpleasant, length


def text(x: Coordinate) -> str:
    """A coordinate as a student writes it."""
    if isinstance(x, str):
        return x
    return (
        str(x.numerator)
        if x.denominator == 1
        else f"{x.numerator}/{x.denominator}"
        if x.denominator < 100
        else f"{float(x):g}"
    )


def number(ball: arb, digits: int = 6) -> str:
    """A ball as a short decimal: whole numbers whole."""
    if 0.5 < abs(ball) < MOST_WHOLE:
        whole = round(float(ball))
        if ball.overlaps(arb(whole)) and ball.rad() < 0.1:
            return str(whole)
    shown = ball.mid().str(digits, radius=False)
    if "e" not in shown and "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return "0" if ball.contains(0) and abs(ball) < arb(10) ** -40 else shown


def parts(question: Question, found: Comparison) -> str:
    """Right for x > 0, not for x < 0: as far as one boundary explains it; else two examples."""
    right, wrong = found.at("equal"), found.at("different", "undefined")
    if len(question.names) == 1:
        name = question.wrt
        ends = (
            [places.size(s.point[name]) for s in right],
            [places.size(s.point[name]) for s in wrong],
        )
        for low, high, words in ((ends[0], ends[1], ("<", ">")), (ends[1], ends[0], (">", "<"))):
            if max(low) < min(high):
                edges = [c for c in (0.0, *question.critical) if max(low) <= c <= min(high)]
                if edges:
                    edge = f"{round(edges[0], 6):g}"
                    good, bad = (f"{name} {word} {edge}" for word in words)
                    return f"It is right for {good}, but not for {bad}."
    good, bad = _point(question, right), _point(question, wrong)
    return f"It is right at {good}, but not at {bad}."


def _point(question: Question, spots: list[Spot]) -> str:
    spot = min(spots, key=lambda s: _burden(question, s))
    return ", ".join(f"{n} = {text(x)}" for n, x in spot.point.items())


__all__ = ["number", "parts", "text", "witness"]
