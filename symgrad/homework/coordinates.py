"""Where an answer is tried: numbers of both signs, near and far, rational and irrational.

- `numbers()` are the coordinates tried first, then a fixed random sequence of others.
- `critical(tape, name, others)` are the kinks, poles and edges of a graph along one variable.
- `between(critical)` are coordinates beside and between them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from random import Random
from typing import Any

from flint import arb, ctx

from ..arithmetic.balls import BALLS, exact
from ..arithmetic.floats import FLOATS
from ..engine import Tape, forward
from ..ops import Margin, Op
from ..value import Value


@dataclass(frozen=True, eq=False)
class ExactNumber:
    """A number as somebody typed it, pi/3 say: the graph of a constant."""

    text: str
    root: Value

    @cached_property
    def tape(self) -> Tape:
        return Tape.of([self.root])

    def ball(self) -> arb:
        """The number at the current precision."""
        return arb(forward(self.tape, BALLS, {})[self.tape.roots[0]])


# an exact rational, the name of an irrational number, or what a question says
Coordinate = Fraction | str | ExactNumber

IRRATIONAL = {
    "sqrt(2)": lambda: arb(2).sqrt(), "-sqrt(3)": lambda: -arb(3).sqrt(),
    "pi/5": lambda: arb.pi() / 5, "-pi/7": lambda: -arb.pi() / 7,
    "sqrt(2)/30": lambda: arb(2).sqrt() / 30, "e^2": lambda: arb(2).exp(),
}  # fmt: skip
FIRST: tuple[Coordinate, ...] = (
    Fraction(2), Fraction(-2), Fraction(3), Fraction(1, 2), Fraction(-1, 2), "sqrt(2)", "-sqrt(3)",
    Fraction(-3), Fraction(5, 4), "pi/5", "-pi/7", Fraction(7), Fraction(-7), Fraction(1, 10),
    Fraction(-1, 10), "sqrt(2)/30", "e^2", Fraction(30), Fraction(-30), Fraction(1, 1000),
    Fraction(-1, 1000), Fraction(1000), Fraction(-1000),
)  # fmt: skip
GRID = sorted(
    sign * step for sign in (1, -1)
    for step in (1e-6, 1e-3, 0.01, 0.05, *(k / 8 + 0.01 for k in range(1, 32)),
                 *(k / 2 + 0.03 for k in range(8, 24)), 15.1, 20.1, 33.0, 50.5, 75.0, 101.0, 150.3,
                 330.0, 1001.0, 3300.0, 10001.0, 1e6, 3.1e6, 3.1e7, 3.1e9, 3.1e12)
)  # fmt: skip
COARSE = GRID[::3]
MOST_CRITICAL = 12
MOST_NEW = 4  # of an answer's own, beyond those of the question
HALVINGS = 40
FEW_HALVINGS = 14  # enough to find points on both sides


def ball(x: Coordinate) -> arb:
    """The coordinate at the current precision."""
    return _ball(x, ctx.prec)


@lru_cache(maxsize=4096)  # most questions are tried at the same numbers
def _ball(x: Coordinate, bits: int) -> arb:
    if isinstance(x, ExactNumber):
        return x.ball()
    return IRRATIONAL[x]() if isinstance(x, str) else exact(x)


def size(x: Coordinate) -> float:
    """The coordinate as a float."""
    return float(x) if isinstance(x, Fraction) else float(ball(x))


def drawn(random: Random) -> Coordinate:
    """Another coordinate: mostly of the size of 1, at times far out or close to 0."""
    kind = random.random()
    if kind < 0.15:
        return random.choice(FIRST)
    span = random.choice((1, 4, 4, 10, 40, 1000))
    found = Fraction(random.randint(-64 * span, 64 * span), 64)
    return found or Fraction(1, 3)


def generic(k: int) -> Fraction:
    """Number k of a sequence spread over [-5, 5], no member of which a formula singles out."""
    return Fraction((k + 1) * 6180339 % 10_000_019, 1_000_003) - 5


def beside(x: Coordinate, step: Fraction) -> Fraction:
    """A coordinate moved by a relative step."""
    near = x if isinstance(x, Fraction) else Fraction(round(size(x) * 10**6), 10**6)
    return near + step * max(abs(near), Fraction(1, 100))


@dataclass(frozen=True)
class Margins:
    """Every margin of a graph that moves with one variable: where its sign turns, things happen."""

    part: Tape  # what they look at: most of a graph is above them
    watched: tuple[tuple[Margin, tuple[int, ...]], ...]  # with the nodes that each is about
    name: str
    others: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, tape: Tape, name: str, others: Mapping[str, float]) -> Margins:
        moving = [leaf == name for leaf in tape.leaves]
        for i, args in enumerate(tape.args):
            moving[i] = moving[i] or any(moving[j] for j in args)
        watched = tuple(
            (margin, args)
            for op, args in zip(tape.ops, tape.args) if op
            for margin in (*op.domain, *op.kinks) if any(moving[j] for j in args)
        )  # fmt: skip
        return cls(tape, watched, name, ()).trimmed(others)

    def trimmed(self, others: Mapping[str, float]) -> Margins:
        """The same on the part of the graph that is needed."""
        tape, needed = self.part, {j for _, args in self.watched for j in args}
        for i in range(len(tape) - 1, -1, -1):
            if i in needed:
                needed |= set(tape.args[i])
        kept = sorted(needed)
        index = {old: new for new, old in enumerate(kept)}
        part = Tape(
            tuple(tape.ops[i] for i in kept),
            tuple(tuple(index[j] for j in tape.args[i]) for i in kept),
            tuple(tape.leaves[i] for i in kept), (), (), (),
        )  # fmt: skip
        watched = tuple((margin, tuple(index[j] for j in args)) for margin, args in self.watched)
        used = tuple((n, x) for n, x in others.items() if n in part.leaves)
        return Margins(part, watched, self.name, used)

    def at(self, x: float) -> list[float]:
        """All of them at a coordinate."""
        values = forward(self.part, FLOATS, {**dict(self.others), self.name: x})
        return [
            float(margin.of(FLOATS, *[values[j] for j in args])) for margin, args in self.watched
        ]

    def one(self, k: int) -> Callable[[float], float]:
        """Number k as a function of the coordinate; a quadratic polynomial by its coefficients."""
        alone = self.only([k])
        return quadratic(alone) or (lambda x: alone.at(x)[0])

    def only(self, some: Sequence[int]) -> Margins:
        """These of them."""
        watched = tuple(self.watched[k] for k in some)
        return replace(self, watched=watched).trimmed(dict(self.others))

    def along(self, grid: Sequence[float]) -> list[tuple[float, ...]]:
        """All of them at every coordinate of a grid."""
        plain = {k: f for k in range(len(self.watched)) if (f := quadratic(self.only([k])))}
        rest = [k for k in range(len(self.watched)) if k not in plain]
        others = self.only(rest) if rest else None
        found = []
        for x in grid:
            row = dict(zip(rest, others.at(x))) if others else {}
            row |= {k: f(x) for k, f in plain.items()}
            found.append(tuple(row[k] for k in range(len(self.watched))))
        return found


MIDDLE = (-1.0, 0.0, 1.0)  # where the coefficients of a quadratic polynomial are read off
TRIED = (-7.3, 13.1, 40.2, -12345.6)  # and where it is compared


def quadratic(margins: Margins) -> Callable[[float], float] | None:
    """The one margin as a + b*x + c*x^2, where what it looks at is such a polynomial."""
    if not all(0 <= d <= 2 for d in _degrees(margins.part, margins.name)):
        return None
    try:
        (left,), (a,), (right,) = (margins.at(x) for x in MIDDLE)
        b, c = (right - left) / 2, (right + left) / 2 - a
        values = [(margins.at(x)[0], a + b * x + c * x * x) for x in TRIED]
    except (ArithmeticError, ValueError, TypeError):
        return None
    if any(not math.isclose(v, w, rel_tol=1e-9, abs_tol=1e-9) for v, w in values):
        return None
    return lambda x: a + (b + c * x) * x


def _degrees(part: Tape, name: str) -> list[int]:
    """The degree of every node as a polynomial, -1 where it is none."""
    found: list[int] = []
    for op, args, leaf in zip(part.ops, part.args, part.leaves):
        below = [found[j] for j in args]
        if op is None:
            found.append(int(leaf == name))
        elif not any(below):
            found.append(0)
        else:
            found.append(-1 if -1 in below else _degree(op, below, part.leaves[args[-1]]))
    return found


def _degree(op: Op, below: Sequence[int], beside: Any) -> int:
    """The same of an operation by its arguments' degrees; `beside` may be an exponent."""
    if op.family == "sum":
        return max(below)
    if op.family == "product":
        return sum(below)
    if op.family == "quotient":
        return -1 if below[1] else below[0]
    return below[0] * beside if op.family == "power" and beside in (1, 2) else -1


