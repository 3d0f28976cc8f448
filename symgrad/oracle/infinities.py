"""Infinite arguments, where arithmetic and limits say what comes out: e^-inf is 0, and so is 1/inf.

- `among(cases, operations)` are the cases, those at infinity among them.

Judged are smooth rows of one argument, quotients and logaddexp; every number that Arb knows there
(tanh(inf) is 1, its slope 0) must come out. Where Arb meets inf*0 or inf - inf, or the value itself
is infinite, nothing is demanded of that number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from ..ops import OPS
from .cases import Case
from .programs import simple

FIRST = 600  # ordinary cases that come before
WAVES = ("sinc", "besselj0", "besselj1")  # bounded by a limit that no float formula takes
PAIRS: dict[str, list[tuple[float, ...]]] = {
    "div": [(1.0, math.inf), (-2.0, -math.inf), (0.0, math.inf)],
    "logaddexp": [(-math.inf, 0.5), (1.0, -math.inf)],
}


def among(cases: Iterable[Case], operations: frozenset[str]) -> Iterator[Case]:
    """The first cases, those at infinity, and the rest."""
    every = iter(cases)
    return chain(islice(every, FIRST), at_infinity(operations), every)


def at_infinity(operations: frozenset[str]) -> Iterator[Case]:
    for name, op in OPS.items():
        points: list[tuple[float, ...]] = PAIRS.get(name, [])
        if op.arity == 1 and not op.kinks and name not in WAVES:
            points = [(math.inf,), (-math.inf,)]
        if points and name in operations:
            program = simple(name, len(points[0]))
            yield from (Case(program, point) for point in points)
