"""Every row by itself, and in the smallest company, at the points where rows go wrong.

- `cases(operations)` are (program, points, backwards): the row alone in variables and with
  constants on either side, shared, scaled, under and over other operations; at zeros, kinks, ends
  of the domain, in both tails, at huge and tiny and whole numbers.
- `arguments(name)` are tuples of arguments for one row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice, product
from typing import Any

from ...arithmetic.floats import FLOATS
from ...ops import OPS
from ..programs import CONDITIONAL, Made, Program, ProgramBuilder, by_turns, inside, simple
from . import nested
from .sample_numbers import (
    CLAMPS,
    OFTEN,
    PAIRS,
    PARAMETERS,
    SAMPLE_SIZES,
    TRIED_FULLY,
    Dice,
    number,
)


def cases(offered: frozenset[str]) -> Iterator[Made]:
    """Breadth first: every row alone, then each of its companies for every row in turn."""
    rows = [n for n in OPS if n in offered and n not in CONDITIONAL]
    sources = [company(name, offered) for name in rows]
    sources.insert(0, nested.choices(offered))
    yield from by_turns(sources)


def company(name: str, offered: frozenset[str]) -> Iterator[Made]:
    """One row: alone, with constants, whole numbers, twice, inside and around others."""
    found = arguments(name)
    if name in PARAMETERS:
        yield from parametric(name, offered)
        return
    count = len(found[0])
    yield simple(name, count), found, 1
    few = found[:8]
    yield simple(name, count), few, 3
    yield simple(name, count), whole(name, count), 1
    if count > 1:
        yield same_argument(name, count), [(x[0],) for x in found if inside(name, x[:1] * count)], 1
        yield from islice(beside_constants(name, count, found), 3)
    if OPS[name].arity is None:
        if name != "dot":  # three ties: halves that were right for two add up to 3/2
            yield same_argument(name, 3), [(x[0],) for x in few if inside(name, x[:1] * 3)], 1
        for many in (3, 4, 8) if name != "dot" else (6, 8):
            yield simple(name, many), wide(name, many), 1
        for many in (9, 17, 33, 66) if name != "dot" else (18, 34, 66):
            yield simple(name, many), wide(name, many)[:8:2], 1
    yield from around(name, count, few, offered)
    if count > 1:
        yield from beside_constants(name, count, found)


def parametric(name: str, offered: frozenset[str]) -> Iterator[Made]:
    """A row with a parameter: the parameter is a constant."""
    place, choices = PARAMETERS[name]
    for i, c in enumerate(choices):
        points = [x for x in unary_points() if inside(name, (x, c) if place else (c, x))]
        points = points if i < TRIED_FULLY else points[: 24 if i < OFTEN else 8]
        yield simple(name, 2, {place: c}), [(x,) for x in points], 1
        if name in ("powi", "powr"):
            powers = [int(x) for x in points if abs(x) < 50 and x == int(x)]
            yield simple(name, 2, {place: c}), [(x,) for x in dict.fromkeys(powers)], 1
    for c in choices[:4]:
        points = [x for x in unary_points() if inside(name, (x, c) if place else (c, x))]
        few = [(x,) for x in points if 0.1 < abs(x) < 10][:6]
        yield from around(name, 1, few, offered, {place: c})


def beside_constants(name: str, count: int, found: Sequence[Sequence[float]]) -> Iterator[Made]:
    """A constant on either side, as a float and as a whole number."""
    chosen = [x for x in found if all(1e-3 <= abs(a) <= 1e3 or a == 0 for a in x)]
    for place in range(count):
        by: dict[float, list[Sequence[float]]] = {}
        for x in chosen:
            by.setdefault(x[place], []).append(x)
        for c, points in list(by.items())[:8]:
            rest = [tuple(a for i, a in enumerate(x) if i != place) for x in points]
            yield simple(name, count, {place: c}), rest, 1
            if c == int(c):
                yield simple(name, count, {place: int(c)}), rest, 1


def same_argument(name: str, count: int) -> Program:
    b = ProgramBuilder(["x"])
    b.step(name, *[0] * count)
    return b.program()


def around(
    name: str, count: int, points: Sequence[Sequence[float]], offered: frozenset[str],
    constants: dict[int, Any] | None = None,
) -> Iterator[Made]:
    """f as a part: c*f, f*f, f + f, -f, f*x, f(c*x), f of a sum, 1/f, f + x."""
    arity = count + len(constants or {})

    def built(wrap: Any, before: Any = None) -> Program:
        b = ProgramBuilder([f"x{i}" if count > 1 else "x" for i in range(count)])
        free: list[Any] = list(range(count))
        if before:
            free[0] = before(b)
        rest = iter(free)
        given = constants or {}
        args = [b.constant(given[i]) if i in given else next(rest) for i in range(arity)]
        return b.program(wrap(b, b.step(name, *args)))

    ways: list[tuple[Any, Any]] = [
        (lambda b, f: b.step("mul", b.constant(-2.5), f), None),
        (lambda b, f: b.step("mul", f, f), None),
        (lambda b, f: b.step("add", f, f), None),
        (lambda b, f: b.step("mul", f, 0), None),
        (lambda b, f: b.step("add", 0, f), None),
        (lambda b, f: b.step("sub", f, 0), None),
        (lambda b, f: b.step("neg", f), None),
        (lambda b, f: b.step("div", b.constant(1.0), f), None),
        (lambda b, f: b.step("div", f, 0), None),
        (lambda b, f: f, lambda b: b.step("mul", b.constant(3), 0)),
        (lambda b, f: f, lambda b: b.step("mul", 0, b.constant(0.125))),
        (lambda b, f: f, lambda b: b.step("mul", 0, 0)),
        (lambda b, f: f, lambda b: b.step("neg", 0)),
        (lambda b, f: b.step("mul", f, 0), lambda b: b.step("add", 0, b.constant(1.0))),
        (lambda b, f: b.step("sum", f, 0, f), None),
    ]
    if arity == 1:
        ways.append((lambda b, f: b.step(name, f), None))
        ways.append((lambda b, f: b.step("add", b.step(name, b.step(name, f)), f), None))
    for wrap, before in ways:
        made = built(wrap, before)
        if made.operations <= offered:
            yield made, points, 1


# --- points ---------------------------------------------------------------------------------------


@cache
def unary_points() -> tuple[float, ...]:
    """Both signs of every size, the everyday ones first."""
    return tuple(dict.fromkeys(s for x in SAMPLE_SIZES for s in (x, -x))) + (-0.0,)


@cache
def arguments(name: str) -> list[tuple[float, ...]]:
    """Arguments inside the row's domain."""
    arity = OPS[name].arity or 2
    if name == "clamp":
        found: list[tuple[float, ...]] = list(CLAMPS)
    elif name in PARAMETERS:
        place, choices = PARAMETERS[name]
        found = [(x, c) if place else (c, x) for c, x in product(choices, unary_points())]
    elif arity == 1:
        found = [(x,) for x in unary_points()]
    else:
        dice = Dice(name)
        found = [*PAIRS, *((number(dice), number(dice)) for _ in range(24))]
    return [x for x in found if inside(name, x)]