def critical(
    tape: Tape, name: str, others: Mapping[str, float], *, coarse: bool = False,
    known: Sequence[float] = (),
) -> list[float]:  # fmt: skip
    """The coordinates of `name` at which a margin changes its sign; cells with known ones aside."""
    margins = Margins.of(tape, name, others)
    return list(_turns(margins, coarse, tuple(known))) if margins.watched else []


@lru_cache(maxsize=1024)  # many questions have the margin x, or x + 1
def _turns(margins: Margins, coarse: bool, known: Sequence[float]) -> Sequence[float]:
    grid = COARSE if coarse else GRID
    try:
        table = margins.along(grid)
    except (ArithmeticError, ValueError, TypeError):
        return ()
    found: list[float] = []
    rough, most = (FEW_HALVINGS, MOST_NEW) if coarse else (HALVINGS, MOST_CRITICAL)
    reach = max(map(abs, known)) if len(known) >= MOST_CRITICAL else math.inf
    cells = list(zip(zip(grid, table), zip(grid[1:], table[1:])))
    for (a, left), (b, right) in sorted(cells, key=lambda cell: abs(cell[0][0] + cell[1][0])):
        if min(abs(a), abs(b)) > reach or any(a <= x <= b for x in known):
            continue
        for k, (low, high) in enumerate(zip(left, right)):
            if (low < 0) != (high < 0) or (math.isnan(low) != math.isnan(high)):
                x = _halved(margins.one(k), a, b, rough)
                if all(abs(x - other) > 1e-9 * (1 + abs(x)) for other in found):
                    found.append(x)
        if len(found) >= most:
            break
    return sorted(found + ([] if coarse else _islands(margins, grid, table)))


