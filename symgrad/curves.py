"""Curves of f and f' for a plot: points that may be joined, and what keeps them apart.

- `curves(root, "x", at, Span(-6, 6))` are both as pieces of points, with their breaks: a pole, a
  jump, an end of the domain, a kink, or what stayed open.
- `surface(root, ("x", "y"), at, spans)` is f over a grid, with the cells that may be drawn.
- `Plotted(root, "x", at)` tells where f and f' are continuous, and what breaks them.

Two neighbours are joined where balls prove that the curve has a value and is continuous everywhere
between them. Where they don't, the stretch is halved; what a narrow one is, germs say at the one
place in it that looks like a break. Nothing is told by a difference of two floats.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from heapq import heappop, heappush
from itertools import chain, pairwise
from typing import Any, NamedTuple

from flint import arb

from .arithmetic.balls import BALLS, BITS_OF_A_ZERO, exact, precision
from .arithmetic.germs import GERMS, Germ, beside
from .engine import Delicate, Tape, chained, first_undefined, forward, holds, kinks, relevant
from .errors import UsageError
from .ops import Margin, Op
from .sentences import say
from .value import Value
from .verification.kinks import sides
from .verification.runs import narrow

POINTS_DRAWN = 241
LINES_DRAWN = 48  # of a surface, each way
DIGITS_DRAWN = 12  # of a height: a curve is flat where these do not tell
UNEVEN = 0.4871  # of a gap: where it is halved, so that 0 and the like are not met
LARGEST_BOUND = 1e9
STRETCH_BITS, OCTAVE_BITS = 80, 320
HEIGHT_BITS = (80, 320, 1280)
STEP_HALVINGS = 24  # of a step, until what is open there is looked at as one place
MOST_LOOKS = 3000  # into halves, over all steps of a curve
LINE_LOOKS = 400  # the same, of a line of a surface
MOST_ADDED = 1000  # points between those of an even grid
UNSEEN = 0.05  # of a curve: what may stay unresolved
MOST_SUSPECTS = 120  # places looked at
STRAYING = 0.05  # of the height: by how much a curve may leave the line between two points
STEPS_APART = 128  # of an even grid's: how near two points get where balls tell nothing
SLIVER = 1e-6  # of a picture's width: what nobody sees between two open places
OCTAVES = 20  # towards a place where f goes on, that are looked at
SECANTS = 40
ZERO_BREADTH = arb(2) ** -1250  # how near to a zero of a margin its place is known
WHOLE, OUTSIDE, OPEN = "whole", "outside", "open"
WILD_BESIDE_POLES = 0.12  # of the points at each side count for nothing where there are poles
WILD_ELSEWHERE = 0.02
AIR = 0.08  # above and below the curve
FLATTEST = 1e-9  # of its distance from 0
FAR_FROM_ZERO = 20  # times its own height: then a curve is shown without the axis

Piece = list[list[float]]  # points [x, y] that a line may join


@dataclass(frozen=True, slots=True)
class Span:
    """From where to where a curve is drawn. Raises UsageError for no such stretch."""

    start: float
    end: float

    def __post_init__(self) -> None:
        start, end = f"{self.start:g}", f"{self.end:g}"
        if not self.start < self.end:
            raise UsageError(say("a plot goes from a number to a larger one, got {start} to {end}",
                                 start=start, end=end))  # fmt: skip
        if not -LARGEST_BOUND <= self.start < self.end <= LARGEST_BOUND:
            raise UsageError(say("a plot lies between -{most} and {most}, got {start} to {end}",
                                 most=f"{LARGEST_BOUND:g}", start=start, end=end))  # fmt: skip

    def points(self, count: int) -> list[float]:
        """Both ends and points between, none of which is a number that poles like to stand at."""
        width = self.end - self.start
        inner = [self.start + width * (k + UNEVEN) / count for k in range(count)]
        return sorted({self.start, *inner, self.end})


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a curve is interrupted, or its slope is.

    `pole`, `jump`, `edge` of the domain and `open` (not proved continuous) are breaks of f; `kink`
    and `vertical` (an infinite slope) of f' alone.
    """

    x: float
    kind: str
    y: float | None = None  # where the curve itself goes on


