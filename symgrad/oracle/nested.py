"""Every row inside every other: what goes wrong where two rows meet.

- `cases(operations, seed)` are (program, points, backwards): f(g(x)), for rows of more arguments
  f(g(x, y), x), f(g(x, x), x), f(x, g(x, y)), f(g(x), h(y)) and f(g(x), h(x)), in an order of its
  own for each seed.

An engine that rewrites what it is given (sqrt(x*x) to x, (x^a)^b to x^(a*b)) is right for each row
by itself; random programs meet a given pair of rows too seldom.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, product
from math import isfinite
from typing import Any

from ..arithmetic.floats import FLOATS
from ..ops import OPS
from .dice import Dice
from .programs import Builder, Program, inside
from .rowwise import PARAMETERS

Made = tuple[Program, Sequence[Sequence[Any]], int]
Row = tuple[str, dict[int, Any]]  # a row, and which of its arguments are constants
FEW = 3  # parameters of a row
POINTS = 5
BOTH = 2  # both arguments are rows
SIDES = (0.5, -0.5, 2.0, -2.0, 0.0, 1.25, -1.0, 3.0, -0.1, 40.0, -40.0)
COMPARED = ("lt", "le", "gt", "ge", "if")


def cases(offered: frozenset[str], seed: int = 0) -> Iterator[Made]:
    """Pairs of rows until there are no more."""
    rows = [row for name in OPS if name in offered for row in variants(name)]
    dice = Dice(f"nested {seed}")
    ways = list(product(rows, rows, ((0, "xy"), (0, "x"), (1, "xy"), (2, "xy"), (2, "x"))))
    for outer, inner, (place, names) in dice.mixed(ways):
        if place == BOTH and free(outer) > 1 and free(inner) == 1:
            single = [row for row in rows if free(row) == 1]
            kin = [row for row in single if row[0] == inner[0] and row != inner]  # x^2*x^3
            for other in (inner, dice.pick(single), *kin[:1]):
                yield from asked(joined(outer, inner, other, names))
        elif place < min(BOTH, free(outer)) and (free(inner) > 1 or names != "x"):
            yield from asked(made(outer, inner, place, names))


def asked(program: Program) -> Iterator[Made]:
    """The program at points that fit it, if there are any."""
    if points := fitting(program):
        yield program, points, 1


def variants(name: str) -> list[Row]:
    """The row, once for each of a few parameters."""
    if name in COMPARED:
        return []
    if name == "clamp":
        return [(name, {1: -0.75, 2: 1.5})]
    place, choices = PARAMETERS.get(name, (0, []))
    return [(name, {place: c}) for c in choices[:FEW]] or [(name, {})]


def free(row: Row) -> int:
    """How many arguments are no constants."""
    name, constants = row
    return (OPS[name].arity or 2) - len(constants)


def made(outer: Row, inner: Row, place: int, names: str) -> Program:
    """The inner row, in these variables, as an argument of the outer one, whose others are x."""
    b = Builder(names[: free(inner)])
    g = step(b, inner, cycle(range(len(b.names))))
    step(b, outer, iter([g if i == place else 0 for i in range(free(outer))]))
    return b.program()


def joined(outer: Row, left: Row, right: Row, names: str) -> Program:
    """The outer row of one row in x and one in y (or in x, too)."""
    b = Builder(names)
    g, h = step(b, left, iter([0])), step(b, right, iter([len(names) - 1]))
    step(b, outer, iter([g, h, *[0] * free(outer)]))
    return b.program()


def step(b: Builder, row: Row, args: Iterator[Any]) -> Any:
    name, constants = row
    count = OPS[name].arity or 2
    return b.step(name, *[b.constant(constants[i]) if i in constants else next(args)
                          for i in range(count)])  # fmt: skip


def fitting(program: Program) -> list[tuple[float, ...]]:
    """A few points at which both rows have a value."""
    found = []
    for k, x in enumerate(SIDES):
        point = (x, SIDES[(k + 3) % len(SIDES)])[: len(program.variables)]
        nodes = [*point, *map(float, program.constants)]
        for name, *args in program.steps:
            given = [nodes[j] for j in args]
            if not inside(name, given):
                break
            nodes.append(FLOATS.forward(OPS[name], given))
        else:
            if all(map(isfinite, nodes)):
                found.append(point)
    return found[:POINTS]