def _islands(
    margins: Margins, grid: Sequence[float], table: Sequence[Sequence[float]]
) -> list[float]:
    """The ends of a narrow domain inside a cell of the grid: a margin peaks above 0 there."""
    for k in range(len(table[0])):
        for i in range(1, len(grid) - 1):
            if table[i - 1][k] < table[i][k] > table[i + 1][k] and table[i][k] < 0:
                at = margins.one(k)
                top = _peak(at, grid[i - 1], grid[i + 1])
                if at(top) > 0:
                    return [_halved(at, grid[i - 1], top), _halved(at, top, grid[i + 1])]
    return []


def _peak(at: Any, a: float, b: float) -> float:
    """Where a function is largest between a and b, if it has one peak there."""
    for _ in range(80):
        left, right = a + 0.382 * (b - a), a + 0.618 * (b - a)
        if at(left) < at(right):
            a = left
        else:
            b = right
        if at((a + b) / 2) > 0:
            break
    return (a + b) / 2


def _halved(at: Any, a: float, b: float, times: int = HALVINGS) -> float:
    """The end of the sign (or of the existence) that a margin has at a."""
    low = at(a)
    for _ in range(times):
        middle = (a + b) / 2
        here = at(middle)
        alike = math.isnan(here) if math.isnan(low) else here * low > 0
        a, b = (middle, b) if alike else (a, middle)
    return (a + b) / 2


def between(found: Sequence[float]) -> Iterator[Fraction]:
    """Coordinates between neighbouring critical ones, beyond the outer ones, and close to each."""
    if not found:
        return
    ends = [found[0] - 4, *found, found[-1] + 4]
    gaps = [(a, b) for a, b in pairwise(ends) if b - a > 1e-7]
    for share in (0.43, 0.8, 0.15, 0.02, 0.98):
        for a, b in gaps:
            yield _short(a + share * (b - a), b - a)


def _short(x: float, gap: float) -> Fraction:
    """A short fraction near x, as compared with the gap it lies in."""
    digits = max(1, 3 - math.floor(math.log10(gap)))
    return Fraction(round(x, digits)).limit_denominator(10**digits)


def random() -> Random:
    """The same sequence for every question."""
    return Random(20_261)

