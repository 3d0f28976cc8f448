"""Graphs of many variables: one exact sweep along a random direction stands for all partials.

- `examined_along(problem, point)`: SymPy's derivative along a direction v is held against the sum
  of v*g of the engine's balls; only where that fails is every variable looked at by itself.
"""

from __future__ import annotations

import random

from flint import arb

from ..arithmetic.balls import precision
from .kinks import overlaps
from .sweeps import Point, Problem, engine_balls, exact_point, floats, narrow, rounding
from .verdicts import Check, PointReport, examined, in_floats

SEED = 7


def examined_along(problem: Problem, point: Point) -> PointReport:
    """Every number at one point, the rules confirmed together."""
    at = exact_point(point)
    run = engine_balls(problem, at)
    if run.undefined or run.unsettled or run.bent or not _confirmed(problem, at, run.balls):
        return examined(problem, point)
    floating, allowed = floats(problem, point), rounding(problem, point)
    with precision(256):
        checks = tuple(
            in_floats(name, floating.numbers[k], run.balls[k], floating.scales[k], allowed[k])
            for k, name in enumerate(("", *problem.names))
        )
    return PointReport(dict(point), checks)


def _confirmed(problem: Problem, at: dict[str, arb], balls: tuple[arb, ...]) -> bool:
    """Whether SymPy's directional derivative meets the engine's, at 30 digits."""
    rng = random.Random(SEED)
    way = {name: arb(rng.randint(1, 2**20)) for name in problem.names}
    bits = 256
    while bits <= problem.limits.bits:
        with precision(bits):
            value, slope = problem.sympy.along(at, way)
            if narrow(value) and narrow(slope):
                mine = sum((way[n] * g for n, g in zip(problem.names, balls[1:])), arb(0))
                return overlaps(balls[0], value) and overlaps(mine, slope)
        bits *= 2
    return False


__all__ = ["Check", "examined_along"]
