"""A second opinion on whole expressions: forward mode over Arb's series.

- `value_and_slope(tape, point, name)` are the true value and partial as balls, from the definitions
  in `reference`, with no rule of the table.
- `nearest_float(function)` is the one float they round to, or None where that stays open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import arb, arb_series, ctx, fmpq

from symgrad.engine import Tape

from .reference import PIECES, SMOOTH

MOST_BITS = 3000


def literal(exact: Any) -> arb:
    exact = Fraction(exact)
    return arb(fmpq(exact.numerator, exact.denominator))


def value_and_slope(tape: Tape, point: Mapping[str, float], name: str) -> tuple[arb, arb]:
    """Value and partial by one variable, at the present precision."""
    found: list[tuple[arb, arb]] = []
    for op, args, leaf in zip(tape.ops, tape.args, tape.leaves):
        if op is None:
            x = arb(point[leaf]) if isinstance(leaf, str) else literal(leaf)
            found.append((x, arb(int(leaf == name))))
        else:
            found.append(chained(op.name, [found[j] for j in args]))
    return found[tape.roots[0]]


def chained(op: str, x: list[tuple[arb, arb]]) -> tuple[arb, arb]:
    if op in PIECES and not told_apart([value for value, _ in x]):
        return arb("nan"), arb("nan")  # which piece it is would be a guess
    if op in ("max", "min"):
        return (max if op == "max" else min)(x, key=lambda pair: float(pair[0].mid()))
    if op == "clamp":
        return sorted(x, key=lambda pair: float(pair[0].mid()))[1]
    if op in PIECES:
        y, partials = PIECES[op](*(value for value, _ in x))
        terms = [p * slope for p, (_, slope) in zip(partials, x) if p is not None]
        return y, sum(terms, arb(0))
    series = SMOOTH[op](*(arb_series([value, slope], 2) for value, slope in x))
    if op == "pow" and x[0][0] < 0 and not x[1][1].is_zero():
        return series[0], arb("nan")  # next to a whole exponent there is no power
    return series[0], series[1]


def told_apart(x: list[arb]) -> bool:
    """Whether no ball overlaps another one or 0, unless it is exact."""
    ends = [arb(0), *x]
    pairs = [(a, b) for i, a in enumerate(ends) for b in ends[:i]]
    return all((a.is_exact() and b.is_exact()) or not a.overlaps(b) for a, b in pairs)


def nearest_float(function: Callable[[], arb]) -> float | None:
    """The float that a number computed at rising precision rounds to."""
    before = ctx.prec, ctx.cap
    bits = 250
    try:
        while bits <= MOST_BITS:
            ctx.prec, ctx.cap = bits, 2
            try:
                ball = function()
            except (ZeroDivisionError, ValueError, TypeError):
                ball = arb("nan")
            low, high = float(ball.lower()), float(ball.upper())
            if ball.is_finite() and low == high:
                return low
            bits *= 3
        return None
    finally:
        ctx.prec, ctx.cap = before
