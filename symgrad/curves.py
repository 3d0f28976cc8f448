"""Curves of f and f' for a plot: points that may be joined, and what keeps them apart.

- `curves(root, "x", at, Span(-6, 6))` are both as pieces of points, with their breaks: a pole, a
  jump, an end of the domain; a break of f' where f has none is a kink.

- `surface(root, ("x", "y"), at, spans)` is f over a grid, with the cells that may be drawn.

Two neighbours are joined where balls prove that the curve is finite between them, and where it does
not jump there; so no line crosses a pole, however narrow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from flint import arb

from .arithmetic.floats import FLOATS
from .arithmetic.rounding import ROUNDING, Rounded
from .engine import Tape, forward, gradient
from .errors import UsageError
from .value import Value

POINTS_DRAWN = 241
LINES_DRAWN = 48  # of a surface, each way
GAP_HALVINGS = 14  # of a gap between two points, until it counts as a break
DIGITS_DRAWN = 8
WIDENED = 1.0000001  # so that neighbouring stretches overlap
UNEVEN = 0.4871  # of a gap: where it is halved, so that 0 and the like are not met
GROWN = 4  # times the height that a curve had: then what balls cannot bound is a pole
JUMP_LEFT = 0.5  # of a step's height, where halving its width does not lower it
LARGEST_BOUND = 1e9

Curve = Callable[[float], float]
Finite = Callable[[float, float], bool]
Piece = list[list[float]]  # points [x, y] that a line may join


@dataclass(frozen=True, slots=True)
class Span:
    """From where to where a curve is drawn. Raises UsageError for no such stretch."""

    start: float
    end: float

    def __post_init__(self) -> None:
        if not -LARGEST_BOUND <= self.start < self.end <= LARGEST_BOUND:
            raise UsageError(f"a plot goes from a number to a larger one, got {self.start:g} to "
                             f"{self.end:g}")  # fmt: skip

    def points(self, count: int) -> list[float]:
        """Both ends and points between, none of which is a number that poles like to stand at."""
        width = self.end - self.start
        inner = [self.start + width * (k + UNEVEN) / count for k in range(count)]
        return [self.start, *inner, self.end]


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a curve is interrupted: `pole`, `jump`, `edge` of the domain, or `kink`."""

    x: float
    kind: str
    y: float | None = None  # of a kink, where the curve itself goes on


@dataclass(frozen=True, slots=True)
class Drawn:
    """f and f' along one variable: pieces of points, each to be drawn through, and their breaks."""

    wrt: str
    span: Span
    value: list[Piece]
    derivative: list[Piece]
    breaks: tuple[Break, ...]

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        shown = [{"x": b.x, "y": b.y, "kind": b.kind} for b in self.breaks]
        return {"wrt": self.wrt, "from": self.span.start, "to": self.span.end, "value": self.value,
                "derivative": self.derivative, "breaks": shown}  # fmt: skip


Dot = tuple[float, float]


class Gap(NamedTuple):
    """A narrow stretch that must not be drawn through, and its kind ("": nothing is there)."""

    left: Dot
    right: Dot
    kind: str


def curves(
    root: Value, name: str, at: Mapping[str, float], span: Span, points: int = POINTS_DRAWN
) -> Drawn:
    """f and f' on a stretch; `at` holds the values of the other variables."""
    value, slope = functions(root, name, at)
    value_bounded, slope_bounded = bounded_between(root, name, at)
    first, breaks = pieces(value, value_bounded, span, points)
    second, others = pieces(slope, slope_bounded, span, points)
    known = [b.x for b in breaks]
    near = (span.end - span.start) / points / 2
    kinks = [Break(b.x, "kink", value(b.x)) for b in others
             if all(abs(b.x - x) > near for x in known)
             and value_bounded(b.x - near, b.x + near)]  # fmt: skip
    return Drawn(name, span, first, second, tuple(sorted([*breaks, *kinks], key=lambda b: b.x)))


def functions(root: Value, name: str, at: Mapping[str, float]) -> tuple[Curve, Curve]:
    """The value and the slope at x in floats; nan where there is none."""
    tape = Tape.of([root], wrt=[name])

    def value(x: float) -> float:
        return float(forward(tape, FLOATS, {**at, name: x})[tape.roots[0]])

    def slope(x: float) -> float:
        values = forward(tape, FLOATS, {**at, name: x})
        if not math.isfinite(values[tape.roots[0]]):
            return math.nan
        return float(gradient(tape, FLOATS, values).get(name, 0.0))

    return value, slope


def bounded_between(
    root: Value, name: str, at: Mapping[str, float]
) -> tuple[Finite, Finite]:
    """Whether balls prove the value, and the slope, finite from a to b.

    Rounding balls hold both sides of a bend that lies between; where something has no value, or
    overflows, they are not finite.
    """
    tape = Tape.of([root], wrt=[name])
    here = {other: Rounded(ROUNDING, arb(x)) for other, x in at.items()}

    def run(a: float, b: float) -> list[Rounded]:
        middle = arb((a + b) / 2, (b - a) / 2 * WIDENED)
        return forward(tape, ROUNDING, {**here, name: Rounded(ROUNDING, middle)})

    def value(a: float, b: float) -> bool:
        try:
            return bool(run(a, b)[tape.roots[0]].ball.is_finite())
        except (ValueError, ArithmeticError):  # a parameter that no row takes
            return False

    def slope(a: float, b: float) -> bool:
        try:
            values = run(a, b)
            slopes = gradient(tape, ROUNDING, values)
            numbers = [values[tape.roots[0]], *slopes.values()]  # a constant has no slope
            return all(number.ball.is_finite() for number in numbers)
        except (ValueError, ArithmeticError):
            return False

    return value, slope