@dataclass(frozen=True, slots=True)
class Drawn:
    """f and f' along one variable: pieces of points, each to be drawn through, and their breaks."""

    wrt: str
    span: Span
    value: list[Piece]
    derivative: list[Piece]
    breaks: tuple[Break, ...]
    heights: tuple[float, float]  # from where to where the curve is shown
    coarse: bool  # it may swing between its points, or go on where nothing is drawn

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        shown = [{"x": b.x, "y": b.y, "kind": b.kind} for b in self.breaks]
        return {"wrt": self.wrt, "from": self.span.start, "to": self.span.end, "value": self.value,
                "derivative": self.derivative, "breaks": shown, "heights": [*self.heights],
                "coarse": self.coarse}  # fmt: skip


class Section(NamedTuple):
    """From l to r a curve is `whole` (proved continuous), `outside` its domain, or `open`."""

    l: float
    r: float
    state: str


class Bounds(NamedTuple):
    """Balls around all values and slopes of a stretch; no slope where it isn't proved to be one."""

    value: arb
    slope: arb | None


@dataclass
class Plotted:
    """A function along one variable; `at` holds the values of the others."""

    root: Value
    name: str
    at: Mapping[str, float]
    sloped: bool = False  # f' instead of f
    looks: int = MOST_LOOKS
    least: float = 0  # how near two points get
    tape: Tape = field(init=False)
    fixed: dict[str, arb] = field(init=False)

    def __post_init__(self) -> None:
        self.tape = Tape.of([self.root], wrt=[self.name])
        self.fixed = {name: arb(x) for name, x in self.at.items()}

    def run(self, x: arb) -> tuple[list[Any], Any]:
        """The values of all nodes and the slope of the last, in balls that hold those at all of x.

        A node lies near its value in the middle by as much as its slope allows (the mean value
        theorem), so that x^2 + 2x + 1 is known to be positive close to -1. Where it may have no
        value, or jump, it has no slope here: nan.
        """
        middle = forward(self.tape, BALLS, {**self.fixed, self.name: x.mid()})
        values: list[Any] = []
        slopes: list[Any] = []
        for i, (op, args, leaf) in enumerate(zip(self.tape.ops, self.tape.args, self.tape.leaves)):
            if op is None:
                moves = leaf == self.name
                values.append(x if moves else middle[i])
                slopes.append(arb(1) if moves else None)
                continue
            inner = [values[j] for j in args]
            near = [slopes[j] for j in args]
            values.append(BALLS.forward(op, inner))
            slope = None
            if any(t is not None for t in near):
                smooth = not any(t is not None and t.is_nan() for t in near) and steady(op, inner)
                slope = chained(self.tape, BALLS, values, i, near) if smooth else arb.nan()
                if slope is not None:
                    slope = arb(slope)
                    values[i] = closer(arb(values[i]), middle[i] + slope * (x - x.mid()))
            slopes.append(slope)
        return values, slopes[self.tape.roots[0]]

    def height(self, x: float) -> float:
        """The value (the slope, if `sloped`) at x, correct to what is drawn; nan for none."""
        found = math.nan
        for bits in HEIGHT_BITS:
            with precision(bits):
                state, bounds = self._looked(arb(x), self.sloped)
                y = bounds.slope if bounds and self.sloped else bounds.value if bounds else None
            if state == OUTSIDE:
                break
            if y is not None and state == WHOLE:
                found = float(y.mid())
                if narrow(y):
                    break
        return found if math.isfinite(found) else math.nan

    def between(self, a: float, b: float) -> str:
        """Whether all of it from a to b is whole, outside, or open."""
        with precision(STRETCH_BITS):
            return self._looked(arb(a).union(arb(b)), self.sloped)[0]

    def bounds(self, a: float, b: float) -> Bounds | None:
        """Between which numbers f and f' lie, if f is whole there."""
        with precision(STRETCH_BITS):
            x = arb(a).union(arb(b))
            state, found = self._looked(x, True)
            return found if state == WHOLE else self._looked(x, False)[1]

    def _looked(self, x: arb, sloped: bool) -> tuple[str, Bounds | None]:
        """A row is continuous inside its domain but for its jumps, and smooth but for its kinks."""
        try:
            values, slope = self.run(x)
            outside = first_undefined(self.tape, BALLS, values)
            if outside:
                return (OUTSIDE if outside.sure else OPEN), None
            bent = kinks(self.tape, BALLS, values)
            y = arb(values[self.tape.roots[0]])
            if not y.is_finite() or any(sloped or k.margin.kind == "jump" for k in bent):
                return OPEN, None
            if not sloped:
                return WHOLE, Bounds(y, None)
            slope = arb(0) if slope is None else slope
            return (WHOLE, Bounds(y, slope)) if slope.is_finite() else (OPEN, None)
        except (ValueError, ArithmeticError):  # a parameter that no row takes
            return OPEN, None

    def strays(self, a: Sequence[float], b: Sequence[float], shown: tuple[float, float]) -> bool:
        """Whether it may leave the line between two points by more than is seen in a picture."""
        found = self.bounds(a[0], b[0])
        ball = found and (found.slope if self.sloped else found.value)
        if found is None or ball is None:
            return b[0] - a[0] > self.least
        bottom, top = sorted((a[1], b[1]))
        below, above = float(ball.lower()), float(ball.upper())
        if not self.sloped and found.slope is not None:
            if not found.slope.contains(0):
                return False  # it only rises, or falls
            swing = (float(found.slope.abs_upper()) * (b[0] - a[0]) - (top - bottom)) / 2
            below, above = max(below, bottom - swing), min(above, top + swing)
        over = max(seen(above, shown) - seen(top, shown), seen(bottom, shown) - seen(below, shown))
        return over > STRAYING * (shown[1] - shown[0])

    # --- what is continuous -----------------------------------------------------------------------

    def stretches(self, xs: Sequence[float]) -> list[Section]:
        """All from the first to the last of xs; long stretches are asked first."""
        found: list[Section] = []
        waiting = [(0, len(xs) - 1)]
        while waiting:
            first, last = waiting.pop()
            state = self.between(xs[first], xs[last])
            if state == OPEN and last - first > 1:
                middle = (first + last) // 2
                waiting += [(middle, last), (first, middle)]
            else:
                found.append(Section(xs[first], xs[last], state))
        doubtful = sum(s.state == OPEN for s in found)
        share = self.looks // max(doubtful, 1)
        parts = [part for s in found
                 for part in (self._halved(s, share) if s.state == OPEN else [s])]  # fmt: skip
        return joined(joined(parts), (xs[-1] - xs[0]) * SLIVER)

    def _halved(self, whole: Section, looks: int) -> list[Section]:
        """Its parts: the widest that is open is looked at first."""
        least = (whole.r - whole.l) / 2**STEP_HALVINGS
        waiting, found = [(whole.l - whole.r, whole)], []
        while waiting:
            width, part = heappop(waiting)
            m = part.l + UNEVEN * (part.r - part.l)
            if looks <= 0 or -width <= least or not part.l < m < part.r:
                found.append(part)
                continue
            looks -= 2
            for low, high in ((part.l, m), (m, part.r)):
                half = Section(low, high, self.between(low, high))
                if half.state == OPEN:
                    heappush(waiting, (low - high, half))
                else:
                    found.append(half)
        return sorted(found)

    def proved_beside(self, p: arb, part: Section) -> bool:
        """Whether f is whole on both sides of a place in a stretch, ever closer to it."""
        with precision(OCTAVE_BITS):
            sides = [[p + (arb(end) - p) / 2**k for k in range(OCTAVES)]
                     for end in (part.l, part.r) if end != p]  # fmt: skip
            return all(self._looked(a.mid().union(b.mid()), False)[0] == WHOLE
                       for side in sides for a, b in pairwise(side))  # fmt: skip

    # --- what is not ------------------------------------------------------------------------------

    def suspects(self, part: Section) -> Iterator[arb]:
        """Where a break in a narrow stretch may be: at its simplest number, or where a margin is 0.

        Only places that are no ordinary point of the curve.
        """
        with precision(BITS_OF_A_ZERO):
            plain = exact(simplest(Fraction(part.l), Fraction(part.r)))
        for p in chain([plain], self._zeros(part)):
            with precision(BITS_OF_A_ZERO):
                if self._looked(p, True)[0] != WHOLE:
                    yield p

    def _zeros(self, part: Section) -> Iterator[arb]:
        with precision(STRETCH_BITS):
            try:
                values, _ = self.run(arb(part.l).union(arb(part.r)))
            except (ValueError, ArithmeticError):
                return
            doubts = [Delicate(i, margin, False) for i in relevant(self.tape, BALLS, values)
                      for margin in margins(self.tape, i)
                      if holds(margin, BALLS, [values[j] for j in self.tape.args[i]]) is None]
        for doubt in doubts:
            with precision(BITS_OF_A_ZERO):
                p = zero(partial(self._margin, doubt), part)
            if p is not None:
                yield p

    def _margin(self, doubt: Delicate, x: arb) -> arb:
        try:
            values, _ = self.run(x)
            return arb(doubt.margin.of(BALLS, *(values[j] for j in self.tape.args[doubt.node])))
        except (ValueError, ArithmeticError):
            return arb.nan()

    def limits_at(self, p: arb) -> str | None:
        """What f does at a place: pole, jump, edge, "" (goes on); None where that stays open."""
        with precision(BITS_OF_A_ZERO):
            try:
                found = [self._side(p, sign) for sign in (-1, 1)]
                values, _ = self.run(p)
                undefined = first_undefined(self.tape, BALLS, values)
            except (ValueError, ArithmeticError):
                return None
            if None in found or (undefined and not undefined.sure):
                return None
            if OUTSIDE in found:
                return "edge"
            if any(isinstance(limit, float) for limit in found):
                return "pole"
            if undefined is None:
                found.append(arb(values[self.tape.roots[0]]))
            gaps = [abs(limit - found[0]) for limit in found[1:]]
            return "" if all(gap < ZERO_BREADTH for gap in gaps) else (
                "jump" if any(gap > 0 for gap in gaps) else None)  # fmt: skip

    def _side(self, p: arb, sign: int) -> Any:
        """The limit from one side: a ball, infinity, outside the domain, or None: open."""
        start = {n: beside(x, 0) for n, x in self.fixed.items()} | {self.name: beside(p, sign)}
        germs = forward(self.tape, GERMS, start)
        outside = first_undefined(self.tape, GERMS, germs)
        if outside:
            return OUTSIDE if outside.sure else None
        germ: Germ = germs[self.tape.roots[0]]
        told = germ.told()
        return math.inf if told.terms and told.parts()[0].terms else germ.limit()

    def bent_at(self, p: arb) -> str | None:
        """What f' does where f goes on: kink, vertical, "" (nothing); None where that is open."""
        with precision(BITS_OF_A_ZERO):
            try:
                found = sides(self.tape, {**self.fixed, self.name: p}, self.name, narrow)
            except (ValueError, ArithmeticError):
                return None
        left, right = found.left.slope, found.right.slope
        if found.unsettled or found.jumps or left is None or right is None:
            return None
        if isinstance(left, float) and left == right:
            return "vertical"
        return "kink" if found.derivative is None else ""


