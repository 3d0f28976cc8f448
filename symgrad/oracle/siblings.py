"""Programs one after another that differ in one part only: what a cache may take for the same.

- `cases(operations, seed)` are (program, points, backwards) without end: a small random program,
  then its siblings at the same points, with another root, a constant a little changed, the
  arguments of one step swapped, one step of another kind, the variables in another order; then
  the program itself at points that are nearly, or in another order, those of before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from . import growing
from .dice import Dice
from .programs import Program

Made = tuple[Program, Sequence[Sequence[Any]], int]
ALIKE = ("add", "sub", "mul", "max", "min"), ("sin", "cos", "tanh", "atan", "sigmoid", "neg")
ORDERED = ("sub", "div")  # rows that a swap of their arguments changes
STEPS = (1, 2, 3, 4, 6)
CHANGED = (1 + 2.0**-12, 1 + 2.0**-24, 1 + 2.0**-34, 1 + 2.0**-43, -1.0)  # a constant
NEAR = (1 + 1e-9, 1 + 1e-5, -1.0)


def cases(offered: frozenset[str], seed: int = 0) -> Iterator[Made]:
    """Families, one program at a time."""
    dice = Dice(f"siblings {seed}")
    while True:
        made = growing.grown(dice, offered, dice.pick(STEPS))
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
    for rows in ALIKE:
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


def with_step(program: Program, place: int, step: Any) -> Program:
    return replace(program, steps=(*program.steps[:place], step, *program.steps[place + 1 :]))


def neighbours(point: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Points that a careless key takes for this one."""
    yield tuple(point[::-1])
    for by in NEAR:
        yield tuple(x * by for x in point)
    yield (*point[:-1], point[-1] + 0.25)
