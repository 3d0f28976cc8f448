"""Batches in which every number is the float64 nearest to the truth.

- `corrected(plan, columns, rows)` writes them over what machine code gave.

A pair of floats with a proven bound decides nearly all of them, 4,000 points at a time; what it
cannot decide runs in Arb, point by point, at twice the bits until it is decided. Where there is no
truth to round to (a kink, outside the domain), what machine code gave stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import arb

from ..arithmetic.balls import BALLS, STRICT, decided, precision
from ..arithmetic.pairs import PAIRED_FLOATS, Pair, lifted, rounded
from ..engine import Tape, first_undefined, forward, gradient, kinks
from .backends import Plan

POINTS_AT_ONCE = 8192  # so that some hundred arrays of them stay in the cache
BITS_IN_TURN = (128, 512, 2048, 8192)


def corrected(plan: Plan, columns: Sequence[Any], rows: Sequence[Any]) -> None:
    """Round every number of the rows to the nearest, as the truth has it."""
    count = len(rows[0])
    for start in range(0, count, POINTS_AT_ONCE):
        piece = slice(start, min(count, start + POINTS_AT_ONCE))
        x = [np.ascontiguousarray(c[piece], dtype=np.float64) for c in columns]
        finite = np.logical_and.reduce([np.isfinite(c) for c in x] or [np.array([True])])
        undecided = written_in_pairs(plan, x, [r[piece] for r in rows], finite)
        for i in np.flatnonzero(undecided & finite).tolist():
            numbers = in_balls(plan, [float(c[i]) for c in x])
            for row, number in zip(rows, numbers):
                if number is not None:
                    row[start + i] = number


def written_in_pairs(plan: Plan, x: Sequence[Any], rows: Sequence[Any], finite: Any) -> Any:
    """Write what pairs decide; the points at which some number is undecided.

    Where machine code has no value, the slopes of pairs may go on all the same: 1/x of ln at -2.
    """
    valued = ~np.logical_or.reduce([np.isnan(row) for row in rows[: len(plan.roots)]])
    undecided = np.zeros(len(x[0]) if x else 1, dtype=bool)
    try:
        with np.errstate(all="ignore"):
            every = outputs(plan, PAIRED_FLOATS, {n: Pair(c) for n, c in zip(plan.variables, x)})
            for row, number in zip(rows, every):
                near, sure = rounded(lifted(number))
                sure = sure & valued
                np.copyto(row, near, where=sure & finite)
                undecided |= ~np.broadcast_to(sure, undecided.shape)
    except AttributeError:  # a function that pairs lack
        undecided[:] = True
    return undecided


def outputs(plan: Plan, m: Any, point: dict[str, Any]) -> list[Any]:
    """The values, then the partials of every graph, as the rows of a batch have them."""
    tape = plan.tape
    values = forward(tape, m, point)
    found = [values[i] for i in tape.roots[: len(plan.roots)]]
    for k in range(len(plan.graphs)):
        slopes = gradient(tape, m, values, root=k)
        found += [slopes.get(name, 0) for name in plan.wrt]
    return found


def in_balls(plan: Plan, x: Sequence[float]) -> list[float | None]:
    """The same at one point, None where there is nothing to round to."""
    found: list[float | None] = [None] * (len(plan.roots) + len(plan.graphs) * len(plan.wrt))
    for bits in BITS_IN_TURN:
        with precision(bits):
            balls = balls_at(plan.tape, plan, x)
            if balls is None:
                return found
            found = [decided(arb(b)) for b in balls]
        if None not in found:
            break
    return found


def balls_at(tape: Tape, plan: Plan, x: Sequence[float]) -> list[Any] | None:
    """Values and partials in balls; None at a kink or where something has no value."""
    point = {name: arb(a) for name, a in zip(plan.variables, x)}
    values = forward(tape, BALLS, point)
    if first_undefined(tape, BALLS, values) or kinks(tape, BALLS, values):
        return None
    return outputs(plan, STRICT, point)


__all__ = ["corrected"]