def seen(y: float, shown: tuple[float, float]) -> float:
    """A height, or the border of the picture beyond which it lies."""
    return min(max(y, shown[0]), shown[1])


def steady(op: Op, x: Sequence[Any]) -> bool:
    """Whether a row surely has a value at x, and does not jump there."""
    return not (op.comparison and not op.kinks) and all(
        holds(margin, BALLS, x) is True for margin in op.domain
    ) and not any(
        margin.kind == "jump" and BALLS.decide("= 0", margin.of(BALLS, *x)) is not False
        and not (margin.unless and holds(margin.unless, BALLS, x))
        for margin in op.kinks
    )


def closer(ball: arb, other: arb) -> arb:
    """What both hold."""
    return ball.intersection(other) if ball.is_finite() and other.is_finite() else ball


def margins(tape: Tape, i: int) -> tuple[Margin, ...]:
    op = tape.ops[i]
    return (*op.domain, *op.kinks) if op else ()


def joined(parts: Iterable[Section], sliver: float = 0) -> list[Section]:
    """Neighbours of one state are one; slivers between what is open count as open."""
    found: list[Section] = []
    for part in parts:
        if len(found) > 1 and part.state == OPEN == found[-2].state and (
            found[-1].r - found[-1].l < sliver
        ):
            found.pop()
        start = found.pop().l if found and found[-1].state == part.state else part.l
        found.append(Section(start, part.r, part.state))
    return found