def pieces(
    curve: Curve, finite: Finite, span: Span, points: int
) -> tuple[list[Piece], list[Break]]:
    """The points of a curve in pieces that may be drawn through, and what lies between them."""
    dots = [(x, curve(x)) for x in span.points(points)]
    between = gaps(curve, finite, dots)
    found: list[Piece] = [[]]
    _placed(found, dots[0])
    for k, dot in enumerate(dots[1:]):
        if k in between:
            _placed(found, between[k].left)
            found.append([])
            _placed(found, between[k].right)
        _placed(found, dot)
    breaks = [Break((g.left[0] + g.right[0]) / 2, g.kind) for g in between.values() if g.kind]
    return [piece for piece in found if piece], breaks


def gaps(curve: Curve, finite: Finite, dots: Sequence[Dot]) -> dict[int, Gap]:
    """What keeps dot k and the next apart, where anything does."""
    doubtful = unproved([x for x, _ in dots], finite)
    found: dict[int, Gap] = {}
    for k, (before, here) in enumerate(pairwise(dots)):
        gap = _gap(curve, finite if k in doubtful else None, before, here)
        if gap is not None:
            found[k] = gap
    return found


def unproved(xs: Sequence[float], finite: Finite) -> set[int]:
    """Between which neighbours the curve is not proved finite: long stretches are asked first."""
    found: set[int] = set()
    waiting = [(0, len(xs) - 1)]
    while waiting:
        first, last = waiting.pop()
        if not finite(xs[first], xs[last]):
            middle = (first + last) // 2
            if middle > first:
                waiting += [(first, middle), (middle, last)]
            else:
                found.add(first)
    return found


def _placed(found: list[Piece], dot: Dot) -> None:
    piece = found[-1]
    if math.isfinite(dot[1]) and (not piece or piece[-1][0] < dot[0]):
        piece.append([float(f"{x:.{DIGITS_DRAWN}g}") for x in dot])


def _gap(curve: Curve, doubt: Finite | None, a: Dot, b: Dot) -> Gap | None:
    """What keeps two neighbours apart. `doubt` tells where the curve is finite, if that is open.

    An end of the domain is halved towards the side that has values; a pole towards what balls
    cannot prove finite; a jump towards what is higher.
    """
    finite = doubt or (lambda a, b: True)
    height, top = abs(b[1] - a[1]), max(abs(a[1]), abs(b[1]))
    for _ in range(GAP_HALVINGS):
        if not math.isfinite(a[1]) and not math.isfinite(b[1]):
            return Gap(a, b, "")
        edge = not (math.isfinite(a[1]) and math.isfinite(b[1]))
        proved = not edge and finite(a[0], b[0])
        if proved and abs(b[1] - a[1]) <= JUMP_LEFT * height:
            return None
        m = a[0] + UNEVEN * (b[0] - a[0])
        middle = (m, curve(m))
        if _goes_left(finite, proved, a, middle, b):
            b = middle
        else:
            a = middle
    kind = _kind(a, b, doubt is None, top)
    return Gap(a, b, kind) if kind else None


def _goes_left(finite: Finite, proved: bool, a: Dot, middle: Dot, b: Dot) -> bool:
    """Which half holds the break."""
    if not math.isfinite(middle[1]):
        return math.isfinite(a[1])
    if not (math.isfinite(a[1]) and math.isfinite(b[1])):
        return not math.isfinite(a[1])
    if proved:
        return abs(middle[1] - a[1]) > abs(b[1] - middle[1])
    left, right = finite(a[0], middle[0]), finite(middle[0], b[0])
    return abs(a[1]) > abs(b[1]) if left == right else right


def _kind(a: Dot, b: Dot, bounded: bool, top: float) -> str:
    """What the narrowest stretch is; one that is no break after all (sin(x)/x at 0) is nothing."""
    if not (math.isfinite(a[1]) and math.isfinite(b[1])):
        return "edge"
    if bounded:
        return "jump"
    return "pole" if max(abs(a[1]), abs(b[1])) > GROWN * (1 + top) else ""


# --- surfaces -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Surface:
    """f over a grid: heights[i][j] at xs[i], ys[j]; `cells` are the (i, j) drawn up to i+1, j+1."""

    xs: list[float]
    ys: list[float]
    heights: list[list[float]]
    cells: list[tuple[int, int]]


def surface(
    root: Value, names: tuple[str, str], at: Mapping[str, float], spans: tuple[Span, Span],
    points: int = LINES_DRAWN,
) -> Surface:  # fmt: skip
    """f over two variables; a cell with a break along one of its edges is left out."""
    xs, ys = (span.points(points) for span in spans)
    down = [_line(root, names[1], {**at, names[0]: x}, ys) for x in xs]
    across = [_line(root, names[0], {**at, names[1]: y}, xs) for y in ys]
    cells = [(i, j) for i in range(len(xs) - 1) for j in range(len(ys) - 1)
             if not (j in down[i][1] or j in down[i + 1][1]
                     or i in across[j][1] or i in across[j + 1][1])]  # fmt: skip
    return Surface(xs, ys, [line[0] for line in down], cells)


def _line(
    root: Value, name: str, at: Mapping[str, float], xs: Sequence[float]
) -> tuple[list[float], dict[int, Gap]]:
    """The heights along one line of the grid, and the gaps between them."""
    (value, _), (finite, _) = functions(root, name, at), bounded_between(root, name, at)
    dots = [(x, value(x)) for x in xs]
    return [y for _, y in dots], gaps(value, finite, dots)


__all__ = ["Break", "Drawn", "Span", "Surface", "curves", "surface"]
