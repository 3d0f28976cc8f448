"""The sides of a program's kinks: one choice of slopes for every kink row, in every combination.

- `choices(reference, truth)` are the vertices of what is acceptable: for each the partials that
  replace those of a kink row. For max one argument gets the 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice, product
from typing import Any

from flint import arb

from ..arithmetic.balls import BALLS, precision
from ..engine import Tape

Chosen = dict[int, list[Any]]  # node -> its partials
MOST_ROWS, MOST_VERTICES = 10, 256
STEP = arb(2) ** -128  # how far beside a kink its vertices are looked at
ZERO = arb(0)
BRANCHES: list[list[Any]] = [  # of an `if` whose comparison is a tie
    [None, arb(1), arb(0)],
    [None, arb(0), arb(1)],
]


def choices(reference: Any, truth: Any) -> list[Chosen]:
    """One vertex per kink row, in every combination; above a few rows the rows' own hulls."""
    with precision(256):  # holds a number and STEP beside it
        return _choices(reference, truth)


def _choices(reference: Any, truth: Any) -> list[Chosen]:
    flat = reference.tape
    ties = {i for i in truth.kinks if flat.ops[i].infix}
    rows = [(i, list(_vertices(flat, truth, i))) for i in truth.kinks if i not in ties]
    rows += [
        (i, BRANCHES)
        for i, op, args in reference.pulls
        if op.name == "if" and args[0] in ties
    ]
    rows = [(i, found) for i, found in rows if found]
    count = math.prod(len(found) for _, found in rows)
    if len(rows) > MOST_ROWS or count > MOST_VERTICES:
        rows = [(i, [_hull(found)]) for i, found in rows]
    every = product(*(found for _, found in rows))
    return [
        dict(zip((i for i, _ in rows), choice)) for choice in islice(every, MOST_VERTICES)
    ]


def _vertices(flat: Tape, truth: Any, i: int) -> Iterator[list[Any]]:
    """The row's partials just beside the kink, from every side of every argument."""
    op, x = flat.ops[i], [truth.values[j] for j in flat.args[i]]
    if op is None:
        return
    if op.name == "hypot":  # its slopes at 0 fill a disc, which no few vertices span
        yield from ([ZERO] * len(x), [arb(0, 1)] * len(x))
        return
    seen: list[list[Any]] = []
    for k, sign in product(range(len(x)), (-1, 1)):
        beside = [*x]
        beside[k] = x[k] + sign * STEP
        y = BALLS.forward(op, beside)
        found = BALLS.partials(op, y, beside, [True] * len(x))
        found = [None if p is None else rounded_off(arb(p)) for p in found]
        if all(p is None or p.is_finite() for p in found) and not _known(found, seen):
            seen.append(found)
            yield found


def rounded_off(p: arb) -> arb:
    """A slope beside a kink without the step's own trace: sign is 1, not 1 - 2^-128."""
    near = p.mid()
    close = arb(float(near))
    return close if abs(p - close) < arb(2) ** -60 * (1 + abs(close)) else p


def _known(found: list[Any], seen: list[list[Any]]) -> bool:
    return any(all(p is q or (p is not None and q is not None and abs(p - q) < arb(2) ** -50)
                   for p, q in zip(found, old)) for old in seen)  # fmt: skip


def _hull(vertices: list[list[Any]]) -> list[Any]:
    hull = vertices[0]
    for other in vertices[1:]:
        hull = [p if p is None else p.union(q) for p, q in zip(hull, other)]
    return hull