def simplest(low: Fraction, high: Fraction) -> Fraction:
    """The number of the smallest denominator from low to high."""
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest(-high, -low)
    whole = math.ceil(low)
    if whole <= high:
        return Fraction(whole)
    return whole - 1 + 1 / simplest(1 / (high - whole + 1), 1 / (low - whole + 1))


def zero(function: Callable[[arb], arb], part: Section) -> arb | None:
    """A ball that holds a zero: secants find it, a change of sign proves it."""
    a, b = arb(part.l), arb(part.r)
    fa, fb = function(a), function(b)
    for _ in range(SECANTS):
        if not (fa.is_finite() and fb.is_finite()) or (fb - fa).contains(0):
            break
        a, fa, b = b, fb, (b - fb * (b - a) / (fb - fa)).mid()
        if not arb(part.l) <= b <= arb(part.r):
            return None
        if abs(b - a) < ZERO_BREADTH:
            break
        fb = function(b)
    left, right = function((b - ZERO_BREADTH).mid()), function((b + ZERO_BREADTH).mid())
    return b + arb(0, 1) * ZERO_BREADTH if left * right < 0 else None


# --- curves ---------------------------------------------------------------------------------------


def curves(
    root: Value, name: str, at: Mapping[str, float], span: Span, points: int = POINTS_DRAWN
) -> Drawn:
    """f and f' on a stretch; `at` holds the values of the other variables."""
    xs = span.points(points)
    least = (span.end - span.start) / points / STEPS_APART
    f, slope = Plotted(root, name, at, least=least), Plotted(root, name, at, True, least=least)
    parts, breaks = value_parts(f, f.stretches(xs))
    halves = slope.stretches(xs)
    kinked = kinks_between(slope, f, halves, parts)
    value, derivative = pieces(f, parts, xs), pieces(slope, halves, xs)
    shown = heights(value, derivative, any(b.kind == "pole" for b in breaks))
    coarse = [refined(f, value, shown), refined(slope, derivative, shown),
              UNSEEN * (xs[-1] - xs[0]) < sum(p.r - p.l for p in parts if p.state == OPEN)]
    return Drawn(name, span, rounded(value), rounded(derivative),
                 tuple(sorted([*breaks, *kinked], key=lambda b: b.x)), shown, any(coarse))