def whole(name: str, count: int) -> list[tuple[int, ...]]:
    """Integers, handed over as such."""
    numbers = (2, 3, 1, 0, -1, -2, 5, 10)
    found = [tuple(numbers[(i + k) % 8] for k in range(count)) for i in range(8)]
    return [x for x in found if inside(name, x)]


def wide(name: str, count: int) -> list[tuple[float, ...]]:
    """Points of many arguments: apart, two tied, all tied, the extreme last or first."""
    dice = Dice(f"{name} {count}")
    found: list[tuple[float, ...]] = [tuple(float(i) for i in range(count))]
    found += [tuple(float(count - i) for i in range(count)), (2.0,) * count, (-1.5,) * count]
    found += [(3.0, 3.0, *[1.0] * (count - 2)), (*[-4.0] * (count - 2), -1.0, -1.0)]
    found += [tuple(number(dice) for _ in range(count)) for _ in range(8)]
    return [x for x in found if inside(name, x)]


def limits(program: Program, point: Sequence[Any]) -> tuple[float, float] | None:
    """Value and slope of a row at infinity, where floats know both."""
    (name, *_), *rest = program.steps
    if rest or len(point) != 1:
        return None
    op, x = OPS[name], [float(point[0])]
    y = FLOATS.forward(op, x)
    slope = FLOATS.partials(op, y, x)[0]
    return None if y != y or slope is None or slope != slope else (y, float(slope))
