"""Every row at points laid out evenly, so that no region of the line stays untried.

- `cases(operations)` are (program, points, backwards) without end: first the ends of the floats'
  range, and for two arguments every size against every other; then round after round of points
  that fill the gaps that the rounds before have left.
- `whole_numbers(operations)` are integers whose sums and products leave 32 and 64 bits.

A bug may live where 10 < x < 12, or where one argument is 0 and the other -40: chosen points meet
such a region by luck, even ones meet it once the gaps are narrower.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, product
from typing import Any

from ...ops import OPS
from ..programs import (
    CONDITIONAL,
    PREFERRED,
    Made,
    Program,
    ProgramBuilder,
    by_turns,
    inside,
    simple,
)
from .sample_numbers import PARAMETERS, TRIED_FULLY, Dice

GOLDEN = 0.6180339887498949  # its multiples, modulo 1, fill [0, 1] evenly at every length
SILVER = 0.7548776662466927  # with its square the same in the plane
POINTS_IN_A_ROUND = 24  # points of a row in a round
MOST = 48  # points of one program
DECADES = ((-2.0, 2.0), (-1.0, 1.0), (-9.0, 9.0))  # where the rounds lie, in turn
ENDS = (
    1e-308, 2.0**-1022, 2.0**-1023, 1.5e-308, 3e-308, 1e-307, 1.7e308, 8.9e307, 4e307,
    2.0**-126, 5e-39, 1.2e-38, 3.4e38, 1.7e38, 2.0**24, 2.0**31, 2.0**53, 2.0**63,
)  # fmt: skip
WHOLES = (
    7, -7, 46341, -65537, 2**31, -(2**31), 2**32, 3 * 2**30 + 1, -3 * 2**31, 2**24 + 1, 2**62,
    2**63, 2**70,
)  # fmt: skip
EXACT_WHOLE = [a for a in WHOLES if abs(a) < 2**53]  # and so are their neighbours
SCATTERED_SIDES = (0.0, 0.4, 1.0, 2.7, 11.0, 40.0, 800.0, 1e9, 1e-9, 1e160, 1e-160)


def cases(offered: frozenset[str]) -> Iterator[Made]:
    """Breadth first over the rows, without end."""
    rows = [n for n in OPS if n in offered and n not in CONDITIONAL]
    yield from by_turns([ends(name) for name in rows])
    everyday = [name for name in PREFERRED.everyday if name in rows]
    for k in count():  # the everyday rows have two rounds for one of the others
        made = [one for name in everyday for one in even(name, 2 * k)]
        made += [one for name in rows for one in even(name, 2 * k + 1 if name in everyday else k)]
        if not made:
            return
        yield from made


def whole_numbers(offered: frozenset[str]) -> Iterator[Made]:
    """Large integers: the rows that a language has integers for come first."""
    rows = [n for n in PREFERRED.integral if n in offered]
    rows += [n for n in OPS if n in offered and n not in (*CONDITIONAL, *rows)]
    yield from by_turns([whole(name) for name in rows])


def programs(name: str) -> list[tuple[Program, int, dict[int, Any]]]:
    """The row in its variables; with each parameter where it has one."""
    if name in PARAMETERS:
        place, choices = PARAMETERS[name]
        return [(simple(name, 2, {place: c}), 1, {place: c}) for c in choices[:TRIED_FULLY]]
    arity = OPS[name].arity or 2
    return [(simple(name, arity), arity, {})]


def fitting(name: str, free: Sequence[Any], given: dict[int, Any]) -> bool:
    rest = iter(free)
    return inside(name, [given[i] if i in given else next(rest)
                         for i in range(len(free) + len(given))])  # fmt: skip


def kept(name: str, points: Sequence[Sequence[Any]]) -> Iterator[Made]:
    """The row at those of the points that it has a value at, so many at a time."""
    for program, arity, given in programs(name):
        found = [x[:arity] for x in points if len(x) >= arity and fitting(name, x[:arity], given)]
        found = list(dict.fromkeys(map(tuple, found)))
        for i in range(0, len(found), MOST):
            yield program, found[i : i + MOST], 1


def ends(name: str) -> Iterator[Made]:
    """Both ends of the range; two arguments of every size and sign."""
    if name in PARAMETERS or OPS[name].arity == 1:
        yield from kept(name, [(s * x,) for x in ENDS for s in (1, -1)])
    elif name != "clamp":
        both = [s * x for x in SCATTERED_SIDES for s in (1, -1) if x or s > 0]
        yield from kept(name, Dice(f"ends {name}").mixed([*product(both, both)]))


def whole(name: str) -> Iterator[Made]:
    """Integers whose sums and products leave 32 and 64 bits, by themselves and beside floats."""
    n = len(WHOLES)
    arity = 1 if name in PARAMETERS else OPS[name].arity or 2
    if arity == 1:
        yield from kept(name, [(x,) for x in WHOLES])
        return
    if arity == 2:
        yield from kept(name, [(a, a + d) for a in EXACT_WHOLE for d in (1, -1)])
        yield from kept(name, [(a, WHOLES[(i + k) % n]) for k in (0, 1, 5) for i, a in
                               enumerate(WHOLES)] + [(7, 2.0), (2.0, 7), (-7, 2.5)])  # fmt: skip
    if name in ("mul", "add", "sub"):
        yield large_constants(name), [(x,) for x in (*WHOLES, 3, 0.5)], 1


def large_constants(name: str) -> Program:
    """A product and a sum of whole constants, each of which overflows 64 bits."""
    b = ProgramBuilder(["x"])
    huge = b.step("mul", b.constant(2**40), b.constant(3 * 2**30 + 1))
    return b.program(b.step("add" if name == "mul" else name, b.step("mul", 0, huge), huge))


def even(name: str, k: int) -> Iterator[Made]:
    """Round k: sizes that are even in their logarithm, both signs."""
    low, high = DECADES[k % len(DECADES)]
    arity = 1 if name in PARAMETERS else OPS[name].arity or 2
    if name == "clamp":
        return
    points = []
    for i in range(k * POINTS_IN_A_ROUND + 1, (k + 1) * POINTS_IN_A_ROUND + 1):
        first = 10.0 ** (low + (high - low) * (i * GOLDEN % 1))
        second = 10.0 ** (low + (high - low) * (i * SILVER % 1))
        # one sign a number, so that rows with a one-sided domain are met at half of them
        both = [(first, second), (-first, second), (first, -second), (-first, -second)]
        points += [x[:arity] for x in (both if arity > 1 else both[:2])]
    yield from kept(name, points)


__all__ = ["cases", "whole_numbers"]
