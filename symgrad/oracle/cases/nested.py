"""Rows inside rows: what goes wrong where two rows meet, and where one of them chooses.

- `choices(operations)` are (program, points, backwards): `if` with every comparison, ties and
  near-ties, choices in choices, masked branches; none where an engine has no `if`.
- `cases(operations, seed)` are (program, points, backwards): f(g(x)), for rows of more arguments
  f(g(x, y), x), f(g(x, x), x), f(x, g(x, y)), f(g(x), h(y)) and f(g(x), h(x)), in an order of its
  own for each seed.

An engine that rewrites what it is given (sqrt(x*x) to x, (x^a)^b to x^(a*b)) is right for each row
by itself; random programs meet a given pair of rows too seldom.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, product
from math import isfinite
from typing import Any

from ...arithmetic.floats import FLOATS
from ...ops import OPS
from ..programs import CONDITIONAL, Made, Program, ProgramBuilder, inside, pruned
from .sample_numbers import PARAMETERS, Dice

Row = tuple[str, dict[int, Any]]  # a row, and which of its arguments are constants
FEW_PARAMETERS = 3  # parameters of a row
POINTS_OF_A_NEST = 5
BOTH = 2  # both arguments are rows
NEST_SIDES = (0.5, -0.5, 2.0, -2.0, 0.0, 1.25, -1.0, 3.0, -0.1, 40.0, -40.0)


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
    if name in CONDITIONAL:
        return []
    if name == "clamp":
        return [(name, {1: -0.75, 2: 1.5})]
    place, choices = PARAMETERS.get(name, (0, []))
    return [(name, {place: c}) for c in choices[:FEW_PARAMETERS]] or [(name, {})]


def free(row: Row) -> int:
    """How many arguments are no constants."""
    name, constants = row
    return (OPS[name].arity or 2) - len(constants)


def made(outer: Row, inner: Row, place: int, names: str) -> Program:
    """The inner row, in these variables, as an argument of the outer one, whose others are x."""
    b = ProgramBuilder(names[: free(inner)])
    g = step(b, inner, cycle(range(len(b.names))))
    step(b, outer, iter([g if i == place else 0 for i in range(free(outer))]))
    return b.program()


def joined(outer: Row, left: Row, right: Row, names: str) -> Program:
    """The outer row of one row in x and one in y (or in x, too)."""
    b = ProgramBuilder(names)
    g, h = step(b, left, iter([0])), step(b, right, iter([len(names) - 1]))
    step(b, outer, iter([g, h, *[0] * free(outer)]))
    return b.program()


def step(b: ProgramBuilder, row: Row, args: Iterator[Any]) -> Any:
    name, constants = row
    count = OPS[name].arity or 2
    return b.step(name, *[b.constant(constants[i]) if i in constants else next(args)
                          for i in range(count)])  # fmt: skip


def fitting(program: Program) -> list[tuple[float, ...]]:
    """A few points at which both rows have a value."""
    found = []
    for k, x in enumerate(NEST_SIDES):
        point = (x, NEST_SIDES[(k + 3) % len(NEST_SIDES)])[: len(program.variables)]
        nodes = [*point, *map(float, program.constants)]
        for name, *args in program.steps:
            given = [nodes[j] for j in args]
            if not inside(name, given):
                break
            nodes.append(FLOATS.forward(OPS[name], given))
        else:
            if all(map(isfinite, nodes)):
                found.append(point)
    return found[:POINTS_OF_A_NEST]


# --- choices --------------------------------------------------------------------------------------

BRANCHES = [(1.0, 2.0), (2.0, 1.0), (1.0, 1.0), (-1.0, -1.0), (0.0, 0.0), (0.0, -0.0), (-2.0, 3.0)]
NEAR_TIES = (2.0**-52, 2.0**-30, 1e-12, 1e-9, 1e-6, -(2.0**-53), -1e-10, -1e-7)  # relative
PATHS = [(x, y) for x in (0.5, 2.0, -1.0, 1.0) for y in (0.25, 3.0, -2.0, 1.0)]  # of two conditions


def choices(offered: frozenset[str]) -> Iterator[Made]:
    """if(a < b, f, g) with every comparison, ties included; the masked branch undefined."""
    if "if" not in offered:
        return
    for name in ("log", "sqrt", "div", "asin", "exp", "powr", "acosh", "log1p", "gamma", "lgamma"):
        points = (-1.0, 0.0, 2.0, 0.5, -3.0, 1000.0, -1000.0)
        if name in offered:
            yield masking(name), [(x,) for x in points if unmasked(name, x)], 1
    for compare in ("lt", "le", "gt", "ge"):
        b = ProgramBuilder(["a", "b"])
        c = b.step(compare, 0, 1)
        b.step("if", c, b.step("mul", 0, b.constant(3.0)), b.step("mul", 1, 1))
        near = [(a * (1 + d), a) for a in (1.5, -40.0) for d in NEAR_TIES]
        yield b.program(), [*BRANCHES, *near, *((b, a) for a, b in near)], 1
        b = ProgramBuilder(["a"])
        c = b.step(compare, 0, b.constant(1.0))
        b.step("if", c, 0, b.step("neg", 0))
        yield b.program(), [
            (x,) for x in (0.0, 1.0, 2.0, -1.0, 0.999, *(1 + d for d in NEAR_TIES))], 1  # fmt: skip
    for program in several_branches():
        yield program, PATHS, 1


def several_branches() -> Iterator[Program]:
    """Choices inside choices, two by one condition, and by what the branches do not contain."""
    for kind in range(5):
        b = ProgramBuilder(["x", "y"])
        c, d = b.step("gt", 0, 1), b.step("lt", 0, b.constant(1.0))
        product, square, minus = b.step("mul", 0, 1), b.step("mul", 1, 1), b.step("neg", 0)
        match kind:
            case 0:
                b.step("if", c, b.step("if", d, product, minus), square)
            case 1:
                b.step("if", c, product, b.step("if", d, minus, square))
            case 2:
                b.step("sub", b.step("if", c, 0, 1), b.step("if", c, square, minus))
            case 3:
                b.step("if", d, square, b.step("mul", b.step("if", c, 1, 0), 1))
            case 4:
                b.step("if", c, b.step("if", d, 0, 0), product)
        yield pruned(b.program())[0]


def masking(name: str) -> Program:
    """if(x > 0, f(x), 2*x), for exp if(x < 0, ...): where f is masked it has no value or slope."""
    b = ProgramBuilder(["x"])
    c = b.step("lt" if name == "exp" else "gt", 0, b.constant(0.0))
    one = b.constant(1.0 if name == "div" else 0.5)
    f = {"div": lambda: b.step("div", one, 0), "powr": lambda: b.step("powr", 0, one)}
    b.step("if", c, f[name]() if name in f else b.step(name, 0), b.step("mul", 0, b.constant(2.0)))
    return b.program()


def unmasked(name: str, x: float) -> bool:
    taken = x < 0 if name == "exp" else x > 0
    x = x if name not in ("div", "powr") else abs(x)
    return not taken or name in ("div", "powr") or inside(name, (x,))
