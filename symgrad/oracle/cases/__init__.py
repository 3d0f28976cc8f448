"""What engines are tried on: curated cases for every row, shape and flag, then random programs.

- `Case(program, point, backwards, flags)` is one question to an engine.
- `cases(operations, dtype, seed)` never ends: first the curated ones, interleaved, then random
  programs, each at several points. Programs use only these operations.
- `with_infinities(cases, operations)` are the cases, those at infinity among them: smooth rows of
  one argument, quotients and logaddexp. Every number that Arb knows there (tanh(inf) is 1, its
  slope 0) must come out; where Arb meets inf*0 or inf - inf, or the value itself is infinite,
  nothing is demanded of that number.
- `askable(program)` says whether it makes sense as a question.
- `domain(program, point)` says whether every step has a value there, in floats.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from ...arithmetic.floats import FLOATS
from ...engine import holds
from ...ops import OPS, Op
from ..float_formats import FORMATS
from ..programs import Made, Program, simple
from . import even_points, nested, one_row, random_programs, shapes
from .sample_numbers import PARAMETERS, Dice

Number = float | int


@dataclass(frozen=True)
class Case:
    """One question: the gradient of a program at a point, the last of several backward runs.

    Of order 2 it is the Hessian that is asked for.
    """

    program: Program
    point: tuple[Number, ...]
    backwards: int = 1
    flags: tuple[str, ...] = ()
    order: int = 1


def cases(operations: Iterable[str], dtype: str = "float64", seed: int = 0) -> Iterator[Case]:
    """Curated cases, then random ones without end."""
    offered = frozenset(operations)
    sources = [
        (3, one_row.cases(offered)), (1, shapes.cases(offered, seed)),
        (1, random_cases(offered, seed)), (1, even_points.cases(offered)),
        (1 / 2, even_points.whole_numbers(offered)), (1, random_programs.families(offered, seed)),
        (1, nested.cases(offered, seed)), (1 / 25, shapes.deep(offered)),
    ]  # fmt: skip
    yield from in_format(taken_in_turn(sources, offered), dtype)




def taken_in_turn(
    sources: Sequence[tuple[float, Iterator[Made]]], offered: frozenset[str]
) -> Iterator[Made]:
    """So many programs of each source a turn; those with other operations are left out."""
    waiting = [[0.0, share, source] for share, source in sources]
    while waiting:
        for one in list(waiting):
            one[0] += one[1]  # type: ignore[operator]
            while one[0] >= 1:  # type: ignore[operator]
                one[0] -= 1  # type: ignore[operator]
                made = next(one[2], None)  # type: ignore[call-overload]
                if made is None:
                    waiting.remove(one)
                    break
                if made[0].operations <= offered and askable(made[0]):
                    yield made


def random_cases(offered: frozenset[str], seed: int) -> Iterator[Made]:
    """Random programs; every few a program of before comes again."""
    dice = Dice(f"cases {seed}")
    before: list[Made] = []
    while True:
        made = random_programs.grown(dice, offered)
        if made is None:
            return
        yield made
        before.append(made)
        if len(before) >= 8:
            again = before.pop(dice.below(len(before)))
            yield again[0], again[1][:2], 1


def in_format(made: Iterable[Made], dtype: str) -> Iterator[Case]:
    """The cases with every number exact in the engine's floats, and inside the domain."""
    nearest, largest = FORMATS[dtype].nearest, FORMATS[dtype].largest

    def exact(x: Number) -> Number:
        if not isinstance(x, int):
            return nearest(x)
        near = nearest(x)
        return int(near) if math.isfinite(near) else int(math.copysign(largest, x))

    for program, points, backwards in made:
        fitted = program
        if dtype != "float64":
            constants = tuple(map(exact, program.constants))
            fitted = Program(program.variables, constants, program.steps, program.root)
        for point in dict.fromkeys(map(tuple, points)):
            here = tuple(map(exact, point))
            yield Case(fitted, here, backwards)


MOST_ORDER, MOST_EXPONENT = 50, 10_000  # in size, of a Bessel function and of a power


def askable(program: Program) -> bool:
    """Whether parameters are constants that the row takes, and comparisons stand in an `if`."""
    n, first = len(program.variables), len(program.variables) + len(program.constants)
    compared = {i for i, s in enumerate(program.steps, first) if OPS[s[0]].comparison}
    if program.root in compared:
        return False
    for name, *args in program.steps:
        if any(j in compared for j in (args[1:] if name == "if" else args)):
            return False
        if name == "if" and args[0] not in compared:
            return False
        if name in PARAMETERS:
            j = args[PARAMETERS[name][0]]
            if not n <= j < first:
                return False
            c = program.constants[j - n]
            if OPS[name].whole is not None and not whole(OPS[name], c):
                return False
    return True


def whole(op: Op, c: Number) -> bool:
    """Whether a constant is one that the row takes as its parameter, and not too large."""
    most = MOST_EXPONENT if op.family == "power" else MOST_ORDER
    return isinstance(c, int) and max(op.whole or 0, -most) <= c < MOST_EXPONENT


def domain(program: Program, point: Sequence[Number]) -> bool:
    """Whether every step that counts has a value, as far as floats can tell."""
    values: list[float] = [*map(float, point), *map(float, program.constants)]
    for name, *args in program.steps:
        x = [values[j] for j in args]
        if any(holds(margin, FLOATS, x) is False for margin in OPS[name].domain):
            return False
        values.append(FLOATS.forward(OPS[name], x))
    return True


# --- infinite arguments ---------------------------------------------------------------------------

CASES_BEFORE_INFINITIES = 600  # ordinary cases that come before
WAVES = ("sinc", "besselj0", "besselj1")  # bounded by a limit that no float formula takes
INFINITE_PAIRS: dict[str, list[tuple[float, ...]]] = {
    "div": [(1.0, math.inf), (-2.0, -math.inf), (0.0, math.inf)],
    "logaddexp": [(-math.inf, 0.5), (1.0, -math.inf)],
}


def with_infinities(cases: Iterable[Case], operations: frozenset[str]) -> Iterator[Case]:
    """The first cases, those at infinity, and the rest."""
    every = iter(cases)
    return chain(islice(every, CASES_BEFORE_INFINITIES), at_infinity(operations), every)


def at_infinity(operations: frozenset[str]) -> Iterator[Case]:
    for name, op in OPS.items():
        points: list[tuple[float, ...]] = INFINITE_PAIRS.get(name, [])
        if op.arity == 1 and not op.kinks and name not in WAVES:
            points = [(math.inf,), (-math.inf,)]
        if points and name in operations:
            program = simple(name, len(points[0]))
            yield from (Case(program, point) for point in points)
