"""Random programs over the rows that an engine has, at points where they make sense.

- `grown(dice, operations)` is (program, points, backwards), of 1 to 40 operations.
- `families(operations, seed)` are such without end: a small random program, then those that differ
  in one part only, which a cache may take for the same: another root, a constant a little changed,
  the arguments of one step swapped, one step of another kind, the variables in another order; then
  the program itself at points that are nearly, or in another order, those of before.

A program grows at two points at once: a step is taken only if it has a value of ordinary size at
both. The other points are the first ones nudged, or any; a tie or a zero is made on purpose now
and then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ...arithmetic.floats import FLOATS
from ...engine import holds
from ...ops import OPS
from ..programs import PREFERRED, Made, Program, ProgramBuilder, with_step
from .sample_numbers import PARAMETERS, Dice, nudged, number, ordinary

VARIABLE_NAMES = ("x", "y", "z", "w", "b", "a", "u", "v")
POINTS = 16
LARGEST = 1e6


class Growth:
    """A program on its way, with the values of its nodes at each of a few points."""

    def __init__(self, dice: Dice, offered: frozenset[str]) -> None:
        self.dice = dice
        count = 1 + dice.below(3) if dice.chance(0.85) else 4 + dice.below(5)
        self.builder = ProgramBuilder(VARIABLE_NAMES[:count] if count <= 8 else VARIABLE_NAMES)
        self.points = [tuple(ordinary(dice) for _ in range(count)) for _ in range(2)]
        if dice.chance(0.1):
            self.points = [tuple(float(1 + dice.below(5)) for _ in range(count)) for _ in range(2)]
        self.nodes: list[Any] = list(range(count))
        self.values: dict[Any, list[float]] = {i: [p[i] for p in self.points] for i in range(count)}
        self.unused = list(range(count))
        self.rows = [n for n in OPS if n in offered and not OPS[n].comparison]
        self.everyday = [n for n in PREFERRED.common if n in offered] or self.rows
        self.compare = [n for n, op in OPS.items() if op.comparison and n in offered]

    def constant(self, c: float | int) -> Any:
        made = self.builder.constant(c)
        self.values[made] = [float(c)] * len(self.points)
        return made

    def argument(self) -> Any:
        dice = self.dice
        if dice.chance(0.12):
            c = ordinary(dice)
            return self.constant(1 + dice.below(9) if dice.chance(0.3) else c)
        if self.unused and dice.chance(0.55):
            return self.unused[dice.below(len(self.unused))]
        return self.nodes[dice.below(len(self.nodes))]

    def step(self, name: str) -> bool:
        """Try one more step; whether it was taken."""
        args = self.arguments(name)
        if all(isinstance(a, tuple) and a[0] == "constant" for a in args):
            return False
        if name == "if":
            if not self.compare:
                return False
            if all(a[0] == "constant" for a in args[1:3] if isinstance(a, tuple)) and not any(
                isinstance(a, int) for a in args[1:3]
            ):
                return False
            condition = self.taken(self.dice.pick(self.compare), args[1:3])
            args = [condition, *args[1:3]]
        rows = [[self.values[a][k] for a in args] for k in range(len(self.points))]
        if not all(self.fits(name, x) for x in rows):
            return False
        made = self.taken(name, args)
        self.nodes.append(made)
        self.unused = [u for u in self.unused if u not in args] + [made]
        return True

    def taken(self, name: str, args: Sequence[Any]) -> Any:
        made = self.builder.step(name, *args)
        op = OPS[name]
        self.values[made] = [
            FLOATS.forward(op, [self.values[a][k] for a in args]) for k in range(len(self.points))
        ]
        return made

    def arguments(self, name: str) -> list[Any]:
        dice, arity = self.dice, OPS[name].arity
        if name in PARAMETERS:
            place, choices = PARAMETERS[name]
            parameter = dice.pick(choices[:8] if dice.chance(0.7) else choices)
            both = [self.argument(), self.constant(parameter)]
            return both if place else both[::-1]
        if name == "clamp":
            low = ordinary(dice)
            return [self.argument(), self.constant(low), self.constant(low + abs(ordinary(dice)))]
        count = arity or dice.pick((2, 2, 3, 4) if name != "dot" else (2, 4, 6))
        return [self.argument() for _ in range(count)]

    def fits(self, name: str, x: list[float]) -> bool:
        op = OPS[name]
        if any(holds(margin, FLOATS, x) is False for margin in op.domain):
            return False
        y = FLOATS.forward(op, x)
        return y == 0 or 1 / LARGEST < abs(y) < LARGEST

    def joined(self) -> Any:
        """One root that uses nearly everything."""
        made = [u for u in self.unused if isinstance(u, tuple)] or self.unused
        while len(made) > 1:
            a, b = made.pop(), made.pop(self.dice.below(len(made)))
            name = self.dice.pick([n for n in ("add", "sub", "mul") if n in self.rows] or [""])
            if not name:
                return a
            made.append(self.taken(name, (a, b)))
        return made[0]


SIZES = (1, 2, 3, 4, 5, 6, 8, 10, 10, 10, 12, 15, 20, 40)


def grown(dice: Dice, offered: frozenset[str], size: int = 0) -> Made | None:
    """A random program with its points; None where no row is on offer."""
    growth = Growth(dice, offered)
    if not growth.rows:
        return None
    size = size or dice.pick(SIZES)
    tries = done = 0
    while done < size and tries < 4 * size + 8:
        name = dice.pick(growth.everyday if dice.chance(0.45) else growth.rows)
        done += growth.step(name)
        tries += 1
    program = growth.builder.program(growth.joined())
    backwards = dice.pick((1, 1, 1, 1, 1, 1, 1, 2, 3))
    return program, points(dice, growth.points), backwards


def points(dice: Dice, base: Sequence[Sequence[float]]) -> list[tuple[Any, ...]]:
    """The points it grew at, those nudged, and some of any kind."""
    found: list[tuple[Any, ...]] = [tuple(p) for p in base]
    while len(found) < POINTS:
        start = dice.pick(base)
        way = dice.random()
        if way < 0.7:
            found.append(tuple(nudged(dice, x) for x in start))
        elif way < 0.8:
            found.append(tuple(number(dice) for _ in start))
        elif way < 0.9:
            found.append(tuple(-x if dice.chance(0.5) else x for x in start))
        elif way < 0.95:
            found.append((start[0],) * len(start))
        else:
            found.append(tuple(round(x) or 1 for x in start))
    return found


# --- programs that differ in one part -------------------------------------------------------------

ORDERED = ("sub", "div")  # rows that a swap of their arguments changes
STEPS = (1, 2, 3, 4, 6)
CHANGED = (1 + 2.0**-12, 1 + 2.0**-24, 1 + 2.0**-34, 1 + 2.0**-43, -1.0)  # a constant
NEAR = (1 + 1e-9, 1 + 1e-5, -1.0)


def families(offered: frozenset[str], seed: int = 0) -> Iterator[Made]:
    """Families, one program at a time."""
    dice = Dice(f"siblings {seed}")
    while True:
        made = grown(dice, offered, dice.pick(STEPS))
        if made is None:
            return
        program, points = made[0], [tuple(p) for p in made[1][:2]]
        yield program, points, 1
        for other in family(program, dice, offered):
            yield other, points, 1
        yield program, [changed for p in points for changed in neighbours(p)], 1


def family(program: Program, dice: Dice, offered: frozenset[str]) -> Iterator[Program]:
    """One sibling of each kind, where there is one."""
    first = len(program.variables) + len(program.constants)
    if program.root > first:
        yield replace(program, root=first + dice.below(program.root - first))
    if floats := [i for i, c in enumerate(program.constants) if isinstance(c, float) and c]:
        if not {"clamp", "powr"} & program.operations:
            yield with_constant(program, dice.pick(floats), dice.pick(CHANGED))
    steps = list(program.steps)
    if places := [i for i, s in enumerate(steps) if s[0] in ORDERED]:
        i = dice.pick(places)
        yield with_step(program, i, (steps[i][0], *steps[i][:0:-1]))
    for rows in PREFERRED.alike:
        others = [n for n in rows if n in offered]
        if len(others) > 1 and (places := [i for i, s in enumerate(steps) if s[0] in others]):
            i = dice.pick(places)
            name = dice.pick([n for n in others if n != steps[i][0]])
            if len(steps[i]) <= 3:  # max and min may have more than two arguments
                yield with_step(program, i, (name, *steps[i][1:]))
    if len(program.variables) > 1:
        yield replace(program, variables=program.variables[::-1])


def with_constant(program: Program, place: int, by: float) -> Program:
    every = list(program.constants)
    every[place] *= by
    return replace(program, constants=tuple(every))


def neighbours(point: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Points that a careless key takes for this one."""
    yield tuple(point[::-1])
    for by in NEAR:
        yield tuple(x * by for x in point)
    yield (*point[:-1], point[-1] + 0.25)
