"""At a kink: the derivatives from both sides, and the interval of acceptable ones.

- `one_sided(problem, point, name)` are the derivatives of the whole from below and from above.
- `interval(problem, run, name)` is the hull over one vertex per kink row; above ten kink rows the
  product of the rows' intervals.

A side is looked at three ever smaller steps away: what the difference quotient tends to is the
derivative from there, and where the value itself does not follow, f jumps.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, product
from typing import Any

from flint import arb

from ..arithmetic.balls import BALLS, NEGLIGIBLE, STRICT, precision
from ..engine import Tape, gradient
from .runs import (
    LIMIT_BITS,
    SHRINKS,
    STEPS,
    BallRun,
    Problem,
    agree,
    engine_balls,
    reference_balls,
    shifted,
    tends,
)  # fmt: skip

MOST_ROWS, MOST_VERTICES = 10, 1024


@dataclass(frozen=True, slots=True)
class Side:
    """f from one side: `slope` is a ball or an infinite float; None outside the domain."""

    slope: Any = None
    jumps: bool = False
    rules_differ: bool = False  # the engine's slope is not SymPy's there: a wrong rule
    unsettled: str = ""


def one_sided(problem: Problem, point: Mapping[str, arb], name: str) -> list[Side]:
    """From below, from above."""
    with precision(LIMIT_BITS):
        here = engine_balls(problem, point, LIMIT_BITS)
        if not here.balls:
            return [Side(unsettled=here.unsettled or "f has no value here")] * 2
        return [_side(problem, point, name, here.balls[0], sign) for sign in (-1, 1)]


def _side(problem: Problem, point: Mapping[str, arb], name: str, value: arb, sign: int) -> Side:
    """The difference quotient at three steps: the one-sided derivative by its definition."""
    size = sign * (1 + abs(point[name]))
    runs = [engine_balls(problem, shifted(point, {name: 1}, size * h), LIMIT_BITS) for h in STEPS]
    if any(run.undefined for run in runs):
        return Side()
    stuck = [run.unsettled for run in runs if not run.balls]
    if stuck:
        return Side(unsettled=stuck[0])
    gaps = [run.balls[0] - value for run in runs]
    if not continuous(gaps):
        return Side(jumps=True)
    if differ(problem, shifted(point, {name: 1}, size * STEPS[0]), name, runs[0]):
        return Side(rules_differ=True)
    slope = tends(*(gap / (size * h) for gap, h in zip(gaps, STEPS)))
    return Side(unsettled="a one-sided derivative stayed open") if slope is None else Side(slope)


def differ(problem: Problem, beside: Mapping[str, arb], name: str, run: BallRun) -> bool:
    """Whether beside the kink, where no other one is left, the rules are not SymPy's derivative."""
    if problem.column is None or run.bent or run.unsettled:
        return False
    reference = reference_balls(problem, beside, LIMIT_BITS)
    pairs = [(run.balls[k], reference.balls[k]) for k in (0, 1 + problem.names.index(name))]
    return any(b.is_finite() and not overlaps(a, b) for a, b in pairs)


def overlaps(a: arb, b: arb) -> bool:
    """Whether two balls meet; a rounding of what lies below 2^-1200 is no difference."""
    return bool(a.overlaps(b)) or agree(a, b)


def continuous(gaps: Sequence[arb]) -> bool:
    """Whether the values approach f's own: the gap shrinks from step to step, or there is none."""
    return all(
        bool(abs(b) < NEGLIGIBLE) or bool(abs(b) < SHRINKS * abs(a)) for a, b in pairwise(gaps)
    )


def interval(problem: Problem, run: BallRun, names: Sequence[str]) -> dict[str, tuple[arb, arb]]:
    """For each variable the least and the largest gradient over the vertices of the kink rows."""
    with precision(256):
        rows = [(k.node, list(_vertices(problem.tape, run, k.node))) for k in run.at_kinks]
        rows = [(i, found) for i, found in rows if found]
        count = math.prod(len(found) for _, found in rows)
        if len(rows) > MOST_ROWS or count > MOST_VERTICES:
            rows = [(i, [_hull(found)]) for i, found in rows]
        bounds: dict[str, tuple[arb, arb]] = {}
        for choice in islice(product(*(found for _, found in rows)), MOST_VERTICES):
            chosen = dict(zip((i for i, _ in rows), choice))
            slopes = gradient(problem.tape, STRICT, run.values, partials=chosen.get)
            for name, slope in slopes.items():
                g = arb(slope)
                low, high = bounds.get(name, (g.lower(), g.upper()))
                bounds[name] = (low.min(g.lower()), high.max(g.upper()))
    return {name: bounds.get(name, (arb(0), arb(0))) for name in names}


def _vertices(tape: Tape, run: BallRun, i: int) -> Iterator[list[Any]]:
    """The row's partials just beside the kink, from every side of every argument."""
    op, x = tape.ops[i], [run.values[j] for j in tape.args[i]]
    if op is None or op.infix is not None:  # a comparison has no partials; its `if` moves with it
        return
    seen: list[list[Any]] = []
    for k in range(len(x)):
        for sign in (-1, 1):
            beside = [*x]
            beside[k] = x[k] + sign * arb(2) ** -128
            y = BALLS.forward(op, beside)
            partials = BALLS.partials(op, y, beside, [True] * len(x))
            partials = [None if p is None else arb(p) for p in partials]
            if all(p is None or p.is_finite() for p in partials) and not _known(partials, seen):
                seen.append(partials)
                yield partials


def _known(partials: list[Any], seen: list[list[Any]]) -> bool:
    return any(
        all(
            p is q or (p is not None and q is not None and agree(p, q))
            for p, q in zip(partials, old)
        )
        for old in seen
    )


def _hull(vertices: list[list[Any]]) -> list[Any]:
    joined = vertices[0]
    for other in vertices[1:]:
        joined = [p if p is None else p.union(q) for p, q in zip(joined, other)]
    return joined