def value_parts(f: Plotted, found: Sequence[Section]) -> tuple[list[Section], list[Break]]:
    """The stretches of f where those that go on after all are whole, and its breaks."""
    parts: list[Section] = []
    breaks: list[Break] = []
    for k, part in enumerate(found):
        if part.state != OPEN:
            parts.append(part)
            continue
        near = [found[j].state for j in (k - 1, k + 1) if 0 <= j < len(found)]
        place, kind = _judged(f, part, near, len(breaks) < MOST_SUSPECTS)
        parts.append(part if kind else Section(part.l, part.r, WHOLE))
        if kind and WHOLE in near:  # or nothing is drawn beside it
            breaks.append(Break(place, kind))
    return joined(parts), breaks


def _judged(f: Plotted, part: Section, near: Sequence[str], looks: bool) -> tuple[float, str]:
    for p in f.suspects(part) if looks else ():
        kind = f.limits_at(p)
        if kind or (kind == "" and f.proved_beside(p, part)):
            return float(p.mid()), kind
    return (part.l + part.r) / 2, "edge" if {WHOLE, OUTSIDE} <= set(near) else OPEN


def kinks_between(
    slope: Plotted, f: Plotted, halves: Sequence[Section], parts: Sequence[Section]
) -> list[Break]:
    """Where f' breaks though f goes on."""
    found: list[Break] = []
    inside = [part for part in parts if part.state == WHOLE]
    for half in halves:
        if half.state != OPEN or len(found) >= MOST_SUSPECTS:
            continue
        if not any(part.l < half.l and half.r < part.r for part in inside):
            continue
        for p in slope.suspects(half):
            kind = slope.bent_at(p)
            if kind is not None:
                x = float(p.mid())
                found += [Break(x, kind, f.height(x))] if kind else []
                break
    return found


def pieces(f: Plotted, parts: Iterable[Section], xs: Sequence[float]) -> list[Piece]:
    """The points of every whole stretch; those without a float are left out, and part it."""
    found: list[Piece] = []
    for part in parts:
        if part.state == WHOLE:
            inner = [x for x in xs if part.l < x < part.r]
            found.append([])
            for x in (part.l, *inner, part.r):
                y = f.height(x)
                if math.isfinite(y):
                    found[-1].append([x, y])
                elif not hole(f, x):
                    found.append([])
    return [piece for piece in found if piece]


def hole(f: Plotted, x: float) -> bool:
    """Whether f goes on over a place where it has no value."""
    return not f.sloped and f.limits_at(arb(x)) == ""


def refined(f: Plotted, found: Sequence[Piece], shown: tuple[float, float]) -> bool:
    """Add points where balls do not keep the curve near the line; whether that remains so."""
    waiting = deque((k, a, b) for k, piece in enumerate(found) for a, b in pairwise(piece))
    left = MOST_ADDED
    while waiting and left:
        k, a, b = waiting.popleft()
        m = a[0] + UNEVEN * (b[0] - a[0])
        if not a[0] < m < b[0] or not f.strays(a, b, shown):
            continue
        left -= 1
        y = f.height(m)
        if math.isfinite(y):
            found[k].append([m, y])
            waiting += [(k, a, [m, y]), (k, [m, y], b)]
    for piece in found:
        piece.sort()
    most = UNSEEN * sum(piece[-1][0] - piece[0][0] for piece in found)
    while waiting and most >= 0:
        _, a, b = waiting.popleft()
        most -= (b[0] - a[0]) * f.strays(a, b, shown)
    return most < 0


def rounded(found: Sequence[Piece]) -> list[Piece]:
    """Heights to the digits that are drawn."""
    return [[[x, float(f"{y:.{DIGITS_DRAWN}g}")] for x, y in piece] for piece in found]


def heights(
    value: Sequence[Piece], derivative: Sequence[Piece], poles: bool
) -> tuple[float, float]:
    """Most of both curves, and some air: poles do not press the rest flat; 0, unless far away."""
    wild = WILD_BESIDE_POLES if poles else WILD_ELSEWHERE
    low, high = middle([y for piece in value for _, y in piece], wild)
    below, above = middle([y for piece in derivative for _, y in piece], wild)
    reach = high - low
    if reach <= FLATTEST * max(abs(low), abs(high)):  # a level line
        low, high = min(low, 0.0), max(high, 0.0)
        air = (high - low) * AIR or 1.0
        return low - air, high + air
    if not -FAR_FROM_ZERO * reach < low <= high < FAR_FROM_ZERO * reach:
        air = reach * AIR
        return low - air, high + air
    low, high = min(0.0, low, max(below, low - reach)), max(0.0, high, min(above, high + reach))
    air = (high - low) * AIR
    return low - air, high + air


def middle(ys: Sequence[float], wild: float) -> tuple[float, float]:
    """Between which heights all but the wildest points lie."""
    if not ys:
        return 0.0, 0.0
    ordered = sorted(ys)
    return ordered[int(len(ys) * wild)], ordered[math.ceil(len(ys) * (1 - wild)) - 1]


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
) -> tuple[list[float], set[int]]:
    """The heights along one line of the grid, and behind which of them it does not go on."""
    f = Plotted(root, name, at, looks=LINE_LOOKS)
    parts, _ = value_parts(f, f.stretches(xs))
    apart = [part for part in parts if part.state != WHOLE]
    broken = {k for k, (a, b) in enumerate(pairwise(xs))
              if any(part.l < b and a < part.r for part in apart)}  # fmt: skip
    ys = [f.height(x) for x in xs]
    lost = {k for k, y in enumerate(ys) if not math.isfinite(y)}
    return ys, broken | lost | {k - 1 for k in lost}


__all__ = ["Break", "Drawn", "Plotted", "Span", "Surface", "curves", "heights", "surface"]
